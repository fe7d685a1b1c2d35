with
subjects as (
  select s.subject_no, s.taxpayer_key, s.p_ym, s.claimed_amount_yuan, t.registered_ym,
    s.p_ym - t.registered_ym + case when day(t.registered_on) = 1 then 1 else 0 end as months_since_registration
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
),
periods as (
  select taxpayer_key, ym, span_months, span_months as general_months, sales_declared_yuan, input_tax_m12, output_tax_m11, export_sales_m07,
    coalesce(sales_general_m01, 0) + coalesce(sales_simple_m05, 0) as taxable_sales, sales_general_m01, tax_total_m24, closing_credit_m20, simple_tax_m21
  from feat_return_month
  union all
  select taxpayer_key, ym, span_months, 0 as general_months, sales_declared_yuan, null as input_tax_m12, null as output_tax_m11,
    null as export_sales_m07, null as taxable_sales, null as sales_general_m01, null as tax_total_m24, null as closing_credit_m20, null as simple_tax_m21
  from feat_small_month
),
windows as (
  select s.subject_no,
    max(case when r.ym = s.p_ym then 1 else 0 end) as has_p,
    sum(case when r.ym > s.p_ym - 3 then r.span_months end) as months_w3,
    sum(case when r.ym > s.p_ym - 6 then r.span_months end) as months_w6,
    sum(case when r.ym > s.p_ym - 12 then r.span_months end) as months_w12,
    sum(case when r.ym > s.p_ym - 24 then r.span_months end) as months_w24,
    sum(r.span_months) as months_w36,
    sum(case when r.ym > s.p_ym - 3 then r.sales_declared_yuan end) as sales_w3,
    sum(case when r.ym > s.p_ym - 6 then r.sales_declared_yuan end) as sales_w6,
    sum(case when r.ym > s.p_ym - 12 then r.sales_declared_yuan end) as sales_w12,
    sum(case when r.ym > s.p_ym - 3 then r.input_tax_m12 end) as input_w3,
    sum(case when r.ym > s.p_ym - 6 then r.input_tax_m12 end) as input_w6,
    sum(case when r.ym > s.p_ym - 12 then r.input_tax_m12 end) as input_w12,
    sum(case when r.ym > s.p_ym - 6 then r.general_months end) as general_months_w6,
    sum(case when r.ym > s.p_ym - 6 then r.output_tax_m11 end) as output_w6,
    sum(case when r.ym > s.p_ym - 12 then r.output_tax_m11 end) as output_w12,
    sum(case when r.ym > s.p_ym - 12 then r.taxable_sales end) as taxable_w12,
    sum(case when r.ym > s.p_ym - 12 then r.sales_general_m01 end) as general_w12,
    sum(case when r.ym > s.p_ym - 12 then r.tax_total_m24 end) as tax_total_w12,
    sum(case when r.ym > s.p_ym - 12 then r.simple_tax_m21 end) as simple_tax_w12,
    sum(case when r.ym > s.p_ym - 12 then r.export_sales_m07 end) as export_w12,
    sum(case when r.ym <= s.p_ym - 3 and r.ym > s.p_ym - 15 then r.input_tax_m12 end) as input_pre,
    sum(case when r.ym <= s.p_ym - 3 and r.ym > s.p_ym - 15 then r.closing_credit_m20 end) as credit_pre,
    sum(case when r.ym <= s.p_ym - 3 and r.ym > s.p_ym - 15 and r.closing_credit_m20 is not null then 1 end) as credit_pre_periods,
    sum(case when r.ym <= s.p_ym - 3 and r.ym > s.p_ym - 15 then r.general_months end) as months_pre,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 15 then r.input_tax_m12 end) as input_py_w3,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 15 then r.sales_declared_yuan end) as sales_py_w3,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 15 then r.general_months end) as months_py_w3,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 18 then r.input_tax_m12 end) as input_py_w6,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 18 then r.output_tax_m11 end) as output_py_w6,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 18 then r.sales_declared_yuan end) as sales_py_w6,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 18 then r.general_months end) as months_py_w6,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 24 then r.input_tax_m12 end) as input_py_w12,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 24 then r.sales_declared_yuan end) as sales_py_w12,
    sum(case when r.ym <= s.p_ym - 12 and r.ym > s.p_ym - 24 then r.general_months end) as months_py_w12
  from subjects as s
  join periods as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 35 and s.p_ym
  group by s.subject_no
),
-- Months of a window that lie after the month of registration.
expected as (
  select subject_no,
    greatest(0, least(3, coalesce(p_ym - registered_ym, 3))) as months_w3,
    greatest(0, least(6, coalesce(p_ym - registered_ym, 6))) as months_w6,
    greatest(0, least(12, coalesce(p_ym - registered_ym, 12))) as months_w12,
    greatest(0, least(24, coalesce(p_ym - registered_ym, 24))) as months_w24,
    greatest(0, least(36, coalesce(p_ym - registered_ym, 36))) as months_w36
  from subjects
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(s.months_since_registration as integer) as months_since_registration,
  cast(coalesce(w.has_p, 0) = 1 as boolean) as has_return_p,
  cast(coalesce(w.months_w3, 0) as integer) as months_with_return_w3,
  cast(coalesce(w.months_w6, 0) as integer) as months_with_return_w6,
  cast(coalesce(w.months_w12, 0) as integer) as months_with_return_w12,
  cast(coalesce(w.months_w24, 0) as integer) as months_with_return_w24,
  cast(coalesce(w.months_w36, 0) as integer) as months_with_return_w36,
  cast(coalesce(w.has_p = 1 and 4 * w.months_w3 >= 3 * e.months_w3, false) as boolean) as is_covered_w3,
  cast(coalesce(w.has_p = 1 and 4 * w.months_w6 >= 3 * e.months_w6, false) as boolean) as is_covered_w6,
  cast(coalesce(w.has_p = 1 and 4 * w.months_w12 >= 3 * e.months_w12, false) as boolean) as is_covered_w12,
  cast(coalesce(w.has_p = 1 and 4 * w.months_w24 >= 3 * e.months_w24, false) as boolean) as is_covered_w24,
  cast(coalesce(w.has_p = 1 and 4 * w.months_w36 >= 3 * e.months_w36, false) as boolean) as is_covered_w36,
  cast(w.sales_w3 as decimal(18,2)) as sales_w3_yuan,
  cast(w.sales_w6 as decimal(18,2)) as sales_w6_yuan,
  cast(w.sales_w12 as decimal(18,2)) as sales_w12_yuan,
  cast(case when w.months_w12 >= 12 then cast(w.sales_w12 as double)
    else 12 * {{ratio(w.sales_w12, w.months_w12)}} end as decimal(18,2)) as sales_ltm_yuan,
  cast(w.input_w3 as decimal(18,2)) as input_w3_yuan,
  cast(w.input_w6 as decimal(18,2)) as input_w6_yuan,
  cast(w.input_w12 as decimal(18,2)) as input_w12_yuan,
  cast(w.output_w6 as decimal(18,2)) as output_w6_yuan,
  cast(w.output_w12 as decimal(18,2)) as output_w12_yuan,
  cast(w.taxable_w12 as decimal(18,2)) as taxable_sales_w12_yuan,
  cast(w.general_w12 as decimal(18,2)) as sales_general_w12_yuan,
  cast(w.tax_total_w12 as decimal(18,2)) as tax_total_w12_yuan,
  cast(w.simple_tax_w12 as decimal(18,2)) as simple_tax_w12_yuan,
  cast(w.export_w12 as decimal(18,2)) as export_w12_yuan,
  cast(w.input_pre as decimal(18,2)) as input_pre_w3_12_yuan,
  cast(coalesce(w.months_pre, 0) as integer) as months_pre_w3_12,
  cast(w.input_py_w3 as decimal(18,2)) as input_py_w3_yuan,
  cast(w.sales_py_w3 as decimal(18,2)) as sales_py_w3_yuan,
  cast(coalesce(w.months_py_w3, 0) as integer) as months_py_w3,
  cast(coalesce(w.months_py_w3, 0) >= 3 as boolean) as is_py_w3_covered,
  cast({{ratio(w.credit_pre, w.credit_pre_periods)}} as decimal(18,2)) as mean_credit_pre_w3_12_yuan,
  cast(w.input_py_w6 as decimal(18,2)) as input_py_w6_yuan,
  cast(w.output_py_w6 as decimal(18,2)) as output_py_w6_yuan,
  cast(w.sales_py_w6 as decimal(18,2)) as sales_py_w6_yuan,
  cast(4 * coalesce(w.months_py_w6, 0) >= 3 * 6 as boolean) as is_py_w6_covered,
  cast(w.input_py_w12 as decimal(18,2)) as input_py_w12_yuan,
  cast(w.sales_py_w12 as decimal(18,2)) as sales_py_w12_yuan,
  cast(4 * coalesce(w.months_py_w12, 0) >= 3 * 12 as boolean) as is_py_w12_covered,
  cast(r.closing_credit_m20 as decimal(18,2)) as closing_credit_p_yuan,
  cast(coalesce(s.claimed_amount_yuan, r.closing_credit_m20) as decimal(18,2)) as exposure_yuan,
  cast(coalesce(w.general_months_w6, 0) as integer) as general_months_w6,
  cast(coalesce(w.months_py_w6, 0) as integer) as general_months_py_w6
from subjects as s
join expected as e on e.subject_no = s.subject_no
left join windows as w on w.subject_no = s.subject_no
left join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym = s.p_ym
