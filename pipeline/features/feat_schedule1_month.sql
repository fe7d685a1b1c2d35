select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(sum(special_sales_c01) as decimal(18,2)) as special_sales_c01,
  cast(sum(special_tax_c02) as decimal(18,2)) as special_tax_c02,
  cast(sum(other_invoice_sales_c03) as decimal(18,2)) as other_invoice_sales_c03,
  cast(sum(other_invoice_tax_c04) as decimal(18,2)) as other_invoice_tax_c04,
  cast(sum(uninvoiced_sales_c05) as decimal(18,2)) as uninvoiced_sales_c05,
  cast(sum(total_sales_c09) as decimal(18,2)) as total_sales_c09,
  cast(sum(deduction_c12) as decimal(18,2)) as deduction_c12,
  cast(sum(deduction_net_yuan) as decimal(18,2)) as deduction_net_yuan,
  cast(case when min(rate) = max(rate) then min(rate) end as double) as single_rate
from feat_schedule1_rate
group by taxpayer_key, ym
