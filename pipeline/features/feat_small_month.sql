with
returns as (
  select taxpayer_key, ym, coalesce(item_group, 'all') as item_group, coalesce(span_months, 3) as span_months, version,
    coalesce(filed_on, date_add({{month_start(ym + 1)}}, 14)) as filed_on,
    sales_3pct_q01, special_sales_3pct_q02, sales_5pct_q04,
    special_sales_5pct_q05, used_asset_sales_q07,
    exempt_sales_q09, micro_exempt_sales_q10, below_threshold_sales_q11,
    export_exempt_sales_q13, tax_payable_q15, tax_reduction_q16,
    tax_total_q20
  from small_scale_returns
),
newest as (
  select taxpayer_key, ym, item_group, max(version) as version
  from returns
  where version > 1
  group by taxpayer_key, ym, item_group
),
split_periods as (
  select distinct taxpayer_key, ym from returns where item_group <> 'all'
),
counted as (
  select r.*
  from returns as r
  left join newest as n on n.taxpayer_key = r.taxpayer_key and n.ym = r.ym and n.item_group = r.item_group
  left join split_periods as s on s.taxpayer_key = r.taxpayer_key and s.ym = r.ym
  where (n.version is null or n.version = r.version) and (r.item_group <> 'all' or s.taxpayer_key is null)
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(max(span_months) as integer) as span_months,
  cast(max(version) as integer) as version,
  cast(max(filed_on) as date) as filed_on,
  cast(coalesce(sum(sales_3pct_q01), 0) as decimal(18,2)) as sales_3pct_q01,
  cast(coalesce(sum(special_sales_3pct_q02), 0) as decimal(18,2)) as special_sales_3pct_q02,
  cast(coalesce(sum(sales_5pct_q04), 0) as decimal(18,2)) as sales_5pct_q04,
  cast(coalesce(sum(special_sales_5pct_q05), 0) as decimal(18,2)) as special_sales_5pct_q05,
  cast(coalesce(sum(used_asset_sales_q07), 0) as decimal(18,2)) as used_asset_sales_q07,
  cast(coalesce(sum(exempt_sales_q09), 0) as decimal(18,2)) as exempt_sales_q09,
  cast(coalesce(sum(micro_exempt_sales_q10), 0) as decimal(18,2)) as micro_exempt_sales_q10,
  cast(coalesce(sum(below_threshold_sales_q11), 0) as decimal(18,2)) as below_threshold_sales_q11,
  cast(coalesce(sum(export_exempt_sales_q13), 0) as decimal(18,2)) as export_exempt_sales_q13,
  cast(sum(tax_payable_q15) as decimal(18,2)) as tax_payable_q15,
  cast(coalesce(sum(tax_reduction_q16), 0) as decimal(18,2)) as tax_reduction_q16,
  cast(coalesce(sum(tax_total_q20), 0) as decimal(18,2)) as tax_total_q20,
  cast(coalesce(sum(sales_3pct_q01), 0) + coalesce(sum(sales_5pct_q04), 0) + coalesce(sum(used_asset_sales_q07), 0)
    + coalesce(sum(exempt_sales_q09), 0) + coalesce(sum(export_exempt_sales_q13), 0) as decimal(18,2)) as sales_declared_yuan,
  cast(coalesce(sum(micro_exempt_sales_q10), 0) + coalesce(sum(below_threshold_sales_q11), 0) as decimal(18,2)) as limit_exempt_sales_yuan
from counted
group by taxpayer_key, ym
