with
small_taxpayers as (
  select taxpayer_key, case when vat_status_resolved = 'small' then 999999 else coalesce(general_from_ym, 0) end as until_ym
  from feat_taxpayer
  where vat_status_resolved = 'small' or general_from_ym is not null
),
declared as (
  select m.taxpayer_key, m.ym, m.span_months, m.version, m.filed_on, m.sales_declared_yuan, m.limit_exempt_sales_yuan
  from feat_small_month as m
  join small_taxpayers as t on t.taxpayer_key = m.taxpayer_key and m.ym < t.until_ym
),
invoiced_months as (
  select s.seller_key as taxpayer_key, s.ym, s.amount_yuan, s.difference_amount_yuan, o.intangible_amount_yuan, o.property_amount_yuan
  from feat_seller_month as s
  join small_taxpayers as t on t.taxpayer_key = s.seller_key and s.ym < t.until_ym
  left join feat_occasional_month as o on o.taxpayer_key = s.seller_key and o.ym = s.ym
),
-- The quarter of month m ends in m + 2 - m mod 3, counting months from January of year 0.
assigned_months as (
  select i.*, coalesce(m.ym, q.ym, i.ym) as period_ym
  from invoiced_months as i
  left join declared as m on m.taxpayer_key = i.taxpayer_key and m.ym = i.ym
  left join declared as q on q.taxpayer_key = i.taxpayer_key and q.ym = i.ym + 2 - mod(i.ym, 3) and q.span_months = 3
),
-- A month of invoices outside every return stands as a period of its own: its sales count towards the ceiling.
invoiced as (
  select i.taxpayer_key, i.period_ym as ym, sum(i.amount_yuan) as invoiced_yuan,
    sum(i.difference_amount_yuan) as difference_yuan, coalesce(sum(i.intangible_amount_yuan), 0) as intangible_yuan,
    coalesce(sum(i.property_amount_yuan), 0) as property_yuan
  from assigned_months as i
  group by i.taxpayer_key, i.period_ym
),
periods as (
  select coalesce(d.taxpayer_key, i.taxpayer_key) as taxpayer_key, coalesce(d.ym, i.ym) as ym, coalesce(d.span_months, 1) as span_months,
    d.taxpayer_key is not null as is_declared, d.version, d.filed_on, coalesce(d.sales_declared_yuan, 0) as declared_yuan,
    coalesce(d.limit_exempt_sales_yuan, 0) as exempt_yuan, coalesce(i.invoiced_yuan, 0) as invoiced_yuan,
    coalesce(i.difference_yuan, 0) as difference_yuan, coalesce(i.intangible_yuan, 0) as intangible_yuan,
    coalesce(i.property_yuan, 0) as property_yuan
  from declared as d
  full outer join invoiced as i on i.taxpayer_key = d.taxpayer_key and i.ym = d.ym
),
taxed as (
  select p.*, greatest(p.declared_yuan, p.invoiced_yuan) - p.intangible_yuan - p.property_yuan as regular_yuan,
    greatest(p.declared_yuan, p.invoiced_yuan - p.difference_yuan) as limit_sales_yuan
  from periods as p
)
select
  cast(r.taxpayer_key as integer) as taxpayer_key,
  cast(r.ym as integer) as ym,
  cast(r.span_months as integer) as span_months,
  cast(r.is_declared as boolean) as is_declared,
  cast(r.version as integer) as version,
  cast(r.filed_on as date) as filed_on,
  cast(r.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(r.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(r.difference_yuan as decimal(18,2)) as difference_yuan,
  cast(r.intangible_yuan as decimal(18,2)) as intangible_yuan,
  cast(r.property_yuan as decimal(18,2)) as property_yuan,
  cast(r.regular_yuan as decimal(18,2)) as regular_yuan,
  cast(r.limit_sales_yuan as decimal(18,2)) as limit_sales_yuan,
  cast(r.limit_sales_yuan - r.property_yuan as decimal(18,2)) as limit_sales_without_property_yuan,
  cast(r.exempt_yuan as decimal(18,2)) as exempt_yuan,
  cast(case when r.span_months = 3 then l.quarter_yuan else l.month_yuan end as decimal(18,2)) as limit_yuan,
  cast(coalesce(l.is_full_exemption, false) as boolean) as is_full_exemption
from taxed as r
left join list_small_exempt_limits as l on r.ym between l.from_ym and l.to_ym
