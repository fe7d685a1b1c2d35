with
terms as (
  select s.subject_no, s.p_ym, t.industry_section, g.section is not null as is_goods_section, d.months_since_registration, d.is_covered_w12, d.input_w12_yuan,
    k.inventory_yuan - k.inventory_before_yuan as stock_change_yuan, k.cost_w12_yuan, k.payables_before_yuan - k.payables_yuan as payables_paid_yuan,
    k.main_rate, k.freight_tax_yuan, k.service_tax_yuan, coalesce(c.capital_tax_w12_yuan, 0) as capital_tax_yuan, k.has_lines
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join list_goods_sections as g on g.section = t.industry_section
  left join feat_stock_control as k on k.subject_no = s.subject_no
  left join feat_capital as c on c.subject_no = s.subject_no
),
controlled as (
  select t.*, cast(cast(t.stock_change_yuan + t.cost_w12_yuan + t.payables_paid_yuan as double) * t.main_rate as decimal(18,2)) + t.freight_tax_yuan as control_yuan
  from terms as t
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(case when not c.is_goods_section and c.industry_section is not null then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when c.industry_section is null then 'N_NO_ROWS'
    when c.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not c.is_covered_w12 or c.control_yuan is null then 'N_COVERAGE'
    when c.control_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when c.control_yuan > 0 then cast({{ratio(c.input_w12_yuan - c.capital_tax_yuan - c.service_tax_yuan - c.control_yuan, c.control_yuan)}} as decimal(18,9))
    end as double) as excess_ratio,
  cast(c.input_w12_yuan - c.capital_tax_yuan - c.service_tax_yuan - c.control_yuan as decimal(18,2)) as excess_yuan,
  cast(c.control_yuan as decimal(18,2)) as control_yuan,
  cast(c.input_w12_yuan as decimal(18,2)) as input_tax_yuan,
  cast(c.stock_change_yuan as decimal(18,2)) as stock_change_yuan,
  cast(c.cost_w12_yuan as decimal(18,2)) as cost_yuan,
  cast(c.main_rate as double) as main_rate,
  cast(coalesce(c.has_lines, false) as boolean) as has_lines,
  cast(c.p_ym - 11 as integer) as window_from_ym,
  cast(c.p_ym as integer) as window_to_ym
from controlled as c
