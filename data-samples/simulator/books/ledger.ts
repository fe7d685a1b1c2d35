/**
 * The ledger, month by month: stock and cost of sales, assets under construction and in use, what has been traded lately. Table `book_ledger`.
 * Opening stock + purchases − cost = closing stock holds to the fen, and stock is never negative.
 */

/** Part of the price of paper sales that is carried to cost at most when they pass bought paper on; the rest is margin. */
const PAPER_COST = 0.985;
/** Firms with bought paper that book it as used up at once, so as to show no profit; the others leave it in the stock of the books. */
const PAPER_TO_COST_SHARE = 0.4;
/** Months of cost that an opening stock may reach where sales outran purchases. */
const GREATEST_OPENING_MONTHS = 5;
/** Price of the stock for each yuan of credit that was carried into the window. */
const STOCK_OF_CREDIT = 8.5;
/** Months over which an old plant, and what was bought in the window, are written off. */
const OPENING_LIFE_MONTHS = 180;
const LIFE_MONTHS = 120;

const toDate = 'partition by firm order by ym rows between unbounded preceding and current row';
const before = 'partition by firm order by ym rows between unbounded preceding and 1 preceding';
const latest = (months: number): string => `partition by firm order by ym rows between ${months - 1} preceding and current row`;

/**
 * Cost share of sales by what the firm really bought and sold, within what its kind of business allows. Goods bought ahead are not yet cost.
 * Small-scale taxpayers buy much without an invoice, and something for themselves: their share is the usual one.
 */
const ratioStatement = `create table book_ratio as
    with sums as (
      select firm, sum(round(stock_in / ahead_factor, 2)::decimal(18, 2)) as stock_in, sum(running) as running,
        sum(sold + hidden + parked) as sold, count(*) as months
      from book_flow group by firm
    ), limited as (
      select s.firm, s.months, s.sold, b.vat_status = 'small' as buys_plain, b.is_young, s.stock_in::double / greatest(1, s.sold::double) as bought_share,
        case when b.vat_status = 'small' then b.cost_share * (0.86 + 0.16 * draw(s.firm, 'books margin of small')) end as usual_share,
        case b.role when 'producer' then 0.25 when 'trader' then 0.55 when 'developer' then 0.7 else 0 end as low,
        -- goods and services together leave something over: what was bought beyond that is not sold yet
        case b.role when 'producer' then 0.9 when 'trader' then 0.97 when 'service' then 0.85 else 0.7 end
          - case when b.role in ('producer', 'trader', 'service') then least(0.3, s.running::double / greatest(1, s.sold::double)) else 0 end as high,
        case b.role when 'trader' then 0.3 + 2.4 * draw(s.firm, 'books opening stock') * draw(s.firm, 'books opening stock 2')
          when 'producer' then 0.5 + 2 * draw(s.firm, 'books opening stock') when 'developer' then 4 + 16 * draw(s.firm, 'books opening stock')
          when 'farm' then 0.3 else 0.1 + 0.4 * draw(s.firm, 'books opening stock') end as stock_months
      from sums as s join book_firm as b using (firm)
    ), shared as (
      select *, coalesce(usual_share, least(high, greatest(low, bought_share * (0.965 + 0.05 * draw(firm, 'books stock drift'))))) as cost_share
      from limited
    )
    select firm, cost_share, round(sold / months, 2)::decimal(18, 2) as usual_sales, buys_plain, is_young,
      (round(sold / months * cost_share, 2))::decimal(18, 2) as monthly_cost, case when is_young then 0 else stock_months end as opening_months,
      -- what the owner of a small shop buys beyond its needs is not for the shop
      case when bought_share > usual_share then usual_share / bought_share else 1 end as booked_share,
      case when buys_plain then stock_months * 0.6 else 0 end as shelf_months
    from shared`;

/** Running sums: the path of the stock before any opening balance, paper, long-term assets, turnover of a quarter and of half a year. */
const pathStatement = `create table book_path as
    with booked as (
      select l.firm, l.ym, l.revenue, l.running, l.bought, l.parked, l.capital_in, l.stock_paper, l.sold_paper,
        round(l.stock_in * r.booked_share, 2)::decimal(18, 2) as stock_in, case when l.is_general then l.revenue else l.sold + l.sold_paper end as turnover,
        round(case when l.sold_paper > 0 then greatest(0, l.revenue - l.sold_paper) else l.revenue end * r.cost_share, 2)::decimal(18, 2) as goods_cost
      from book_flow as l join book_ratio as r using (firm)
    )
    select firm, ym, revenue, running, stock_in + stock_paper as stock_in, row_number() over to_date as month_number,
      sum(stock_in - goods_cost) over to_date as path,
      sum(stock_paper) over to_date as paper_in, sum(sold_paper) over to_date as paper_sold, sum(parked) over to_date as parked,
      sum(capital_in) over to_date as capital, sum(capital_in) over quarter as capital_quarter, sum(capital_in) over half as capital_half,
      sum(turnover) over quarter as turnover_quarter, sum(turnover) over half as turnover_half, sum(bought) over half as bought_half
    from booked window to_date as (${toDate}), quarter as (${latest(3)}), half as (${latest(6)})`;

/** What each firm begins with: enough stock for what it sold beyond its purchases, and for the credit it carries; a plant by its size. */
const openingStatement = `create table book_opening as
    with lowest as (select firm, greatest(0, -min(path)) as drawdown from book_path group by firm),
    credits as (select firm, max(m13) as credit from vat_return where not is_history and ym = first_ym() and version = 1 group by firm)
    select r.*, b.first_sale_ym, case when draw(r.firm, 'books months of building') < 0.5 then 3 else 6 end as building_months,
      draw(r.firm, 'books paper to cost') < ${PAPER_TO_COST_SHARE} as is_paper_cost,
      case when r.is_young then 0 else round(greatest(r.monthly_cost * r.opening_months,
        least(w.drawdown * 1.04, r.monthly_cost * ${GREATEST_OPENING_MONTHS}),
        case when b.section in ('A', 'B', 'C', 'D', 'F') then coalesce(c.credit, 0) * ${STOCK_OF_CREDIT} else 0 end), 2) end::decimal(18, 2) as opening_stock,
      case when r.is_young then 0 else round(greatest(b.monthly_sales, r.usual_sales) * (0.5 + draw(r.firm, 'books fixed assets')) * case b.role
        when 'producer' then case b.section when 'D' then 14 else 4.5 end
        when 'service' then case b.section when 'G' then 6 when 'H' then 7 when 'N' then 7 when 'I' then 3 else 1.5 end
        when 'farm' then 3 when 'trader' then 0.7 else 1 end, 2) end::decimal(18, 2) as opening_assets
    from book_ratio as r join book_firm as b using (firm) join lowest as w using (firm) left join credits as c using (firm)`;

/**
 * The floor of the stock is zero: what is short there caps the cost of a general taxpayer. A small-scale one keeps a shelf full, and what is short
 * it has bought without an invoice (`plain_in`). Assets are put to use after some months, a new plant when its first product is sold.
 */
const ledgerStatement = `create table book_ledger as
    with opened as (
      select p.* exclude (path, capital_quarter, capital_half, paper_sold), o.buys_plain, o.opening_stock, o.opening_assets,
        p.path + o.opening_stock as path, case when o.buys_plain
          then round(o.monthly_cost * o.shelf_months * (0.8 + 0.4 * draw2(p.firm, p.ym, 'books shelf')), 2) else 0 end::decimal(18, 2) as floor,
        case when o.is_paper_cost then p.paper_in else least(p.paper_in, round(greatest(0, p.paper_sold) * ${PAPER_COST}, 2)) end as paper_out,
        case when p.ym < o.first_sale_ym then p.capital when o.building_months = 3 then p.capital_quarter else p.capital_half end as building
      from book_path as p join book_opening as o using (firm)
    ), walked as (
      select firm, ym, revenue, running, stock_in, month_number, turnover_quarter, turnover_half, bought_half, parked, buys_plain,
        opening_stock, opening_assets, building, path, paper_in - paper_out as paper, capital - building as in_use,
        coalesce(lag(path) over in_order, opening_stock) as path_before,
        coalesce(lag(paper_in - paper_out) over in_order, 0) as paper_before, greatest(0, -min(path - floor) over to_date) as short,
        coalesce(greatest(0, -min(path - floor) over before), 0) as short_before, coalesce(lag(capital - building) over in_order, 0) as in_use_before,
        coalesce(sum(capital - building) over before, 0) as written_off_on
      from opened window to_date as (${toDate}), before as (${before}), in_order as (partition by firm order by ym)
    ), closed as (
      select *, path + short + paper as inventory, path_before + short_before + paper_before as inventory_before,
        case when buys_plain then short - short_before else 0 end as plain_in
      from walked
    )
    select firm, ym, revenue, running, stock_in, inventory::decimal(18, 2) as inventory, plain_in::decimal(18, 2) as plain_in,
      (inventory_before + stock_in + plain_in - inventory)::decimal(18, 2) as goods_cost,
      greatest(0, building)::decimal(18, 2) as building,
      greatest(0, round(opening_assets * greatest(0, 1 - (month_number - 1) / ${OPENING_LIFE_MONTHS}.0), 2) + in_use
        - round(written_off_on / ${LIFE_MONTHS}, 2))::decimal(18, 2) as fixed_assets,
      (case when month_number <= ${OPENING_LIFE_MONTHS} then round(opening_assets / ${OPENING_LIFE_MONTHS}, 2) else 0 end
        + round(greatest(0, in_use_before) / ${LIFE_MONTHS}, 2))::decimal(18, 2) as depreciation,
      round(turnover_quarter / least(3, month_number), 2)::double as quarter_turnover,
      round(turnover_half / least(6, month_number), 2)::double as half_turnover,
      round(bought_half / least(6, month_number), 2)::double as half_bought, parked::double as parked
    from closed`;

/** Fills book_ledger; leaves book_opening, which knows the size of each firm. */
export const ledgerStatements = (): string[] => [
  ratioStatement, pathStatement, openingStatement, ledgerStatement, 'drop table book_ratio', 'drop table book_path',
];
