with
-- The last calendar year that was over by P, and the twelve months up to P where that year cannot be tested.
windows as (
  select s.subject_no, s.taxpayer_key, 1 as choice_no, 12 * {{idiv(s.p_ym + 1, 12)}} - 12 as from_ym, 12 * {{idiv(s.p_ym + 1, 12)}} - 1 as to_ym
  from feat_subject as s
  union all
  select s.subject_no, s.taxpayer_key, 2 as choice_no, s.p_ym - 11 as from_ym, s.p_ym as to_ym
  from feat_subject as s
),
returns as (
  select w.subject_no, w.choice_no, sum(r.span_months) as months, max(case when r.ym = w.to_ym then 1 else 0 end) as has_last,
    sum(r.input_tax_m12) as input_yuan
  from windows as w
  join feat_return_month as r on r.taxpayer_key = w.taxpayer_key and r.ym between w.from_ym and w.to_ym
  group by w.subject_no, w.choice_no
),
-- A statement that reaches back before the window cannot be split and is left out.
costs as (
  select w.subject_no, w.choice_no, sum(i.span_months) as months, sum(i.cost_yuan) as cost_yuan
  from windows as w
  join feat_income_period as i on i.taxpayer_key = w.taxpayer_key and i.ym <= w.to_ym and i.ym - i.span_months >= w.from_ym - 1
  where i.cost_yuan is not null
  group by w.subject_no, w.choice_no
),
found as (
  select w.subject_no, w.choice_no, b.ym > w.from_ym - 1 as is_end, b.inventory, b.payables,
    coalesce(b.fixed_assets, b.construction_in_progress, b.intangible_assets) is not null as has_long_term,
    coalesce(b.fixed_assets, 0) + coalesce(b.construction_in_progress, 0) + coalesce(b.intangible_assets, 0) as long_term_assets,
    row_number() over (partition by w.subject_no, w.choice_no, b.ym > w.from_ym - 1 order by b.ym desc nulls last) as newest_first
  from windows as w
  join balance_sheets as b on b.taxpayer_key = w.taxpayer_key and (b.ym between w.to_ym - 3 and w.to_ym or b.ym between w.from_ym - 4 and w.from_ym - 1)
),
balances as (
  select subject_no, choice_no,
    max(case when is_end then inventory end) as inventory_yuan, max(case when not is_end then inventory end) as inventory_before_yuan,
    max(case when is_end then payables end) as payables_yuan, max(case when not is_end then payables end) as payables_before_yuan,
    max(case when is_end and has_long_term then long_term_assets end) as assets_yuan,
    max(case when not is_end and has_long_term then long_term_assets end) as assets_before_yuan
  from found
  where newest_first = 1
  group by subject_no, choice_no
),
bought as (
  select w.subject_no, w.choice_no, k.line_kind, k.rate, k.ym, k.amount_yuan, k.tax_yuan
  from windows as w
  join feat_bought_rate_month as k on k.taxpayer_key = w.taxpayer_key and k.ym between w.from_ym and w.to_ym
),
taxes as (
  select subject_no, choice_no,
    sum(case when line_kind in ('capital', 'capital goods') then tax_yuan else 0 end) as capital_tax_yuan,
    sum(case when line_kind = 'freight' then tax_yuan else 0 end) as freight_tax_yuan,
    sum(case when line_kind = 'service' then tax_yuan else 0 end) as service_tax_yuan,
    sum(case when line_kind = 'goods' and rate = 0 then amount_yuan else 0 end) as untaxed_yuan
  from bought
  group by subject_no, choice_no
),
-- Goods bought without tax count at the farm rate as far as the returns deduct farm produce by computation.
farm as (
  select w.subject_no, w.choice_no, max(cast(l.rate as decimal(4,2))) as rate,
    sum(cast({{ratio(m.r06_tax_yuan, l.rate)}} as decimal(18,2))) as amount_yuan
  from windows as w
  join feat_schedule2_month as m on m.taxpayer_key = w.taxpayer_key and m.ym between w.from_ym and w.to_ym
  join list_input_rates as l on l.is_farm_rate and {{month_start(m.ym)}} between l.from_on and l.to_on
  where m.r06_tax_yuan > 0
  group by w.subject_no, w.choice_no
),
rated as (
  select b.subject_no, b.choice_no, b.rate, b.amount_yuan
  from bought as b
  join list_input_rates as l on cast(l.rate as decimal(4,2)) = b.rate and {{month_start(b.ym)}} between l.from_on and l.to_on
  -- A trader's goods may stand in the list of long-term assets (computers): every code of goods has a say.
  where b.line_kind in ('goods', 'capital goods') and b.rate > 0
  union all
  select f.subject_no, f.choice_no, f.rate, least(f.amount_yuan, t.untaxed_yuan) as amount_yuan
  from farm as f
  join taxes as t on t.subject_no = f.subject_no and t.choice_no = f.choice_no
),
rates as (
  select subject_no, choice_no, rate, sum(amount_yuan) as amount_yuan from rated group by subject_no, choice_no, rate
),
main_rates as (
  select subject_no, choice_no, rate,
    row_number() over (partition by subject_no, choice_no order by amount_yuan desc nulls last, rate desc nulls last) as place
  from rates
  where amount_yuan > 0
),
terms as (
  select w.*, r.input_yuan, b.inventory_yuan, b.inventory_before_yuan, b.payables_yuan, b.payables_before_yuan, t.subject_no is not null as has_lines,
    m.rate as main_rate, t.freight_tax_yuan, t.service_tax_yuan,
    case when t.subject_no is not null then t.capital_tax_yuan
      else cast(cast(0.13 as double) * cast(greatest(0, b.assets_yuan - b.assets_before_yuan) as double) as decimal(18,2)) end as capital_tax_yuan,
    -- Cost per month known, for the months whose input tax is known.
    cast({{ratio(c.cost_yuan * r.months, c.months)}} as decimal(18,2)) as cost_yuan,
    coalesce(r.has_last = 1 and 4 * r.months >= 3 * e.months and 4 * c.months >= 3 * e.months, false)
      and b.inventory_yuan is not null and b.inventory_before_yuan is not null and b.payables_yuan is not null and b.payables_before_yuan is not null
      -- A year counts only when the taxpayer existed throughout.
      and (w.choice_no = 2 or e.months = 12) as is_covered
  from windows as w
  left join (
    select v.subject_no, v.choice_no, greatest(0, least(12, coalesce(v.to_ym - x.registered_ym, 12))) as months
    from windows as v
    join feat_taxpayer as x on x.taxpayer_key = v.taxpayer_key
  ) as e on e.subject_no = w.subject_no and e.choice_no = w.choice_no
  left join returns as r on r.subject_no = w.subject_no and r.choice_no = w.choice_no
  left join costs as c on c.subject_no = w.subject_no and c.choice_no = w.choice_no
  left join balances as b on b.subject_no = w.subject_no and b.choice_no = w.choice_no
  left join taxes as t on t.subject_no = w.subject_no and t.choice_no = w.choice_no
  left join main_rates as m on m.subject_no = w.subject_no and m.choice_no = w.choice_no and m.place = 1
),
chosen as (
  select t.*, row_number() over (
      partition by t.subject_no order by case when t.is_covered then t.choice_no else 5 - t.choice_no end asc nulls last
    ) as first_choice
  from terms as t
)
select
  cast(subject_no as integer) as subject_no,
  cast(from_ym as integer) as from_ym,
  cast(to_ym as integer) as to_ym,
  cast(is_covered as boolean) as is_covered,
  cast(has_lines as boolean) as has_lines,
  cast(input_yuan as decimal(18,2)) as input_tax_yuan,
  cast(cost_yuan as decimal(18,2)) as cost_yuan,
  cast(inventory_yuan - inventory_before_yuan as decimal(18,2)) as stock_change_yuan,
  cast(payables_before_yuan - payables_yuan as decimal(18,2)) as payables_paid_yuan,
  cast(coalesce(main_rate, cast(0.13 as decimal(4,2))) as double) as main_rate,
  cast(coalesce(capital_tax_yuan, 0) as decimal(18,2)) as capital_tax_yuan,
  cast(coalesce(freight_tax_yuan, 0) as decimal(18,2)) as freight_tax_yuan,
  cast(coalesce(service_tax_yuan, 0) as decimal(18,2)) as service_tax_yuan
from chosen
where first_choice = 1
