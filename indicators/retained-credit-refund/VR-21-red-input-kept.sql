with
-- A red invoice is due in row 20 once the return of its month is filed, or of the later month in which the blue invoice was deducted
-- after all: before that there was nothing to transfer out. A quarter is one period.
reds as (
  select s.subject_no, r.red_tax_yuan, r.blue_invoice_no, r.ym,
    r.deducted_ym <= s.p_ym and exists (
      select 1 from feat_return_month as m
      where m.taxpayer_key = s.taxpayer_key and greatest(r.ym, r.deducted_ym) > m.ym - m.span_months and greatest(r.ym, r.deducted_ym) <= m.ym
    ) as is_due
  from feat_subject as s
  join feat_red_received as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym
),
summed as (
  select subject_no, count(*) as red_count, sum(case when blue_invoice_no is null then 1 else 0 end) as unresolved_count,
    sum(case when is_due then 1 else 0 end) as due_count, sum(case when is_due then red_tax_yuan end) as due_tax_yuan,
    max(case when is_due then ym end) as latest_ym
  from reds
  group by subject_no
),
transferred as (
  select s.subject_no, sum(m.r20_tax_yuan) as tax_yuan
  from feat_subject as s
  join feat_schedule2_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 23 and s.p_ym
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not d.is_covered_w24 then 'N_COVERAGE'
    when {{ratio(r.unresolved_count, r.red_count)}} > p.unresolved_share_maximum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(coalesce(r.due_tax_yuan, 0) - coalesce(t.tax_yuan, 0) as decimal(18,2)) as kept_tax_yuan,
  cast(coalesce(r.due_count, 0) as integer) as red_count,
  cast(coalesce(r.due_tax_yuan, 0) as decimal(18,2)) as red_tax_yuan,
  cast(coalesce(t.tax_yuan, 0) as decimal(18,2)) as transferred_tax_yuan,
  cast(r.latest_ym as integer) as latest_ym,
  cast(s.p_ym - 23 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
join params as p on p.subject_no = s.subject_no
left join summed as r on r.subject_no = s.subject_no
left join transferred as t on t.subject_no = s.subject_no
