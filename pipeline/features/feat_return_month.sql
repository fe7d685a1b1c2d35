with
general_group as (
  select taxpayer_key, ym, span_months, version, filed_on, sales_general_m01, audit_sales_m04, sales_simple_m05, export_sales_m07,
    exempt_sales_m08, output_tax_m11, input_tax_m12, opening_credit_m13, input_transferred_out_m14, export_refundable_m15,
    deductible_total_m17, deducted_m18, tax_payable_m19, closing_credit_m20, simple_tax_m21, tax_total_m24, arrears_m33,
    break_opening_yuan, break_17_yuan, break_18_yuan, break_20_yuan
  from feat_return_group
  where column_group = 'general'
),
levy_group as (
  select taxpayer_key, ym, span_months, version, filed_on, sales_general_m01, audit_sales_m04, sales_simple_m05, export_sales_m07,
    exempt_sales_m08, output_tax_m11, input_tax_m12, opening_credit_m13, input_transferred_out_m14, export_refundable_m15,
    deductible_total_m17, deducted_m18, tax_payable_m19, closing_credit_m20, simple_tax_m21, tax_total_m24, arrears_m33,
    break_opening_yuan, break_17_yuan, break_18_yuan, break_20_yuan
  from feat_return_group
  where column_group = 'levy_refund'
)
select
  cast(coalesce(g.taxpayer_key, l.taxpayer_key) as integer) as taxpayer_key,
  cast(coalesce(g.ym, l.ym) as integer) as ym,
  cast(coalesce(g.span_months, l.span_months) as integer) as span_months,
  cast(coalesce(g.version, l.version) as integer) as version,
  cast(coalesce(g.filed_on, l.filed_on) as date) as filed_on,
  cast(coalesce(g.sales_general_m01, 0) + coalesce(l.sales_general_m01, 0) as decimal(18,2)) as sales_general_m01,
  cast(coalesce(g.audit_sales_m04, 0) + coalesce(l.audit_sales_m04, 0) as decimal(18,2)) as audit_sales_m04,
  cast(coalesce(g.sales_simple_m05, 0) + coalesce(l.sales_simple_m05, 0) as decimal(18,2)) as sales_simple_m05,
  cast(coalesce(g.export_sales_m07, 0) + coalesce(l.export_sales_m07, 0) as decimal(18,2)) as export_sales_m07,
  cast(coalesce(g.exempt_sales_m08, 0) + coalesce(l.exempt_sales_m08, 0) as decimal(18,2)) as exempt_sales_m08,
  cast(coalesce(g.output_tax_m11, 0) + coalesce(l.output_tax_m11, 0) as decimal(18,2)) as output_tax_m11,
  cast(coalesce(g.input_tax_m12, 0) + coalesce(l.input_tax_m12, 0) as decimal(18,2)) as input_tax_m12,
  cast(coalesce(g.opening_credit_m13, 0) + coalesce(l.opening_credit_m13, 0) as decimal(18,2)) as opening_credit_m13,
  cast(coalesce(g.input_transferred_out_m14, 0) + coalesce(l.input_transferred_out_m14, 0) as decimal(18,2)) as input_transferred_out_m14,
  cast(coalesce(g.export_refundable_m15, 0) + coalesce(l.export_refundable_m15, 0) as decimal(18,2)) as export_refundable_m15,
  cast(coalesce(g.deductible_total_m17, 0) + coalesce(l.deductible_total_m17, 0) as decimal(18,2)) as deductible_total_m17,
  cast(coalesce(g.deducted_m18, 0) + coalesce(l.deducted_m18, 0) as decimal(18,2)) as deducted_m18,
  cast(coalesce(g.tax_payable_m19, 0) + coalesce(l.tax_payable_m19, 0) as decimal(18,2)) as tax_payable_m19,
  cast(coalesce(g.closing_credit_m20, 0) + coalesce(l.closing_credit_m20, 0) as decimal(18,2)) as closing_credit_m20,
  cast(coalesce(g.simple_tax_m21, 0) + coalesce(l.simple_tax_m21, 0) as decimal(18,2)) as simple_tax_m21,
  cast(coalesce(g.tax_total_m24, 0) + coalesce(l.tax_total_m24, 0) as decimal(18,2)) as tax_total_m24,
  cast(coalesce(g.arrears_m33, 0) + coalesce(l.arrears_m33, 0) as decimal(18,2)) as arrears_m33,
  cast(g.closing_credit_m20 as decimal(18,2)) as closing_credit_general_m20,
  cast(coalesce(g.sales_general_m01, 0) + coalesce(g.sales_simple_m05, 0) + coalesce(g.export_sales_m07, 0) + coalesce(g.exempt_sales_m08, 0)
    + coalesce(l.sales_general_m01, 0) + coalesce(l.sales_simple_m05, 0) + coalesce(l.export_sales_m07, 0) + coalesce(l.exempt_sales_m08, 0) as decimal(18,2)) as sales_declared_yuan,
  cast(coalesce(g.sales_general_m01, g.sales_simple_m05, g.export_sales_m07, g.exempt_sales_m08,
    l.sales_general_m01, l.sales_simple_m05, l.export_sales_m07, l.exempt_sales_m08) is not null as boolean) as is_sales_delivered,
  cast(case when l.break_opening_yuan is null or abs(g.break_opening_yuan) >= abs(l.break_opening_yuan) then g.break_opening_yuan else l.break_opening_yuan end as decimal(18,2)) as break_opening_yuan,
  cast(case when l.break_17_yuan is null or abs(g.break_17_yuan) >= abs(l.break_17_yuan) then g.break_17_yuan else l.break_17_yuan end as decimal(18,2)) as break_17_yuan,
  cast(case when l.break_18_yuan is null or abs(g.break_18_yuan) >= abs(l.break_18_yuan) then g.break_18_yuan else l.break_18_yuan end as decimal(18,2)) as break_18_yuan,
  cast(case when l.break_20_yuan is null or abs(g.break_20_yuan) >= abs(l.break_20_yuan) then g.break_20_yuan else l.break_20_yuan end as decimal(18,2)) as break_20_yuan
from general_group as g
full outer join levy_group as l on l.taxpayer_key = g.taxpayer_key and l.ym = g.ym
