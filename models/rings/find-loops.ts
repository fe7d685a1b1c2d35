import type { Engine, NumberColumns } from '../../pipeline/engine/engine.ts';
import { closedLoops, type LoopLimits } from './closed-loops.ts';
import { picked } from './hop-graph.ts';
import { numbered } from './union-find.ts';

/** What the search of one window looked at and found. */
export interface LoopSearchFacts {
  readonly window_no: number;
  readonly parties: number;
  readonly hops: number;
  readonly hops_searched: number;
  readonly loops: number;
  readonly parties_cut: number;
  /** Strong components whose budget did not suffice. */
  readonly components_cut: number;
}

/**
 * Looks for closed loops in every window of ring_hop and leaves them as `loop_found` (window_no, loop_no, hop_no from 1, seller_key, buyer_key) and the
 * parties whose search was cut short by a limit as `loop_cut` (window_no, party_key). Windows are independent; loops are numbered by their starting hops.
 */
export async function findLoops(engine: Engine): Promise<readonly LoopSearchFacts[]> {
  await engine.exec(`create or replace table loop_found (window_no INTEGER, loop_no INTEGER, hop_no INTEGER, seller_key INTEGER, buyer_key INTEGER);
    create or replace table loop_cut (window_no INTEGER, party_key INTEGER)`);
  const limits = await loopLimits(engine);
  const facts: LoopSearchFacts[] = [];
  for (const { window_no } of await engine.rows<{ window_no: number }>('select window_no from ring_window order by window_no asc nulls last')) {
    const hops = await engine.columns(`select seller_key, buyer_key, cast(100 * amount_yuan as bigint) as amount_fen,
      cast(date_diff('day', date '2000-01-01', first_issued_on) as bigint) as day
      from ring_hop where window_no = ${window_no}`);
    facts.push(await searchWindow(engine, window_no, hops, limits));
  }
  return facts;
}

async function loopLimits(engine: Engine): Promise<LoopLimits> {
  const [limits] = await engine.rows<LoopLimits>(`select r.conserved_share as "conservedShare", r.longest_hops as "longestHops",
    r.expanded_counterparties as "expandedCounterparties", r.search_steps as "searchSteps", r.component_steps as "componentSteps"
    from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on`);
  return limits ?? { conservedShare: 1, longestHops: 2, expandedCounterparties: 0, searchSteps: 0, componentSteps: 0 };
}

async function searchWindow(engine: Engine, windowNo: number, hops: NumberColumns, limits: LoopLimits): Promise<LoopSearchFacts> {
  const { seller_key = new Float64Array(), buyer_key = new Float64Array(), amount_fen = new Float64Array(), day = new Float64Array() } = hops;
  const { keys, places } = numbered(seller_key, buyer_key);
  const [from = new Int32Array(), to = new Int32Array()] = places;
  const found = closedLoops({ nodeCount: keys.length, from, to, amount: amount_fen, day }, limits);
  await appendLoops(engine, windowNo, found.loops, seller_key, buyer_key);
  const cut = keys.filter((_, node) => found.isCut[node] === 1);
  await engine.append('loop_cut', [new Int32Array(cut.length).fill(windowNo), cut]);
  return {
    window_no: windowNo, parties: keys.length, hops: seller_key.length, hops_searched: found.hopsSearched, loops: found.loops.length,
    parties_cut: cut.length, components_cut: found.componentsCut,
  };
}

async function appendLoops(engine: Engine, windowNo: number, loops: readonly Int32Array[], sellers: Float64Array, buyers: Float64Array): Promise<void> {
  const rows = loops.reduce((sum, loop) => sum + loop.length, 0);
  const [hops, loopNo, hopNo] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
  let row = 0;
  loops.forEach((loop, at) => {
    hops.set(loop, row);
    loopNo.fill(at + 1, row, row + loop.length);
    for (let place = 1; place <= loop.length; place += 1) hopNo[row++] = place;
  });
  await engine.append('loop_found', [new Int32Array(rows).fill(windowNo), loopNo, hopNo, picked(sellers, hops), picked(buyers, hops)]);
}
