/** What came in and went out of every firm in every month, as its bookkeeper sees it: table `book_flow`, and `book_firm` with who keeps books. */
import { MAIN_GOOD } from '../filing/small-sales.ts';

/** Farm produce is booked without the tax that is computed and deducted on it. */
const FARM_COST_FACTOR = 0.91;

/** Everyone inside. Enterprises and cooperatives keep books; the months run to the last one traded or filed for. */
const firmStatement = `create table book_firm as
    select f.firm, f.entity_kind, f.vat_status, f.general_ym, f.registered_on, f.district_code, f.business_group, f.filed_to_ym, f.files_monthly,
      f.first_ym, f.first_sale_ym, f.yearly_growth, f.monthly_sales, least(last_ym(), greatest(f.last_ym, f.filed_to_ym))::integer as to_ym,
      f.registered_on >= month_start(first_ym()) as is_young, f.entity_kind in ('enterprise', 'cooperative') as keeps_books,
      i.role, i.section, i.industry_code, i.cost_share, i.consumer_share, i.kwh_per_thousand, i.thousand_per_head, m.good as main_good,
      -- the register says the same about the capital paid in
      coalesce(f.paid_in_capital, case when draw(f.firm, 'register paid in') < 0.35 then f.registered_capital
        when draw(f.firm, 'register paid in') < 0.6 then 0
        else round(f.registered_capital * whole(1, 9, draw(f.firm, 'register paid share')) / 10, 2) end)::decimal(18, 2) as paid_in_capital
    from firm as f join industry as i using (industry) left join ${MAIN_GOOD} as m using (firm) where f.is_internal order by f.firm`;

/** Strength of every behaviour by month. */
const conductStatement = `create table book_conduct as
    select firm, ym::integer as ym, behaviour, max(strength) as strength
    from conduct cross join unnest(range(greatest(from_ym, first_ym()), least(to_ym, last_ym()) + 1)) as months_of(ym) group by firm, ym, behaviour`;

/** Goods and services sold with an invoice, void ones left out. */
const soldStatement = `create table book_sold as
    select i.seller as firm, i.ym, sum(case when i.is_paper then 0 else i.amount end)::decimal(18, 2) as sold,
      sum(case when i.is_paper then i.amount else 0 end)::decimal(18, 2) as sold_paper,
      sum(case when substr(g.goods_code, 1, 1) = '1' then i.amount else 0 end)::decimal(18, 2) as sold_goods,
      sum(case when g.good_key = 'rent' then i.amount else 0 end)::decimal(18, 2) as sold_rent
    from invoice as i join good as g using (good) join book_firm as f on f.firm = i.seller
    where i.status <> 'void' and i.kind <> 'agri_purchase' group by i.seller, i.ym`;

/**
 * Purchases by what becomes of them: `stock` (goods to sell or to work up, everything a developer builds from), `capital` (long-term assets),
 * `running` (power, freight, services). Small-scale taxpayers book the tax as cost.
 */
const boughtStatement = `create table book_bought as
    with bought as (
      select i.buyer as firm, i.ym, i.good, i.is_paper, i.amount, i.tax, i.kind in ('agri_purchase', 'agri_sale') as is_farm
      from invoice as i where i.status <> 'void' and i.buyer is not null
      union all select v.firm, v.ym, v.good, v.is_paper, v.base_amount, v.tax, false from voucher as v where v.good is not null
    ), sorted as (
      select b.firm, b.ym, b.is_paper, b.amount, substr(g.goods_code, 1, 1) = '1' as is_goods,
        case when f.general_ym > b.ym then b.amount + b.tax when b.is_farm then round(b.amount * ${FARM_COST_FACTOR}, 2) else b.amount end as cost,
        case when f.role = 'developer' or s.firm is not null then 'stock' when g.is_capital then 'capital'
             when g.good_key in ('power', 'water', 'stationery') then 'running'
             when substr(g.goods_code, 1, 1) = '1' or (g.good_key = 'processing' and f.role = 'producer') then 'stock' else 'running' end as place
      from bought as b join book_firm as f on f.firm = b.firm join good as g using (good)
      left join firm_good as s on s.firm = b.firm and s.good = b.good and s.side = 'sell'
    )
    select firm, ym, sum(case when place = 'stock' and not is_paper then cost else 0 end)::decimal(18, 2) as stock_in,
      sum(case when place = 'stock' and is_paper then cost else 0 end)::decimal(18, 2) as stock_paper,
      sum(case when place = 'capital' then cost else 0 end)::decimal(18, 2) as capital_in,
      sum(case when place = 'running' then cost else 0 end)::decimal(18, 2) as running,
      sum(cost)::decimal(18, 2) as bought, sum(case when is_goods then amount else 0 end)::decimal(18, 2) as bought_goods
    from sorted group by firm, ym`;

/**
 * Sales and tax as declared for VAT, by return; what a small-scale taxpayer declares for a quarter stands in its last month. Surcharges are due on the
 * tax, and where the tax office issued the invoice, on what is left to pay.
 */
const declaredStatement = `create table book_declared as
    with returns as (
      select firm, ym, version, filed_at, m01 + m05 + m07 + m08 as sales, m24 as surcharge_base from vat_return where not is_history
      union all select firm, ym, version, filed_at, q01 + q04 + q07 + q09 + q13, q22 from small_return
    ), corrected as (select firm, ym, max(version) as newest from returns where version > 1 group by firm, ym)
    select r.firm, r.ym, sum(r.sales)::decimal(18, 2) as declared, greatest(0, sum(r.surcharge_base))::decimal(18, 2) as surcharge_base,
      max(r.filed_at) as filed_at
    from returns as r left join corrected as c on c.firm = r.firm and c.ym = r.ym where r.version = coalesce(c.newest, 1) group by r.firm, r.ym`;

/** One row a month: traded, declared, parked among the advances, and the revenue of the books. Whoever files nothing books what it traded. */
function flowStatement(): string {
  const strength = (alias: string, behaviour: string): string =>
    `left join (select firm, ym, strength from book_conduct where behaviour = '${behaviour}') as ${alias} on ${alias}.firm = m.firm and ${alias}.ym = m.ym`;
  const joined = (table: string, alias: string): string => `left join ${table} as ${alias} on ${alias}.firm = m.firm and ${alias}.ym = m.ym`;
  return `create table book_flow as
    with months as (
      select firm, general_ym, ym::integer as ym from book_firm cross join unnest(range(first_ym, to_ym + 1)) as months_of(ym)
      where keeps_books or role = 'producer'
    ), plain as (select firm, ym, sum(amount)::decimal(18, 2) as amount from uninvoiced group by firm, ym),
    hidden as (select firm, ym, sum(amount)::decimal(18, 2) as amount from hidden_sale group by firm, ym),
    covered as (
      select m.firm, m.ym, case when m.ym = m.period_ym then d.declared else 0 end as declared
      from small_month as m join book_declared as d on d.firm = m.firm and d.ym = m.period_ym
    ), gathered as (
      select m.firm, m.ym, m.general_ym <= m.ym as is_general, coalesce(s.sold, 0) + coalesce(p.amount, 0) as sold, coalesce(s.sold_paper, 0) as sold_paper,
        coalesce(h.amount, 0) as hidden, case when k.firm is null then 0
          else greatest(0, t.sales - coalesce(s.sold, 0) - coalesce(p.amount, 0) - coalesce(h.amount, 0)) end as parked,
        case when m.general_ym <= m.ym then d.declared else c.declared end as filed, 1 + coalesce(a.strength, 0) as book_factor,
        coalesce(b.stock_in, 0) as stock_in, coalesce(b.stock_paper, 0) as stock_paper, coalesce(b.capital_in, 0) as capital_in,
        coalesce(b.running, 0) as running, coalesce(b.bought, 0) as bought, coalesce(x.strength, 1) as ahead_factor
      from months as m
      ${[joined('book_sold', 's'), joined('plain', 'p'), joined('hidden', 'h'), joined('book_bought', 'b'), joined('firm_month', 't'),
        joined('book_declared', 'd'), joined('covered', 'c'), strength('k', 'parks_advances'), strength('a', 'books_above_vat'),
        strength('x', 'buys_ahead')].join('\n      ')}
    )
    select * exclude (filed, book_factor), coalesce(filed, sold + sold_paper) as declared,
      round(coalesce(filed, sold + sold_paper) * book_factor, 2)::decimal(18, 2) as revenue from gathered`;
}

/** Fills book_firm, book_conduct, book_sold, book_bought, book_declared and book_flow. */
export function flowStatements(): string[] {
  return [firmStatement, conductStatement, soldStatement, boughtStatement, declaredStatement, flowStatement()];
}
