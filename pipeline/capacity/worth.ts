import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';

/** Expected share of each colour, from the rules of scoring in force. */
export type Shares = Readonly<Record<string, number>>;

/** Cases that the precision of a colour in the whole province, and the expected share behind it, count for in that of one region. */
const STRENGTH = 10;

/**
 * Writes `capacity_worth` (region, color, worth, by_amount): what one case of a colour is worth. Without labels the expected share of its colour, to be
 * multiplied by the money at risk. With labels the precision of the colour in the region, shrunk towards that of the province as if this were ten cases, and that towards
 * the expected share alike: then a case counts as the positives it is expected to be.
 */
export async function writeWorth(engine: Engine, shares: Shares, hasLabels: boolean): Promise<void> {
  const given = `select * from (values ${Object.entries(shares).map(([color, share]) => `(${sqlText(color)}, cast(${share} as double))`).join(', ')}) as s(color, share)`;
  await engine.exec(`create or replace table capacity_worth as
    with given as (${given}),
    counted as (
      select q.region, q.color, cast(count(q.is_positive) as double) as known, cast(count(*) filter (q.is_positive) as double) as positive from capacity_queue q group by q.region, q.color
    ), province as (
      select c.color, (sum(c.positive) + ${STRENGTH} * any_value(g.share)) / (sum(c.known) + ${STRENGTH}) as share
      from counted c join given g on g.color = c.color group by c.color
    )
    select c.region, c.color, cast(${hasLabels ? `(c.positive + ${STRENGTH} * p.share) / (c.known + ${STRENGTH})` : 'g.share'} as double) as worth, ${!hasLabels} as by_amount
    from counted c join given g on g.color = c.color join province p on p.color = c.color`);
}
