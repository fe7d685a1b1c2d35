-- Each declared period of 24 months that the invoices span: what was invoiced beyond what was declared.
with
periods as (
  select s.subject_no, r.ym, r.span_months, r.declared_yuan
  from feat_subject as s
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym and r.is_declared
  join delivered_tables as d on d.table_name = 'invoices' and d.from_ym <= r.ym - r.span_months + 1 and d.to_ym >= r.ym
  where s.is_primary
),
-- Invoices set apart are left out. Where their reds outweigh them, what was declared has become less by that, so it counts here too.
compared as (
  select p.subject_no, p.ym, p.declared_yuan,
    coalesce(sum(m.amount_yuan - m.untaxed_amount_yuan) - greatest(0, sum(m.set_apart_amount_yuan)), 0) as invoiced_yuan
  from periods as p
  join feat_subject as s on s.subject_no = p.subject_no
  left join feat_small_sales_month as m on m.taxpayer_key = s.taxpayer_key and m.ym > p.ym - p.span_months and m.ym <= p.ym
  group by p.subject_no, p.ym, p.declared_yuan
),
tested as (
  select c.subject_no, c.ym, c.declared_yuan, c.invoiced_yuan,
    c.invoiced_yuan - c.declared_yuan > greatest(p.gap_tolerance_yuan, p.gap_tolerance_share * cast(c.invoiced_yuan as double)) as is_short
  from compared as c
  join params as p on p.subject_no = c.subject_no
),
summed as (
  select subject_no, sum(case when is_short then 1 else 0 end) as short_count,
    coalesce(sum(case when is_short then invoiced_yuan - declared_yuan end), 0) as hidden_yuan, max(case when is_short then ym end) as latest_ym
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
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym and r.is_declared
  where s.is_primary
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'general' and h.subject_no is null then 'A_STATUS' end as string) as not_applicable,
  cast(case when f.taxpayer_key is null then 'N_NO_ROWS' when m.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(m.hidden_yuan as decimal(18,2)) as hidden_sales_yuan,
  cast(m.short_count as integer) as short_count,
  cast(m.latest_ym as integer) as latest_ym,
  cast(l.invoiced_yuan as decimal(18,2)) as latest_invoiced_yuan,
  cast(l.declared_yuan as decimal(18,2)) as latest_declared_yuan
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join small_filers as h on h.subject_no = s.subject_no
left join summed as m on m.subject_no = s.subject_no
left join tested as l on l.subject_no = m.subject_no and l.ym = m.latest_ym
where s.is_primary
