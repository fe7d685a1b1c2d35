with
measured as (
  select s.subject_no, s.p_ym, d.months_since_registration, d.is_covered_w3, d.is_py_w3_covered, d.exposure_yuan, d.sales_w3_yuan, d.sales_py_w3_yuan,
    case when d.sales_py_w3_yuan > 0 then cast({{ratio(d.sales_w3_yuan, d.sales_py_w3_yuan)}} as decimal(18,9)) - 1 end as sales_growth,
    case when d.input_py_w3_yuan > 0 then cast({{ratio(d.input_w3_yuan, d.input_py_w3_yuan)}} as decimal(18,9)) - 1 end as input_growth,
    e.claim_count, case when e.claim_count > 0 then cast({{ratio(e.claimed_yuan, e.claim_count)}} as decimal(18,2)) else d.mean_credit_pre_w3_12_yuan end as base_yuan
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_earlier_claims as e on e.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(case when m.exposure_yuan <= 0 then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case
    when m.months_since_registration < 3 or not m.is_py_w3_covered then 'N_TOO_YOUNG'
    when not m.is_covered_w3 or m.exposure_yuan is null then 'N_COVERAGE'
    when m.sales_growth is null or m.input_growth is null or m.base_yuan is null or m.base_yuan < p.base_minimum_yuan then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when m.base_yuan > 0 then cast({{ratio(m.exposure_yuan, m.base_yuan)}} as decimal(18,9)) end as double) as jump_times,
  cast(m.sales_growth as double) as sales_growth,
  cast(m.input_growth as double) as input_growth,
  cast(m.exposure_yuan as decimal(18,2)) as exposure_yuan,
  cast(m.base_yuan as decimal(18,2)) as base_yuan,
  cast(m.sales_w3_yuan as decimal(18,2)) as sales_yuan,
  cast(m.sales_py_w3_yuan as decimal(18,2)) as sales_before_yuan,
  cast(case when m.claim_count > 0 then '此前24个月申请的平均额' else '此前12个月平均留抵' end as string) as base_note_zh,
  cast(case when m.claim_count > 0 then 'mean of earlier claims in 24 months' else 'mean credit of the twelve months before' end as string) as base_note_en,
  cast(m.p_ym - 2 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
join params as p on p.subject_no = m.subject_no
