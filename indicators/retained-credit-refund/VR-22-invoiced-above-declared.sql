-- Per tax period: what the taxpayer invoiced against what it declared, by rate where schedule 1 was filed, else against the main form.
with
periods as (
  select s.subject_no, s.taxpayer_key, r.ym, r.span_months, r.output_tax_m11 + r.simple_tax_m21 as declared_tax_yuan,
    case when r.is_sales_delivered then r.sales_declared_yuan end as sales_declared_yuan
  from feat_subject as s
  join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym
  join delivered_tables as d on d.table_name = 'invoices' and d.is_delivered and d.from_ym <= r.ym - r.span_months + 1 and d.to_ym >= r.ym
),
sides as (
  select p.subject_no, p.ym, i.rate, i.declarable_amount_yuan as invoiced_yuan, i.declarable_tax_yuan as invoiced_tax_yuan,
    0 as scheduled_yuan, 0 as scheduled_tax_yuan, 0 as has_schedule
  from periods as p
  join (select 0 as months_back union all select 1 union all select 2) as o on o.months_back < p.span_months
  join feat_seller_rate_month as i on i.seller_key = p.taxpayer_key and i.ym = p.ym - o.months_back
  union all
  select p.subject_no, p.ym, c.rate, 0 as invoiced_yuan, 0 as invoiced_tax_yuan, c.special_sales_c01 + c.other_invoice_sales_c03 as scheduled_yuan,
    c.special_tax_c02 + c.other_invoice_tax_c04 as scheduled_tax_yuan, 1 as has_schedule
  from periods as p
  join feat_schedule1_rate as c on c.taxpayer_key = p.taxpayer_key and c.ym = p.ym
),
rates as (
  select subject_no, ym, rate, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan,
    sum(scheduled_yuan) as scheduled_yuan, sum(scheduled_tax_yuan) as scheduled_tax_yuan, max(has_schedule) as has_schedule
  from sides group by subject_no, ym, rate
),
totals as (
  select subject_no, ym, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan,
    sum(scheduled_yuan) as scheduled_yuan, sum(scheduled_tax_yuan) as scheduled_tax_yuan, max(has_schedule) as has_schedule,
    max(abs(invoiced_yuan - scheduled_yuan)) as rate_gap_yuan, max(case when rate < 0 then 1 else 0 end) as has_unknown_rate
  from rates group by subject_no, ym
),
gaps as (
  select p.subject_no, p.ym, coalesce(t.invoiced_yuan, 0) as invoiced_yuan, coalesce(t.invoiced_tax_yuan, 0) as invoiced_tax_yuan,
    case when t.has_schedule = 1 then t.scheduled_yuan else p.sales_declared_yuan end as declared_yuan,
    case when t.has_schedule = 1 then t.scheduled_tax_yuan else p.declared_tax_yuan end as declared_tax_yuan,
    case when t.has_schedule = 1 and t.has_unknown_rate = 0 then t.rate_gap_yuan end as rate_gap_yuan
  from periods as p
  left join totals as t on t.subject_no = p.subject_no and t.ym = p.ym
),
judged as (
  select g.*, g.invoiced_yuan - g.declared_yuan as gap_yuan, g.invoiced_tax_yuan - g.declared_tax_yuan as gap_tax_yuan,
    greatest(p.gap_tolerance_yuan, p.gap_tolerance_share * cast(g.invoiced_yuan as double)) as allowed_yuan,
    greatest(p.gap_tolerance_yuan, p.gap_tolerance_share * cast(g.invoiced_tax_yuan as double)) as allowed_tax_yuan
  from gaps as g
  join params as p on p.subject_no = g.subject_no
  where g.declared_yuan is not null
),
flagged as (
  select j.*, j.gap_yuan > j.allowed_yuan as is_sales_short, j.gap_tax_yuan > j.allowed_tax_yuan as is_tax_short,
    abs(j.gap_yuan) <= j.allowed_yuan and abs(j.gap_tax_yuan) <= j.allowed_tax_yuan and j.rate_gap_yuan > j.allowed_yuan as is_shifted
  from judged as j
),
summed as (
  select subject_no,
    sum(case when is_sales_short then gap_yuan else 0 end) as hidden_sales_yuan,
    sum(case when is_tax_short then gap_tax_yuan else 0 end) as hidden_tax_yuan,
    sum(case when is_sales_short or is_tax_short then gap_tax_yuan else 0 end) as net_tax_yuan,
    sum(case when is_sales_short or is_tax_short then 1 else 0 end) as period_count,
    max(case when is_sales_short or is_tax_short then ym end) as latest_ym,
    max(case when is_shifted then ym end) as shift_ym
  from flagged group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when t.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.hidden_sales_yuan as decimal(18,2)) as hidden_sales_yuan,
  cast(t.hidden_tax_yuan as decimal(18,2)) as hidden_tax_yuan,
  cast(greatest(t.net_tax_yuan, 0) as decimal(18,2)) as tax_at_stake_yuan,
  cast(coalesce(t.period_count, 0) as integer) as period_count,
  cast(t.latest_ym as integer) as latest_ym,
  cast(l.invoiced_yuan as decimal(18,2)) as latest_invoiced_yuan,
  cast(l.declared_yuan as decimal(18,2)) as latest_declared_yuan,
  cast(t.shift_ym as integer) as shift_ym,
  cast(h.rate_gap_yuan as decimal(18,2)) as shift_yuan
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join flagged as l on l.subject_no = t.subject_no and l.ym = t.latest_ym
left join flagged as h on h.subject_no = t.subject_no and h.ym = t.shift_ym
