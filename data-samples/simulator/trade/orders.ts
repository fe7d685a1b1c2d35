/** The orders of one month, from every source, in one scratch table `month_order`. */
import { GOODS, goodNumber } from '../facts/goods.ts';
import { SMALL_CEILING_YUAN } from '../facts/law.ts';
import type { SimulateOptions } from '../options.ts';

const VEHICLES = [goodNumber('car'), goodNumber('truck')].join(', ');

/** Columns: source, key (unique within the source), channel, seller, buyer, party_name, good, issued_on, second_of_day, amount, kind (or null), price_factor, is_paper, group_id. */
export const MONTH_ORDER_TABLE = `create table month_order (
  source varchar, key bigint, channel varchar, seller integer, buyer integer, party_name varchar, good integer, issued_on date, second_of_day integer,
  amount decimal(18, 2), kind varchar, price_factor double, is_paper boolean, group_id varchar)`;

/** A small-scale seller takes no single order above a fifth of the ceiling that would make it a general taxpayer. */
const SMALL_ORDER_YUAN = SMALL_CEILING_YUAN / 5;

const plain = `null::double as price_factor, false as is_paper, null::varchar as group_id`;
/** Most invoices are written in the second half of a month. */
const day = (ym: string, a: string, b: string, salt: string): string => `day_in(${ym}, 1 + floor(31 * greatest(draw2(${a}, ${b}, '${salt}'), draw2(${a}, ${b}, '${salt} 2') * 0.7)))`;

/** A seller outside the province that has the good: the first outside parties serve one good each. */
export const outsideSeller = (options: SimulateOptions, good: string, draw: string): string => `(${options.taxpayers} + ${good} + ${GOODS.length} * whole(0, 3, ${draw}))::integer`;

/** Purchases under the standing relations. `density` scales how many orders there are; their size follows, so that budgets hold. */
function relationOrders(options: SimulateOptions, ym: number, density: number): string {
  const rate = `least(r.orders_per_month * ${density}, 40)`;
  return `insert into month_order
    with due as (
      select r.*, m.purchases, s.factor as farm_season, ${rate} as rate, floor(${rate} + draw2(r.relation, ${ym}, 'orders'))::integer as orders, g.rate_class,
        r.seller is null or (seller.first_sale_ym <= ${ym} and seller.last_ym >= ${ym}) as is_open, coalesce(seller.is_internal and seller.general_ym > ${ym}, false) as is_small
      from relation as r join firm_month as m on m.firm = r.buyer and m.ym = ${ym} join good as g on g.good = r.good
      join season as s on s.season = 'harvest' and s.month_of_year = ${ym % 12 + 1}
      left join firm as seller on seller.firm = r.seller
      where r.from_ym <= ${ym} and r.to_ym >= ${ym} and m.purchases > 0
    ), placed as (
      -- farm produce is bought when it is harvested
      select *, round(greatest(20, purchases::double * share / rate * case when rate_class = 'farm' then farm_season else 1 end * ticket_factor(draw2(key, ${ym}, 'ticket'))), 2)::decimal(18, 2) as amount
      from (select *, relation * 50 + number as key from due cross join unnest(range(orders)) as numbers(number))
    )
    select 'relation', key, channel, case when is_open and not (is_small and amount > ${SMALL_ORDER_YUAN}) then seller else ${outsideSeller(options, 'good', `draw(key, 'stand-in')`)} end, buyer, null, good, ${day(String(ym), 'key', String(ym), 'day')}, null,
      amount, null, ${plain}
    from placed`;
}

function investmentOrders(options: SimulateOptions, ym: number): string {
  return `insert into month_order
    with numbered as (select *, row_number() over (order by firm, good) as key from investment where ym = ${ym}),
    inside as (
      select n.*, p.firm as inside_seller, p.cum_from, p.cum_to from numbered as n
      left join seller_pool as p on p.scope = 0 and p.good = n.good and draw2(n.firm, n.ym, 'asset inside') < 0.5 and p.firm <> n.firm
        -- a seller delivers at once what it sells in a month
        and p.capacity >= (n.amount * 100)::bigint * 1000000
    ), nearest as (select firm, good, key, amount, arg_min(inside_seller, draw2(key, inside_seller, 'asset seller')) as inside_seller from inside group by firm, good, key, amount)
    select 'investment', n.key, 'invoice', case when f.last_ym >= ${ym} and f.first_sale_ym <= ${ym} then n.inside_seller else ${outsideSeller(options, 'n.good', `draw2(n.key, ${ym}, 'asset outside')`)} end,
      n.firm, null, n.good, ${day(String(ym), 'n.key', String(ym), 'asset day')}, null, n.amount, case when n.good in (${VEHICLES}) then 'motor_vehicle' end, ${plain}
    from nearest as n left join firm as f on f.firm = n.inside_seller`;
}

function plantedOrders(ym: number): string {
  return `insert into month_order
    select 'planted', planted_order, case when kind = 'agri_purchase' then 'farmer' when kind = 'customs' then 'import' else 'invoice' end, case when kind = 'agri_purchase' then null else seller end, buyer, party_name, good, issued_on, second_of_day,
      amount, nullif(kind, 'customs'), price_factor, is_paper, group_id
    from planted_order where ym_of(issued_on) = ${ym}`;
}

/** What general taxpayers sell besides: to customers outside, abroad, to consumers; and what nobody asks an invoice for. */
function restStatements(ym: number, density: number): string[] {
  return [
    `create temp table rest as
    with inside as (
      select seller as firm, sum(amount) as amount from month_order where channel = 'invoice' and seller is not null and source in ('relation', 'investment') group by seller
    ), split as (
      select m.firm, m.sales::double as sales, greatest(0, m.sales::double - coalesce(i.amount, 0)::double) as left_over, n.uninvoiced_share, n.consumer_share, f.export_method, f.general_ym, f.legacy_until_ym,
        coalesce(h.strength, 0) as hidden_share, coalesce(p.strength, 0) as parked_share
      from firm_month as m join firm as f using (firm) join industry as n using (industry) left join inside as i using (firm)
      left join (select firm, max(strength) as strength from conduct where behaviour = 'hides_sales' and ${ym} between from_ym and to_ym group by firm) as h using (firm)
      left join (select firm, max(strength) as strength from conduct where behaviour = 'parks_advances' and ${ym} between from_ym and to_ym group by firm) as p using (firm)
      where m.ym = ${ym} and f.general_ym <= ${ym} and m.sales > 0
    ), shared as (
      select *, least(left_over, sales * uninvoiced_share * (0.7 + 0.6 * draw2(firm, ${ym}, 'uninvoiced'))) as without_invoice,
        least(left_over * 0.95, sales * consumer_share * (0.8 + 0.4 * draw2(firm, ${ym}, 'consumers'))) as to_consumers
      from split
    ), exported as (
      select *, greatest(0, left_over - without_invoice - to_consumers) * case when export_method <> 'none' then 0.45 + 0.5 * draw(firm, 'export share') else 0 end as abroad from shared
    )
    select firm, general_ym, hidden_share, parked_share, without_invoice, to_consumers, abroad, greatest(0, left_over - without_invoice - to_consumers - abroad) * (1 - parked_share) as to_others from exported`,
    // the main good a firm sells carries what has no invoice
    `create temp table main_good as select firm, arg_max(good, share * 1000 - good * 1e-6) as good from firm_good where side = 'sell' group by firm`,
    `insert into uninvoiced
    select firm, ${ym}, good, round(without_invoice * (1 - hidden_share), 2)::decimal(18, 2) from rest join main_good using (firm) where without_invoice * (1 - hidden_share) >= 1 order by firm`,
    `insert into hidden_sale
    select firm, ${ym}, good, round((without_invoice + to_consumers) * hidden_share, 2)::decimal(18, 2) from rest join main_good using (firm) where (without_invoice + to_consumers) * hidden_share >= 1 order by firm`,
    `insert into month_order
    select 'consumer', firm::bigint * 10 + lot, 'invoice', firm, null, case when draw2(firm * 10 + lot, ${ym}, 'consumer name') < 0.8 then '个人' else '消费者' end, good, day_in(${ym}, whole(6, 31, draw2(firm * 10 + lot, ${ym}, 'consumer day'))), null,
      round(to_consumers * (1 - hidden_share) / lots, 2)::decimal(18, 2), 'general', ${plain}
    from (select *, case when to_consumers > 200000 then 3 else 1 end as lots from rest where to_consumers * (1 - hidden_share) >= 100) cross join range(3) as lots_of(lot) join main_good using (firm) where lot < lots`,
    `insert into month_order
    select 'export', firm, 'export', firm, null, (['HANSA HANDEL GMBH', 'MEKONG TRADING CO', 'ARNO TESSUTI SRL', 'LANNA IMPORT CO'])[whole(1, 4, draw2(firm, ${ym}, 'abroad to'))], good, day_in(${ym}, whole(5, 28, draw2(firm, ${ym}, 'abroad day'))), null,
      round(abroad, 2)::decimal(18, 2), 'general', ${plain}
    from rest join main_good using (firm) where abroad >= 1000`,
    // customers outside: each firm has a circle of its own, larger with its size
    `insert into month_order
    with spread as (
      select firm, to_others, least(25, 0.4 + 0.55 * ${density} * sqrt(to_others / 60000)) as rate from rest where to_others >= 300
    ), lots as (
      select *, firm::bigint * 100 + lot as key from spread cross join unnest(range(greatest(1, floor(rate + draw2(firm, ${ym}, 'outside orders')))::bigint)) as lots_of(lot)
    ), weighed as (
      select *, ticket_factor(draw2(key, ${ym}, 'outside ticket')) as weight, whole(0, 2 + floor(sqrt(rate) * 3)::integer, draw2(key, ${ym}, 'customer')) as place from lots
    ), amounts as (
      select *, to_others * weight / whole_of(sum(units(weight)) over (partition by firm)) as amount from weighed
    )
    select 'outside', key, 'invoice', firm, (select min(firm) from firm where not is_internal) + floor((select count(*) from firm where not is_internal) * draw2(firm, place * 100 + (${ym} + place) // 11, 'outside customer'))::integer, null,
      sold.good, ${day(String(ym), 'key', String(ym), 'outside day')}, null, round(amount, 2)::decimal(18, 2), null, ${plain}
    from amounts join (select firm, good, coalesce(sum(share) over (partition by firm order by good rows between unbounded preceding and 1 preceding), 0) as share_from, sum(share) over (partition by firm order by good rows between unbounded preceding and current row) as share_to
      from firm_good where side = 'sell') as sold using (firm)
    where draw2(key, ${ym}, 'outside good') >= sold.share_from and (draw2(key, ${ym}, 'outside good') < sold.share_to or sold.share_to > 0.999999) and amount >= 100`,
  ];
}

/** Small-scale sellers: little is invoiced, most of it to consumers and neighbours; the rest of the month's sales goes without. */
function smallStatements(ym: number, density: number): string[] {
  return [
    `create temp table small_sale as
    with inside as (select seller as firm, sum(amount) as amount from month_order where source in ('relation', 'investment') and seller is not null group by seller)
    select m.firm, greatest(0, m.sales::double - coalesce(o.amount, 0)::double) as sales, f.city, n.uninvoiced_share, n.consumer_share, f.entity_kind, floor(least(6, ${density} * (0.1 + 0.5 * (1 - n.uninvoiced_share) * sqrt(m.sales::double / 25000))) + draw2(m.firm, ${ym}, 'small orders'))::integer as orders
    from firm_month as m join firm as f using (firm) join industry as n using (industry) left join inside as o using (firm) where m.ym = ${ym} and f.general_ym > ${ym} and m.sales > 0`,
    `create temp table small_order as
    with lots as (
      select *, firm::bigint * 10 + lot as key from small_sale cross join range(7) as lots_of(lot) where lot < orders
    ), weighed as (select *, ticket_factor(draw2(key, ${ym}, 'small ticket')) as weight, draw2(key, ${ym}, 'small buyer') as u from lots)
    select key, firm, city, entity_kind, u, u < consumer_share + 0.12 as is_consumer,
      sales * (1 - uninvoiced_share) * weight / greatest(1.0, whole_of(sum(units(weight)) over (partition by firm))) as amount
    from weighed`,
    `insert into uninvoiced
    select s.firm, ${ym}, good, round(greatest(0, s.sales - coalesce(o.amount, 0)), 2)::decimal(18, 2)
    from small_sale as s join main_good using (firm) left join (select firm, sum(amount) as amount from small_order where amount >= 50 group by firm) as o using (firm) where s.sales - coalesce(o.amount, 0) >= 1 order by s.firm`,
    `insert into month_order
    select 'small', key, 'invoice', o.firm, case when o.is_consumer then null else buyer.firm end, case when o.is_consumer then case when draw2(key, ${ym}, 'small consumer') < 0.8 then '个人' else '散户' end end, good,
      day_in(${ym}, whole(1, 31, draw2(key, ${ym}, 'small day'))), null, round(amount, 2)::decimal(18, 2), null, ${plain}
    from small_order as o join main_good using (firm)
    left join client as buyer on buyer.place = floor((select count(*) from client) * draw2(o.key, ${ym}, 'small client'))::bigint
    where amount >= 50 and (o.is_consumer or buyer.firm <> o.firm)`,
    'drop table small_sale', 'drop table small_order',
  ];
}

/** Statements that gather the orders of one month. `client` (place, firm) lists the parties that small-scale sellers serve. */
export function orderStatements(options: SimulateOptions, ym: number, density: number): string[] {
  return [
    'delete from month_order', relationOrders(options, ym, density), investmentOrders(options, ym), plantedOrders(ym),
    ...restStatements(ym, density), ...smallStatements(ym, density), 'drop table rest', 'drop table main_good',
  ];
}
