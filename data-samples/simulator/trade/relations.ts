/**
 * Who buys from whom. Sellers of a good stand in a pool sorted by capacity; a buyer draws one in proportion to capacity among those large
 * enough for its orders, first in its own city. That gives heavy-tailed numbers of customers and large connected parts of honest trade.
 */
import type { SimulateOptions } from '../options.ts';

/** Invoices to internal sellers of one good, of the buyer's choices. */
const INSIDE_SHARE = 0.66;
const SAME_CITY_SHARE = 0.55;
const FARMER_SHARE = 0.65;
const IMPORT_SHARE = 0.3;
const SMALL_SELLER_FILLED = 0.55;
const SELLER_FILLED = 0.95;
/** Relations that are answered by one in the other direction. */
const IN_TURN_SHARE = 0.06;
const IMPORTER_MONTHLY_SALES = 800_000;

/** Pools of sellers: scope is a city, 0 the province, −1 the parties outside. */
function poolStatements(): string[] {
  return [
    `create table seller_pool as
    with offer as (
      select f.firm, f.is_internal, f.city, g.good,
        -- the firm number makes capacities distinct, so that every draw has one answer
        (f.monthly_sales::double * g.share * (1 - case when f.is_internal then i.uninvoiced_share + i.consumer_share else 0 end) * 100)::bigint * 1000000 + f.firm % 1000000 as capacity
      from firm as f join industry as i using (industry) join firm_good as g on g.firm = f.firm and g.side = 'sell'
      where f.monthly_sales > 0 and (not f.is_internal or f.last_ym > first_ym())
    ), scoped as (
      select city as scope, firm, good, capacity from offer where is_internal
      union all select 0, firm, good, capacity from offer where is_internal
      union all select -1, firm, good, capacity from offer where not is_internal
    )
    select scope, good, firm, capacity, (sum(capacity // 1000000) over up_to_this + row_number() over up_to_this)::bigint as cum_to,
      coalesce(sum(capacity // 1000000) over before_this + row_number() over up_to_this - 1, 0)::bigint as cum_from
    from scoped window up_to_this as (partition by scope, good order by capacity desc rows between unbounded preceding and current row),
      before_this as (partition by scope, good order by capacity desc rows between unbounded preceding and 1 preceding)
    order by scope, good, capacity desc`,
  ];
}

/** Places for suppliers: each good a firm buys has one or more, each changes its supplier after some months. */
function slotStatement(): string {
  return `create table slot as
    with wanted as (
      select f.firm, f.city, f.vat_status, g.good, g.share, i.role, i.section,
        f.monthly_sales::double * i.cost_share * g.share as budget,
        case when f.vat_status = 'small' then 1
             -- size to the power 5/8: the number of suppliers is heavy-tailed as firm sizes are
             else least(220, 1 + floor(1.9 * sqrt(g.share) * sqrt(f.monthly_sales::double / 500000) * sqrt(sqrt(sqrt(f.monthly_sales::double / 500000))) * (0.4 + 1.2 * draw2(f.firm, g.good, 'suppliers'))))::integer end as places
      from firm as f join industry as i using (industry) join firm_good as g on g.firm = f.firm and g.side = 'buy'
      where f.is_internal and f.monthly_sales > 0
    ), placed as (
      select w.*, place, (1.0 / (1 + place)) as weight, w.firm::bigint * 100000 + w.good * 1000 + place as slot from wanted as w cross join unnest(range(w.places)) as places(place)
    )
    select slot, firm as buyer, city, vat_status, good, section,
      share * weight / whole_of(sum(units(weight)) over (partition by firm, good)) as share,
      budget * weight / whole_of(sum(units(weight)) over (partition by firm, good)) as budget,
      -- builders and project firms change suppliers with the project
      case when section = 'E' or draw(slot, 'project') < 0.12 then whole(3, 8, draw(slot, 'lasts')) else whole(12, 96, draw(slot, 'lasts')) end as lasts
    from placed`;
}

function relationStatements(options: SimulateOptions): string[] {
  return [
    // usual orders a month grow with the root of the budget: larger trade means more and larger orders
    `create table slot_turn as
    select s.* exclude (lasts), turn, slot * 100 + turn as relation, least(9, greatest(0.03, 0.5 * sqrt(budget / 20000))) * case when vat_status = 'small' then 0.35 else 1 end as orders_per_month,
      (first_ym() + turn * lasts - whole(0, lasts - 1, draw(slot, 'phase')))::integer as from_ym, (first_ym() + (turn + 1) * lasts - whole(0, lasts - 1, draw(slot, 'phase')) - 1)::integer as to_ym
    from slot as s cross join range(${options.months + 2}) as turns(turn) where (first_ym() + turn * lasts - whole(0, lasts - 1, draw(slot, 'phase'))) <= last_ym()`,
    `create table choice as
    select t.*, g.rate_class, case when g.rate_class = 'farm' and draw(relation, 'farmer') < ${FARMER_SHARE} and f.vat_status = 'general' then 'farmer'
        when g.hs_code <> '' and f.monthly_sales > ${IMPORTER_MONTHLY_SALES} and f.vat_status = 'general' and draw(slot, 'imports') < ${IMPORT_SHARE} then 'import' else 'invoice' end as channel,
      case when draw(relation, 'inside') < ${INSIDE_SHARE} then case when draw(relation, 'same city') < ${SAME_CITY_SHARE} then t.city else 0 end else -1 end as scope,
      (budget / orders_per_month * 100)::bigint * 1000000 as order_size
    from slot_turn as t join good as g using (good) join firm as f on f.firm = t.buyer`,
    // the smallest seller that is still large enough ends the part of the pool that may be drawn
    `create table drawn as
    with limited as (
      select c.*, case when c.channel = 'invoice' then (p.cum_to * draw(c.relation, 'seller'))::bigint end as point
      from choice as c asof left join seller_pool as p on p.scope = c.scope and p.good = c.good and c.order_size <= p.capacity
    ), outside as (
      select scope, good, max(cum_to) as all_capacity from seller_pool where scope = -1 group by scope, good
    )
    select l.*,
      -- a seller takes on customers until they fill what it can sell, a small-scale one a good half of that; the others go outside
      case when whole_of(sum(units(l.budget * case when f.vat_status = 'small' then 1 else (least(l.to_ym, last_ym()) - greatest(l.from_ym, first_ym()) + 1) / (last_ym() - first_ym() + 1) end))
          over (partition by p.firm order by l.relation rows between unbounded preceding and current row)) > case when f.vat_status = 'small' then ${SMALL_SELLER_FILLED} else ${SELLER_FILLED} end * f.monthly_sales
        then null else p.firm end as inside_seller,
      (o.all_capacity * draw(l.relation, 'outside seller'))::bigint as outside_point
    from limited as l asof left join seller_pool as p on p.scope = l.scope and p.good = l.good and l.point >= p.cum_from
    left join firm as f on f.firm = p.firm left join outside as o on o.good = l.good`,
    `insert into relation
    select d.relation, d.channel, d.buyer,
      case when d.channel <> 'invoice' then null when d.inside_seller is not null and d.inside_seller <> d.buyer then d.inside_seller else o.firm end,
      d.good, d.share, greatest(d.from_ym, first_ym()), least(d.to_ym, last_ym()), d.orders_per_month
    from drawn as d asof left join seller_pool as o on o.scope = -1 and o.good = d.good and d.outside_point >= o.cum_from
    where d.to_ym >= first_ym()
    order by d.relation`,
    // now and then a supplier buys from its customer in turn: trade goes both ways, and honest loops close
    `insert into relation
    select -r.relation, 'invoice', r.seller, r.buyer, g.good,
      -- a small part of what the smaller of the two sells
      (0.01 + 0.05 * draw(r.relation, 'in turn share')) * least(1, b.monthly_sales::double / s.monthly_sales::double), r.from_ym, r.to_ym, r.orders_per_month * (0.3 + 0.7 * draw(r.relation, 'in turn orders'))
    from relation as r join firm as b on b.firm = r.buyer join firm as s on s.firm = r.seller
    join (select firm, min(good) as good from firm_good where side = 'sell' group by firm) as g on g.firm = r.buyer
    where s.is_internal and s.vat_status = 'general' and b.vat_status = 'general' and b.monthly_sales < 20 * s.monthly_sales and draw(r.relation, 'in turn') < ${IN_TURN_SHARE}
    order by r.relation`,
    ...['slot', 'slot_turn', 'choice', 'drawn'].map((table) => `drop table ${table}`),
  ];
}

export function relationStatementsOf(options: SimulateOptions): string[] {
  return [...poolStatements(), slotStatement(), ...relationStatements(options)];
}
