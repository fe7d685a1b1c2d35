with
-- Means per month with a return: the two windows may lack different months. Growth in nine decimals: a value exactly on a limit must not fall to either side by the last bit of a fraction.
grown as (
  select s.subject_no, s.p_ym, d.months_since_registration, d.is_covered_w6, d.is_py_w6_covered, d.input_w6_yuan, d.output_w6_yuan,
    d.input_w6_yuan - cast({{ratio(d.general_months_w6, d.general_months_py_w6)}} * d.input_py_w6_yuan as decimal(18,2)) as extra_input_yuan,
    case when d.input_py_w6_yuan > 0 then cast({{ratio(d.input_w6_yuan * d.general_months_py_w6, d.input_py_w6_yuan * d.general_months_w6)}} as decimal(18,9)) - 1 end as input_growth,
    case when d.output_py_w6_yuan > 0 then cast({{ratio(d.output_w6_yuan * d.general_months_py_w6, d.output_py_w6_yuan * d.general_months_w6)}} as decimal(18,9)) - 1 end as output_growth
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
)
select
  cast(g.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when g.months_since_registration < 6 or not g.is_py_w6_covered then 'N_TOO_YOUNG'
    when not g.is_covered_w6 then 'N_COVERAGE'
    when g.input_growth is null or g.output_growth is null then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(g.input_growth - g.output_growth as double) as growth_gap,
  cast(g.input_growth as double) as input_growth,
  cast(g.output_growth as double) as output_growth,
  cast(case when abs(g.output_growth) > p.output_growth_floor then {{ratio(g.input_growth, g.output_growth)}} end as double) as elasticity,
  cast(g.extra_input_yuan as decimal(18,2)) as extra_input_yuan,
  cast(g.input_w6_yuan as decimal(18,2)) as input_yuan,
  cast(g.output_w6_yuan as decimal(18,2)) as output_yuan,
  cast(g.p_ym - 5 as integer) as window_from_ym,
  cast(g.p_ym as integer) as window_to_ym
from grown as g
join params as p on p.subject_no = g.subject_no
