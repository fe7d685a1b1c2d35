-- Each declared period of 24 months that the invoices span: special invoices beyond the rows for special-invoice sales.
with
periods as (
  select s.subject_no, s.taxpayer_key, r.ym, r.span_months, r.special_sales_3pct_q02 + r.special_sales_5pct_q05 as declared_special_yuan,
    r.limit_exempt_sales_yuan
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_small_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym
    and (t.vat_status_resolved = 'small' or r.ym < t.general_from_ym)
  join delivered_tables as d on d.table_name = 'invoices' and d.from_ym <= r.ym - r.span_months + 1 and d.to_ym >= r.ym
  where s.is_primary
),
compared as (
  select p.subject_no, p.ym, p.declared_special_yuan, p.limit_exempt_sales_yuan, coalesce(sum(m.special_amount_yuan), 0) as special_yuan,
    coalesce(sum(m.unknown_kind_amount_yuan), 0) as unknown_yuan, coalesce(sum(m.amount_yuan), 0) as invoiced_yuan
  from periods as p
  left join feat_small_sales_month as m on m.taxpayer_key = p.taxpayer_key and m.ym > p.ym - p.span_months and m.ym <= p.ym
  group by p.subject_no, p.ym, p.declared_special_yuan, p.limit_exempt_sales_yuan
),
tested as (
  select c.*, c.special_yuan - c.declared_special_yuan > p.gap_tolerance_yuan as is_short
  from compared as c
  join params as p on p.subject_no = c.subject_no
),
summed as (
  select subject_no, sum(case when is_short then 1 else 0 end) as short_count,
    coalesce(sum(case when is_short then special_yuan - declared_special_yuan end), 0) as exempt_special_yuan,
    max(case when is_short then ym end) as latest_ym, sum(unknown_yuan) as unknown_yuan, sum(invoiced_yuan) as invoiced_yuan
  from tested
  group by subject_no
),
filers as (
  select distinct taxpayer_key from feat_small_month
),
-- General now, small-scale within the 24 months.
small_filers as (
  select distinct s.subject_no
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_small_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym and r.ym < t.general_from_ym
  where s.is_primary
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'general' and h.subject_no is null then 'A_STATUS' end as string) as not_applicable,
  cast(case
    when f.taxpayer_key is null then 'N_NO_ROWS'
    when m.subject_no is null or {{ratio(m.unknown_yuan, m.invoiced_yuan)}} > p.unknown_kind_share_maximum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(m.exempt_special_yuan as decimal(18,2)) as exempt_special_yuan,
  cast(m.short_count as integer) as short_count,
  cast(m.latest_ym as integer) as latest_ym,
  cast(l.special_yuan as decimal(18,2)) as latest_special_yuan,
  cast(l.declared_special_yuan as decimal(18,2)) as latest_declared_yuan,
  cast(l.limit_exempt_sales_yuan as decimal(18,2)) as latest_exempt_yuan
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join small_filers as h on h.subject_no = s.subject_no
left join summed as m on m.subject_no = s.subject_no
left join tested as l on l.subject_no = m.subject_no and l.ym = m.latest_ym
where s.is_primary
