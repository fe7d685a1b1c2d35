with
-- Few returns are ever corrected: looking only for later versions spares a window over all of them.
newest as (
  select taxpayer_key, ym, coalesce(column_group, 'general') as column_group, max(version) as version
  from vat_returns
  where version > 1
  group by taxpayer_key, ym, coalesce(column_group, 'general')
),
closings as (
  select r.taxpayer_key, r.ym, coalesce(r.column_group, 'general') as column_group, r.closing_credit_m20
  from vat_returns as r
  left join newest as n on n.taxpayer_key = r.taxpayer_key and n.ym = r.ym and n.column_group = coalesce(r.column_group, 'general')
  where n.version is null or n.version = r.version
),
-- The first return as general taxpayer has no credit to carry over; a documented reorganisation moves credit lawfully.
approvals as (
  select distinct r.taxpayer_key, r.ym, coalesce(r.span_months, 1) as span_months
  from list_group_approvals as g
  join parties as p on p.taxpayer_id = g.taxpayer_id
  join vat_returns as r on r.taxpayer_key = p.party_key and g.from_ym <= r.ym and g.to_ym > r.ym - coalesce(r.span_months, 1)
),
in_force as (
  select r.taxpayer_key, r.ym, coalesce(r.column_group, 'general') as column_group, coalesce(r.span_months, 1) as span_months, r.version,
    coalesce(r.filed_on, date_add({{month_start(r.ym + 1)}}, 14)) as filed_on,
    r.sales_general_m01, r.audit_sales_m04, r.sales_simple_m05, r.export_sales_m07, r.exempt_sales_m08, r.output_tax_m11,
    r.input_tax_m12, r.opening_credit_m13, r.input_transferred_out_m14, r.export_refundable_m15,
    r.deductible_total_m17, r.deducted_m18, r.tax_payable_m19, r.closing_credit_m20, r.simple_tax_m21, r.tax_total_m24, r.arrears_m33,
    case when a.taxpayer_key is null and coalesce(t.general_from_ym > r.ym or t.general_from_ym <= r.ym - coalesce(r.span_months, 1), true)
      then r.opening_credit_m13 - b.closing_credit_m20 end as break_opening_yuan,
    case when a.taxpayer_key is null then r.deductible_total_m17 - (r.input_tax_m12 + r.opening_credit_m13 - coalesce(r.input_transferred_out_m14, 0)
      - coalesce(r.export_refundable_m15, 0) + coalesce(r.audit_tax_m16, 0)) end as break_17_yuan,
    case when a.taxpayer_key is null and r.deductible_total_m17 is not null
      then r.deducted_m18 - least(r.deductible_total_m17, r.output_tax_m11) end as break_18_yuan,
    case when a.taxpayer_key is null then r.closing_credit_m20 - (r.deductible_total_m17 - r.deducted_m18) end as break_20_yuan
  from vat_returns as r
  left join newest as n on n.taxpayer_key = r.taxpayer_key and n.ym = r.ym and n.column_group = coalesce(r.column_group, 'general')
  left join closings as b on b.taxpayer_key = r.taxpayer_key and b.ym = r.ym - coalesce(r.span_months, 1) and b.column_group = coalesce(r.column_group, 'general')
  left join feat_taxpayer as t on t.taxpayer_key = r.taxpayer_key
  left join approvals as a on a.taxpayer_key = r.taxpayer_key and a.ym = r.ym and a.span_months = coalesce(r.span_months, 1)
  where n.version is null or n.version = r.version
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(column_group as string) as column_group,
  cast(span_months as integer) as span_months,
  cast(version as integer) as version,
  cast(filed_on as date) as filed_on,
  cast(sales_general_m01 as decimal(18,2)) as sales_general_m01,
  cast(audit_sales_m04 as decimal(18,2)) as audit_sales_m04,
  cast(sales_simple_m05 as decimal(18,2)) as sales_simple_m05,
  cast(export_sales_m07 as decimal(18,2)) as export_sales_m07,
  cast(exempt_sales_m08 as decimal(18,2)) as exempt_sales_m08,
  cast(output_tax_m11 as decimal(18,2)) as output_tax_m11,
  cast(input_tax_m12 as decimal(18,2)) as input_tax_m12,
  cast(opening_credit_m13 as decimal(18,2)) as opening_credit_m13,
  cast(input_transferred_out_m14 as decimal(18,2)) as input_transferred_out_m14,
  cast(export_refundable_m15 as decimal(18,2)) as export_refundable_m15,
  cast(deductible_total_m17 as decimal(18,2)) as deductible_total_m17,
  cast(deducted_m18 as decimal(18,2)) as deducted_m18,
  cast(tax_payable_m19 as decimal(18,2)) as tax_payable_m19,
  cast(closing_credit_m20 as decimal(18,2)) as closing_credit_m20,
  cast(simple_tax_m21 as decimal(18,2)) as simple_tax_m21,
  cast(tax_total_m24 as decimal(18,2)) as tax_total_m24,
  cast(arrears_m33 as decimal(18,2)) as arrears_m33,
  cast(break_opening_yuan as decimal(18,2)) as break_opening_yuan,
  cast(break_17_yuan as decimal(18,2)) as break_17_yuan,
  cast(break_18_yuan as decimal(18,2)) as break_18_yuan,
  cast(break_20_yuan as decimal(18,2)) as break_20_yuan
from in_force
