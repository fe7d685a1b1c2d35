-- Every period over its limit with the exempt rows as filed and the tax short, newest first.
with
periods as (
  select a.subject_no, a.taxpayer_key, r.ym, r.span_months, r.version, r.filed_on, r.declared_yuan, r.invoiced_yuan, r.difference_yuan, r.property_yuan,
    r.limit_yuan, r.exempt_yuan, w.rate,
    case when r.ym < 2026 * 12 or p.is_property_left_out_2026 then r.limit_sales_without_property_yuan else r.limit_sales_yuan end as limit_sales_yuan
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_small_period as r on r.taxpayer_key = a.taxpayer_key and r.ym <= a.p_ym and r.is_declared and not r.is_full_exemption
  left join list_small_scale_rates as w on r.ym between w.from_ym and w.to_ym
),
newest as (
  select v.taxpayer_key, v.ym, v.item_group, max(v.version) as version
  from small_scale_returns as v
  where exists (select 1 from asked as a where a.taxpayer_key = v.taxpayer_key)
  group by v.taxpayer_key, v.ym, v.item_group
),
filed as (
  select n.taxpayer_key, n.ym, coalesce(v.item_group, 'all') as item_group, v.micro_exempt_sales_q10, v.below_threshold_sales_q11, v.source_file_no, v.source_row_no
  from newest as n
  join small_scale_returns as v
    on v.taxpayer_key = n.taxpayer_key and v.ym = n.ym and coalesce(v.item_group, '') = coalesce(n.item_group, '') and v.version = n.version
)
select
  cast(o.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by o.subject_no
    order by o.ym desc nulls last, v.item_group asc nulls last, v.source_file_no asc nulls last, v.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(cast({{idiv(o.ym, 12)}} as string) || '-' || lpad(cast(mod(o.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(o.span_months as integer) as span_months,
  cast(o.version as integer) as version,
  cast(o.filed_on as date) as filed_on,
  cast(o.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(o.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(o.difference_yuan as decimal(18,2)) as difference_yuan,
  cast(o.property_yuan as decimal(18,2)) as property_yuan,
  cast(o.limit_sales_yuan as decimal(18,2)) as limit_sales_yuan,
  cast(o.limit_yuan as decimal(18,2)) as limit_yuan,
  cast(v.item_group as string) as item_group,
  cast(v.micro_exempt_sales_q10 as decimal(18,2)) as row10_yuan,
  cast(v.below_threshold_sales_q11 as decimal(18,2)) as row11_yuan,
  cast(o.rate as double) as rate_in_force,
  cast(cast(o.exempt_yuan as double) * o.rate as decimal(18,2)) as tax_short_yuan,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from periods as o
join filed as v on v.taxpayer_key = o.taxpayer_key and v.ym = o.ym
where o.limit_sales_yuan > o.limit_yuan and o.exempt_yuan > 0
