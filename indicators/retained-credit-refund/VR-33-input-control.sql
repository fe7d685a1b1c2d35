with
controlled as (
  select s.subject_no, t.industry_section, g.section is not null as is_goods_section, d.months_since_registration, k.is_covered, k.from_ym, k.to_ym,
    k.input_tax_yuan, k.cost_yuan, k.stock_change_yuan, k.main_rate, k.has_lines, k.input_tax_yuan - k.capital_tax_yuan - k.service_tax_yuan as kept_tax_yuan,
    cast(cast(k.stock_change_yuan + k.cost_yuan + k.payables_paid_yuan as double) * k.main_rate as decimal(18,2)) + k.freight_tax_yuan as control_yuan
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  join feat_input_control as k on k.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join list_goods_sections as g on g.section = t.industry_section and s.rule_on between g.from_on and g.to_on
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(case when not c.is_goods_section and c.industry_section is not null then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when c.industry_section is null then 'N_NO_ROWS'
    when c.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not c.is_covered or c.control_yuan is null then 'N_COVERAGE'
    when c.control_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when c.control_yuan > 0 then cast({{ratio(c.kept_tax_yuan - c.control_yuan, c.control_yuan)}} as decimal(18,9)) end as double) as excess_ratio,
  cast(c.kept_tax_yuan - c.control_yuan as decimal(18,2)) as excess_yuan,
  cast(c.control_yuan as decimal(18,2)) as control_yuan,
  cast(c.input_tax_yuan as decimal(18,2)) as input_tax_yuan,
  cast(c.stock_change_yuan as decimal(18,2)) as stock_change_yuan,
  cast(c.cost_yuan as decimal(18,2)) as cost_yuan,
  cast(c.main_rate as double) as main_rate,
  cast(coalesce(c.has_lines, false) as boolean) as has_lines,
  cast(c.from_ym as integer) as window_from_ym,
  cast(c.to_ym as integer) as window_to_ym
from controlled as c
