-- Per tax period: what the taxpayer invoiced against what it declared, by rate where schedule 1 was filed, else against the main form.
with
-- Where one rate covers the period on both sides, totals say all; only the other periods are compared rate by rate.
several_rates as (
  select taxpayer_key, ym from feat_schedule1_month where single_rate is null
  union
  select seller_key as taxpayer_key, ym from feat_seller_month where single_rate is null
),
longer as (
  select taxpayer_key, ym, span_months from feat_return_month where span_months > 1
),
split as (
  select taxpayer_key, ym, span_months from longer
  union all
  select k.taxpayer_key, k.ym, 1 as span_months
  from several_rates as k
  where not exists (select 1 from longer as g where g.taxpayer_key = k.taxpayer_key and g.ym = k.ym)
),
sides as (
  select p.taxpayer_key, p.ym, i.rate, i.declarable_amount_yuan as invoiced_yuan, i.declarable_tax_yuan as invoiced_tax_yuan, 0 as scheduled_yuan
  from split as p
  join (select 0 as months_back union all select 1 union all select 2) as o on o.months_back < p.span_months
  join feat_seller_rate_month as i on i.seller_key = p.taxpayer_key and i.ym = p.ym - o.months_back
  union all
  select p.taxpayer_key, p.ym, c.rate, 0 as invoiced_yuan, 0 as invoiced_tax_yuan, c.special_sales_c01 + c.other_invoice_sales_c03 as scheduled_yuan
  from split as p
  join feat_schedule1_rate as c on c.taxpayer_key = p.taxpayer_key and c.ym = p.ym
),
rates as (
  select taxpayer_key, ym, rate, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan, sum(scheduled_yuan) as scheduled_yuan
  from sides group by taxpayer_key, ym, rate
),
split_totals as (
  select taxpayer_key, ym, sum(invoiced_yuan) as invoiced_yuan, sum(invoiced_tax_yuan) as invoiced_tax_yuan,
    max(abs(invoiced_yuan - scheduled_yuan)) as rate_gap_yuan, min(rate) as lowest_rate
  from rates group by taxpayer_key, ym
),
compared as (
  select s.subject_no, r.ym, c.taxpayer_key is not null as has_schedule,
    coalesce(case when r.span_months > 1 then x.invoiced_yuan else m.declarable_amount_yuan end, 0) as invoiced_yuan,
    coalesce(case when r.span_months > 1 then x.invoiced_tax_yuan else m.declarable_tax_yuan end, 0) as invoiced_tax_yuan,
    c.special_sales_c01 + c.other_invoice_sales_c03 as scheduled_yuan, c.special_tax_c02 + c.other_invoice_tax_c04 as scheduled_tax_yuan,
    case when r.is_sales_delivered then r.sales_declared_yuan end as sales_declared_yuan, r.output_tax_m11 + r.simple_tax_m21 as declared_tax_yuan,
    x.taxpayer_key is not null as is_split, x.rate_gap_yuan as split_gap_yuan, m.single_rate as invoiced_rate, c.single_rate as scheduled_rate,
    case when x.taxpayer_key is not null then x.lowest_rate else least(m.single_rate, c.single_rate) end as lowest_rate
  from feat_subject as s
  join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym
  join delivered_tables as d on d.table_name = 'invoices' and d.is_delivered and d.from_ym <= r.ym - r.span_months + 1 and d.to_ym >= r.ym
  left join feat_seller_month as m on m.seller_key = r.taxpayer_key and m.ym = r.ym
  left join feat_schedule1_month as c on c.taxpayer_key = r.taxpayer_key and c.ym = r.ym
  left join split_totals as x on x.taxpayer_key = r.taxpayer_key and x.ym = r.ym
),
gaps as (
  select subject_no, ym, invoiced_yuan, invoiced_tax_yuan,
    case when has_schedule then scheduled_yuan else sales_declared_yuan end as declared_yuan,
    case when has_schedule then scheduled_tax_yuan else declared_tax_yuan end as declared_tax_yuan,
    case
      when not has_schedule or lowest_rate < 0 then null
      when is_split then split_gap_yuan
      when coalesce(invoiced_rate, scheduled_rate) = scheduled_rate then abs(invoiced_yuan - scheduled_yuan)
      else greatest(abs(invoiced_yuan), abs(scheduled_yuan))
    end as rate_gap_yuan
  from compared
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
    max_by(invoiced_yuan, ym) filter (where is_sales_short or is_tax_short) as latest_invoiced_yuan,
    max_by(declared_yuan, ym) filter (where is_sales_short or is_tax_short) as latest_declared_yuan,
    max(case when is_shifted then ym end) as shift_ym,
    max_by(rate_gap_yuan, ym) filter (where is_shifted) as shift_yuan
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
  cast(t.latest_invoiced_yuan as decimal(18,2)) as latest_invoiced_yuan,
  cast(t.latest_declared_yuan as decimal(18,2)) as latest_declared_yuan,
  cast(t.shift_ym as integer) as shift_ym,
  cast(t.shift_yuan as decimal(18,2)) as shift_yuan
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
