with
newest as (
  select taxpayer_key, ym, max(version) as version
  from vat_return_schedule1
  where version > 1
  group by taxpayer_key, ym
),
-- The list holds the rows that are summed; the "of which" rows 6, 7, 14, 15 are not in it.
counted as (
  select s.taxpayer_key, s.ym, coalesce(r.rate, -1) as rate,
    s.special_sales_c01, s.special_tax_c02, s.other_invoice_sales_c03, s.other_invoice_tax_c04,
    s.uninvoiced_sales_c05,
    s.total_sales_c09, s.deduction_c12
  from vat_return_schedule1 as s
  join list_schedule1_rates as r on r.row_no = s.row_no and s.ym between r.from_ym and r.to_ym
  left join newest as n on n.taxpayer_key = s.taxpayer_key and n.ym = s.ym
  where n.version is null or n.version = s.version
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(rate as double) as rate,
  cast(coalesce(sum(special_sales_c01), 0) as decimal(18,2)) as special_sales_c01,
  cast(coalesce(sum(special_tax_c02), 0) as decimal(18,2)) as special_tax_c02,
  cast(coalesce(sum(other_invoice_sales_c03), 0) as decimal(18,2)) as other_invoice_sales_c03,
  cast(coalesce(sum(other_invoice_tax_c04), 0) as decimal(18,2)) as other_invoice_tax_c04,
  cast(coalesce(sum(uninvoiced_sales_c05), 0) as decimal(18,2)) as uninvoiced_sales_c05,
  cast(coalesce(sum(total_sales_c09), 0) as decimal(18,2)) as total_sales_c09,
  cast(coalesce(sum(deduction_c12), 0) as decimal(18,2)) as deduction_c12,
  cast({{ratio(coalesce(sum(deduction_c12), 0), 1 + greatest(cast(rate as double), 0))}} as decimal(18,2)) as deduction_net_yuan
from counted
group by taxpayer_key, ym, rate
