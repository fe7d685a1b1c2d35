select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not d.is_covered_w12 or coalesce(m.periods_w12, 0) = 0 then 'N_COVERAGE'
    when m.input_w12_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast({{ratio(m.customs_w12_yuan + m.farm_w12_yuan + m.withheld_w12_yuan + m.farm_extra_w12_yuan + m.other_w12_yuan, m.input_w12_yuan)}} as double)
    as non_special_share,
  cast({{ratio(m.other_w12_yuan, m.input_w12_yuan)}} as double) as row_8b_share,
  cast(m.customs_w12_yuan + m.farm_w12_yuan + m.withheld_w12_yuan + m.farm_extra_w12_yuan + m.other_w12_yuan as decimal(18,2)) as non_special_tax_yuan,
  cast(m.other_w12_yuan as decimal(18,2)) as row_8b_tax_yuan,
  cast(m.input_w12_yuan as decimal(18,2)) as input_tax_yuan,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
left join feat_input_mix as m on m.subject_no = s.subject_no
