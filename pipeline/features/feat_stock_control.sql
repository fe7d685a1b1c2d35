with
costs as (
  select s.subject_no, sum(i.cost_yuan) as cost_yuan, max(i.ym) as latest_ym
  from feat_subject as s
  join feat_income_period as i on i.taxpayer_key = s.taxpayer_key and i.ym between s.p_ym - 11 and s.p_ym
  where i.cost_yuan is not null
  group by s.subject_no
),
bought as (
  select g.subject_no,
    sum(case when substr(g.code7, 1, 1) = '1' then g.w12_amount_yuan else 0 end) as goods_yuan,
    sum(case when substr(g.code7, 1, 1) = '1' then g.w12_tax_yuan else 0 end) as goods_tax_yuan,
    sum(case when f.prefix is not null then g.w12_tax_yuan else 0 end) as freight_tax_yuan,
    -- Construction is a capital code too: it is netted there, not a second time as a service.
    sum(case when f.prefix is null and substr(g.code7, 1, 1) = '3' and not g.is_capital then g.w12_tax_yuan else 0 end) as service_tax_yuan
  from feat_goods_side as g
  left join list_freight_codes as f on substr(g.code7, 1, length(f.prefix)) = f.prefix
  where g.side = 'bought'
  group by g.subject_no
),
-- The rate of a code is the legal one nearest to its tax over its taxed amount. A trader's goods may stand in the list of long-term assets (computers):
-- every code of goods has a say.
taxed as (
  select g.subject_no, {{ratio(g.w12_tax_yuan, g.w12_amount_yuan - g.w12_untaxed_yuan)}} as tax_share, g.w12_amount_yuan - g.w12_untaxed_yuan as amount_yuan
  from feat_goods_side as g
  where g.side = 'bought' and substr(g.code7, 1, 1) = '1' and g.w12_amount_yuan > g.w12_untaxed_yuan
),
rated as (
  select subject_no,
    case when tax_share >= 0.11 then cast(0.13 as decimal(4,2))
      when tax_share >= 0.075 then cast(0.09 as decimal(4,2))
      when tax_share >= 0.045 then cast(0.06 as decimal(4,2))
      when tax_share >= 0.02 then cast(0.03 as decimal(4,2))
      when tax_share >= 0.005 then cast(0.01 as decimal(4,2)) end as rate,
    amount_yuan
  from taxed
  union all
  -- Farm produce bought from farmers carries no tax and is deducted at 9 % by computation; the same code may also be bought with tax.
  select g.subject_no, cast(0.09 as decimal(4,2)) as rate, g.w12_untaxed_yuan as amount_yuan
  from feat_goods_side as g
  join feat_input_mix as m on m.subject_no = g.subject_no
  where g.side = 'bought' and substr(g.code7, 1, 1) = '1' and g.w12_untaxed_yuan > 0 and m.farm_w12_yuan > 0
),
rates as (
  select subject_no, rate, sum(amount_yuan) as amount_yuan from rated where rate is not null group by subject_no, rate
),
main_rates as (
  select subject_no, rate, row_number() over (partition by subject_no order by amount_yuan desc nulls last, rate desc nulls last) as place from rates
),
balances as (
  select subject_no,
    max(case when months_back = 0 then inventory_yuan end) as inventory_yuan,
    max(case when months_back = 12 then inventory_yuan end) as inventory_before_yuan,
    max(case when months_back = 0 then payables_yuan end) as payables_yuan,
    max(case when months_back = 12 then payables_yuan end) as payables_before_yuan
  from feat_balance
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(b.inventory_yuan as decimal(18,2)) as inventory_yuan,
  cast(b.inventory_before_yuan as decimal(18,2)) as inventory_before_yuan,
  cast(b.payables_yuan as decimal(18,2)) as payables_yuan,
  cast(b.payables_before_yuan as decimal(18,2)) as payables_before_yuan,
  cast(case when c.latest_ym >= s.p_ym - 3 then c.cost_yuan end as decimal(18,2)) as cost_w12_yuan,
  cast(g.subject_no is not null as boolean) as has_lines,
  cast(g.goods_yuan as decimal(18,2)) as goods_bought_yuan,
  -- What is deducted on farm produce by computation stands in rows 6 and 8a, not on the lines.
  cast(case when g.goods_yuan > 0
    then {{ratio(g.goods_tax_yuan + coalesce(m.farm_w12_yuan, 0) + coalesce(m.farm_extra_w12_yuan, 0), g.goods_yuan)}}
    when t.bought_w12_yuan > 0 then {{ratio(t.bought_tax_w12_yuan, t.bought_w12_yuan)}} end as double) as input_rate,
  cast(coalesce(r.rate, cast(0.13 as decimal(4,2))) as double) as main_rate,
  cast(coalesce(g.freight_tax_yuan, 0) as decimal(18,2)) as freight_tax_yuan,
  cast(coalesce(g.service_tax_yuan, 0) as decimal(18,2)) as service_tax_yuan
from feat_subject as s
left join balances as b on b.subject_no = s.subject_no
left join costs as c on c.subject_no = s.subject_no
left join bought as g on g.subject_no = s.subject_no
left join main_rates as r on r.subject_no = s.subject_no and r.place = 1
left join feat_input_mix as m on m.subject_no = s.subject_no
left join feat_trade as t on t.subject_no = s.subject_no
