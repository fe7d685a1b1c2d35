with
newest as (
  select taxpayer_key, ym, coalesce(item_group, 'all') as item_group, max(version) as version
  from small_scale_returns
  where version > 1
  group by taxpayer_key, ym, coalesce(item_group, 'all')
),
split_periods as (
  select distinct taxpayer_key, ym from small_scale_returns where item_group <> 'all'
),
-- Few periods are filed by item group; only those need adding up.
split_rows as (
  select r.taxpayer_key, r.ym, r.span_months, r.version, r.filed_on,
    r.sales_3pct_q01, r.special_sales_3pct_q02, r.sales_5pct_q04, r.special_sales_5pct_q05, r.used_asset_sales_q07,
    r.exempt_sales_q09, r.micro_exempt_sales_q10, r.below_threshold_sales_q11, r.export_exempt_sales_q13, r.tax_payable_q15,
    r.tax_reduction_q16, r.tax_total_q20
  from small_scale_returns as r
  left join newest as n on n.taxpayer_key = r.taxpayer_key and n.ym = r.ym and n.item_group = r.item_group
  where r.item_group <> 'all' and (n.version is null or n.version = r.version)
),
counted as (
  select r.taxpayer_key, r.ym, r.span_months, r.version, r.filed_on,
    r.sales_3pct_q01, r.special_sales_3pct_q02, r.sales_5pct_q04, r.special_sales_5pct_q05, r.used_asset_sales_q07,
    r.exempt_sales_q09, r.micro_exempt_sales_q10, r.below_threshold_sales_q11, r.export_exempt_sales_q13, r.tax_payable_q15,
    r.tax_reduction_q16, r.tax_total_q20
  from small_scale_returns as r
  left join newest as n on n.taxpayer_key = r.taxpayer_key and n.ym = r.ym and n.item_group = 'all'
  left join split_periods as s on s.taxpayer_key = r.taxpayer_key and s.ym = r.ym
  where coalesce(r.item_group, 'all') = 'all' and s.taxpayer_key is null and (n.version is null or n.version = r.version)
  union all
  select taxpayer_key, ym, max(coalesce(span_months, 3)) as span_months, max(version) as version,
    max(coalesce(filed_on, date_add({{month_start(ym + 1)}}, 14))) as filed_on,
    sum(sales_3pct_q01) as sales_3pct_q01,
    sum(special_sales_3pct_q02) as special_sales_3pct_q02,
    sum(sales_5pct_q04) as sales_5pct_q04,
    sum(special_sales_5pct_q05) as special_sales_5pct_q05,
    sum(used_asset_sales_q07) as used_asset_sales_q07,
    sum(exempt_sales_q09) as exempt_sales_q09,
    sum(micro_exempt_sales_q10) as micro_exempt_sales_q10,
    sum(below_threshold_sales_q11) as below_threshold_sales_q11,
    sum(export_exempt_sales_q13) as export_exempt_sales_q13,
    sum(tax_payable_q15) as tax_payable_q15,
    sum(tax_reduction_q16) as tax_reduction_q16,
    sum(tax_total_q20) as tax_total_q20
  from split_rows
  group by taxpayer_key, ym
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(coalesce(span_months, 3) as integer) as span_months,
  cast(version as integer) as version,
  cast(coalesce(filed_on, date_add({{month_start(ym + 1)}}, 14)) as date) as filed_on,
  cast(coalesce(sales_3pct_q01, 0) as decimal(18,2)) as sales_3pct_q01,
  cast(coalesce(special_sales_3pct_q02, 0) as decimal(18,2)) as special_sales_3pct_q02,
  cast(coalesce(sales_5pct_q04, 0) as decimal(18,2)) as sales_5pct_q04,
  cast(coalesce(special_sales_5pct_q05, 0) as decimal(18,2)) as special_sales_5pct_q05,
  cast(coalesce(used_asset_sales_q07, 0) as decimal(18,2)) as used_asset_sales_q07,
  cast(coalesce(exempt_sales_q09, 0) as decimal(18,2)) as exempt_sales_q09,
  cast(coalesce(micro_exempt_sales_q10, 0) as decimal(18,2)) as micro_exempt_sales_q10,
  cast(coalesce(below_threshold_sales_q11, 0) as decimal(18,2)) as below_threshold_sales_q11,
  cast(coalesce(export_exempt_sales_q13, 0) as decimal(18,2)) as export_exempt_sales_q13,
  cast(tax_payable_q15 as decimal(18,2)) as tax_payable_q15,
  cast(coalesce(tax_reduction_q16, 0) as decimal(18,2)) as tax_reduction_q16,
  cast(coalesce(tax_total_q20, 0) as decimal(18,2)) as tax_total_q20,
  cast(coalesce(sales_3pct_q01, 0) + coalesce(sales_5pct_q04, 0) + coalesce(used_asset_sales_q07, 0)
    + coalesce(exempt_sales_q09, 0) + coalesce(export_exempt_sales_q13, 0) as decimal(18,2)) as sales_declared_yuan,
  cast(coalesce(micro_exempt_sales_q10, 0) + coalesce(below_threshold_sales_q11, 0) as decimal(18,2)) as limit_exempt_sales_yuan
from counted
