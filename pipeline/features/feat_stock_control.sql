with
-- A statement that reaches back before the twelve months cannot be split and is left out.
costs as (
  select s.subject_no, sum(i.cost_yuan) as cost_yuan, max(i.ym) as latest_ym, sum(i.span_months) as months
  from feat_subject as s
  join feat_income_period as i on i.taxpayer_key = s.taxpayer_key and i.ym <= s.p_ym and i.ym - i.span_months >= s.p_ym - 12
  where i.cost_yuan is not null
  group by s.subject_no
),
bought as (
  select g.subject_no,
    sum(case when substr(g.code7, 1, 1) = '1' then g.w12_amount_yuan else 0 end) as goods_yuan,
    sum(case when substr(g.code7, 1, 1) = '1' then g.w12_tax_yuan else 0 end) as goods_tax_yuan
  from feat_goods_side as g
  where g.side = 'bought'
  group by g.subject_no
),
balances as (
  select subject_no,
    max(case when months_back = 0 then inventory_yuan end) as inventory_yuan
  from feat_balance
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(b.inventory_yuan as decimal(18,2)) as inventory_yuan,
  cast(case when c.latest_ym >= s.p_ym - 3 and 4 * c.months >= 3 * least(12, coalesce(s.p_ym - x.registered_ym, 12)) then c.cost_yuan end as decimal(18,2)) as cost_w12_yuan,
  cast(g.goods_yuan as decimal(18,2)) as goods_bought_yuan,
  -- What is deducted on farm produce by computation stands in rows 6 and 8a, not on the lines.
  cast(case when g.goods_yuan > 0
    then {{ratio(g.goods_tax_yuan + coalesce(m.farm_w12_yuan, 0) + coalesce(m.farm_extra_w12_yuan, 0), g.goods_yuan)}}
    when t.bought_w12_yuan > 0 then {{ratio(t.bought_tax_w12_yuan, t.bought_w12_yuan)}} end as double) as input_rate
from feat_subject as s
join feat_taxpayer as x on x.taxpayer_key = s.taxpayer_key
left join balances as b on b.subject_no = s.subject_no
left join costs as c on c.subject_no = s.subject_no
left join bought as g on g.subject_no = s.subject_no
left join feat_input_mix as m on m.subject_no = s.subject_no
left join feat_trade as t on t.subject_no = s.subject_no
