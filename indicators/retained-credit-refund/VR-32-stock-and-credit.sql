with
terms as (
  select s.subject_no, s.p_ym, t.industry_section, substr(t.industry_code, 1, 3) as division, d.months_since_registration, d.is_covered_w12,
    d.closing_credit_p_yuan as credit_yuan, k.inventory_yuan, k.input_rate, k.goods_bought_yuan, x.bought_w12_yuan,
    coalesce(k.cost_w12_yuan, x.bought_w12_yuan) as cost_yuan, coalesce(c.capital_tax_w36_yuan, 0) as capital_tax_yuan,
    coalesce(s.export_refund_pending_yuan, 0) as pending_yuan,
    case when d.output_w12_yuan is not null and d.sales_general_w12_yuan > 0 then {{ratio(d.output_w12_yuan, d.sales_general_w12_yuan)}} end as output_rate,
    g.section is not null as is_goods_section
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join list_goods_sections as g on g.section = t.industry_section and s.rule_on between g.from_on and g.to_on
  left join feat_stock_control as k on k.subject_no = s.subject_no
  left join feat_trade as x on x.subject_no = s.subject_no
  left join feat_capital as c on c.subject_no = s.subject_no
),
explained as (
  select t.*, cast(cast(t.inventory_yuan as double) * t.input_rate as decimal(18,2)) as stock_tax_yuan, least(t.credit_yuan, t.capital_tax_yuan) as capital_part_yuan,
    cast(greatest(0, t.input_rate - coalesce(t.output_rate, t.input_rate)) * cast(coalesce(t.cost_yuan, 0) as double) as decimal(18,2)) as rate_gap_yuan
  from terms as t
)
select
  cast(e.subject_no as integer) as subject_no,
  cast(case when not e.is_goods_section and e.industry_section is not null then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when e.industry_section is null then 'N_NO_ROWS'
    when e.credit_yuan is null then 'N_COVERAGE'
    when e.credit_yuan <= 0 then null
    when e.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not e.is_covered_w12 or e.inventory_yuan is null then 'N_COVERAGE'
    when e.input_rate is null then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when e.credit_yuan > 0 then cast({{ratio(e.credit_yuan - e.stock_tax_yuan - e.capital_part_yuan - e.pending_yuan - e.rate_gap_yuan, e.credit_yuan)}}
    as decimal(18,9)) end as double) as gap_ratio,
  cast(e.credit_yuan - e.stock_tax_yuan - e.capital_part_yuan - e.pending_yuan - e.rate_gap_yuan as decimal(18,2)) as gap_yuan,
  cast(e.credit_yuan as decimal(18,2)) as credit_yuan,
  cast(e.inventory_yuan as decimal(18,2)) as inventory_yuan,
  cast(e.input_rate as double) as input_rate,
  cast(e.stock_tax_yuan as decimal(18,2)) as stock_tax_yuan,
  cast(e.capital_part_yuan as decimal(18,2)) as capital_part_yuan,
  cast(e.capital_tax_yuan as decimal(18,2)) as capital_tax_yuan,
  cast(e.rate_gap_yuan as decimal(18,2)) as rate_gap_yuan,
  cast(e.division in ('F51', 'F52') as boolean) as is_trader,
  cast({{ratio(e.inventory_yuan, coalesce(e.goods_bought_yuan, e.bought_w12_yuan))}} as double) as stock_share
from explained as e
