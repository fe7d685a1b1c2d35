select
  cast(s.subject_no as integer) as subject_no,
  -- The tax exempted and credited of exporters is not on the form, so their burden cannot be compared.
  cast(case when coalesce(t.export_method, 'none') <> 'none' or d.export_w12_yuan > 0 then 'A_STATUS' end as string) as not_applicable,
  cast(case
    when d.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not d.is_covered_w12 then 'N_COVERAGE'
    when d.taxable_sales_w12_yuan is null or d.taxable_sales_w12_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when d.taxable_sales_w12_yuan > 0 then {{ratio(d.tax_total_w12_yuan, d.taxable_sales_w12_yuan)}} end as double) as burden_ratio,
  cast(d.tax_total_w12_yuan as decimal(18,2)) as tax_total_yuan,
  cast(d.taxable_sales_w12_yuan as decimal(18,2)) as taxable_sales_yuan,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
