/** Electricity by meter and month: table `book_power`. It follows what was really produced, declared or not. */

/** Firms without data, on a meter they share, with two meters. */
const WITHOUT_SHARE = 0.15;
const SHARED_SHARE = 0.03;
const TWO_METERS_SHARE = 0.06;
/** Others than producers, and small-scale producers, whose figures the grid company delivers. */
const OTHERS_SHARE = 0.1;
const SMALL_SHARE = 0.35;
/** How much of a change of stock is work done. */
const WORK_IN_STOCK = 0.25;
/** Lights and offices, as a share of what usual sales take. */
const BASE_LOAD = 0.04;

const trueSales = '(l.sold + l.hidden + l.parked)';
/** Purchases beyond what the month's sales used up, as sales. */
const workInStock = `least(m.usual, greatest(-m.usual, l.stock_in::double / m.cost_share - ${trueSales}::double))`;

/** Output = true sales with the hidden ones, and part of what went into stock. An idle plant shows its share of what its sales, paper or not, would take. */
const powerStatement = `create table book_power as
    with sums as (
      select firm, sum(stock_in) as stock_in, sum(sold + hidden + parked) as sold, count(*) as months from book_flow group by firm
    ), makers as (
      select b.firm, b.role = 'producer' as is_producer, b.kwh_per_thousand, b.first_sale_ym, round(s.sold / s.months, 2)::double as usual,
        greatest(0.3, least(0.9, s.stock_in::double / greatest(1, s.sold::double))) as cost_share
      from book_firm as b join sums as s using (firm)
      where draw(b.firm, 'power data') >= ${WITHOUT_SHARE} and b.entity_kind <> 'natural_person' and case
        when b.role = 'producer' then b.vat_status = 'general' or draw(b.firm, 'power of small producers') < ${SMALL_SHARE}
        else b.keeps_books and draw(b.firm, 'power of others') < ${OTHERS_SHARE} end
    ), made as (
      select m.firm, l.ym, m.kwh_per_thousand, m.usual, case when c.strength is not null then (${trueSales} + l.sold_paper)::double * c.strength
          else greatest(0.4 * l.sold::double, ${trueSales}::double
            + case when m.is_producer and l.ym >= m.first_sale_ym then ${WORK_IN_STOCK} * ${workInStock} else 0 end) end as output
      from makers as m join book_flow as l using (firm)
      left join book_conduct as c on c.firm = l.firm and c.ym = l.ym and c.behaviour = 'idle_plant'
    ), used as (
      select firm, ym, case when draw(firm, 'power meters') < ${TWO_METERS_SHARE} then 2 else 1 end as meters,
        (greatest(output, 0) + ${BASE_LOAD} * usual) / 1000 * kwh_per_thousand * (0.7 + 0.6 * draw(firm, 'power efficiency'))
          * (0.93 + 0.14 * draw2(firm, ym, 'power of the month')) + 20 + 60 * draw(firm, 'power base') as kwh
      from made
    )
    select firm, ym, meter::integer as meter, draw(firm, 'power shared') < ${SHARED_SHARE} as is_shared,
      round(kwh * case when meters = 1 then 1 when meter = 1 then 0.72 else 0.28 end, 1)::decimal(24, 8) as kwh
    from used cross join unnest(range(1, meters + 1)) as meters_of(meter)`;

export const powerStatements = (): string[] => [powerStatement];
