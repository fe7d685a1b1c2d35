import type { Engine } from '../../pipeline/engine/engine.ts';
import { closedLoops, type LoopLimits } from './closed-loops.ts';
import { numbered } from './union-find.ts';

export interface RoundSearchFacts {
  readonly hops: number;
  readonly hops_searched: number;
  readonly rounds: number;
  readonly parties_cut: number;
}

/** Keys of parties and goods fit one number: seven digits of the good below the party. */
const GOODS = 10_000_000;

/**
 * Rounds: loops of three hops and more in which one good (seven digits) comes back to who sold it, whatever the order of the days. Nodes are parties with a
 * good, so that a loop never changes its good; over all known months, because hops of one round may lie months apart. Leaves `round_found` (round_no,
 * hop_no from 1, seller_key, buyer_key, code7_number) and `round_cut` (party_key), like findLoops. Needs ring_good_hop.
 */
export async function findRounds(engine: Engine): Promise<RoundSearchFacts> {
  await engine.exec(`create or replace table round_found (round_no INTEGER, hop_no INTEGER, seller_key INTEGER, buyer_key INTEGER, code7_number INTEGER);
    create or replace table round_cut (party_key INTEGER)`);
  const limits = await roundLimits(engine);
  const { seller = new Float64Array(), buyer = new Float64Array(), amount_fen = new Float64Array() } = await engine.columns(
    `select cast(seller_key as bigint) * ${GOODS} + code7_number as seller, cast(buyer_key as bigint) * ${GOODS} + code7_number as buyer,
      cast(100 * amount_yuan as bigint) as amount_fen
    from ring_good_hop order by seller_key asc nulls last, buyer_key asc nulls last, code7_number asc nulls last`,
  );
  const { keys, places } = numbered(seller, buyer);
  const [from = new Int32Array(), to = new Int32Array()] = places;
  const found = closedLoops({ nodeCount: keys.length, from, to, amount: amount_fen, day: new Float64Array(seller.length) }, limits);
  const rounds = found.loops.filter((loop) => loop.length > 2);
  const flat = rounds.flatMap((loop, at) => Array.from(loop, (hop, place) => ({ round_no: at + 1, hop_no: place + 1, hop })));
  const party = (node: number | undefined): number => Math.floor((node ?? 0) / GOODS);
  await engine.append('round_found', [
    flat.map(({ round_no }) => round_no), flat.map(({ hop_no }) => hop_no),
    flat.map(({ hop }) => party(seller[hop])), flat.map(({ hop }) => party(buyer[hop])), flat.map(({ hop }) => (seller[hop] ?? 0) % GOODS),
  ]);
  const cut = [...new Set([...keys.filter((_, node) => found.isCut[node] === 1)].map(party))];
  await engine.append('round_cut', [cut]);
  return { hops: seller.length, hops_searched: found.hopsSearched, rounds: rounds.length, parties_cut: cut.length };
}

async function roundLimits(engine: Engine): Promise<LoopLimits> {
  const [limits] = await engine.rows<LoopLimits>(`select f.round_conserved as "conservedShare", f.round_hops as "longestHops",
    r.expanded_counterparties as "expandedCounterparties", r.search_steps as "searchSteps", r.component_steps as "componentSteps"
    from run_context as c
    join list_ring_rules as r on c.as_of between r.from_on and r.to_on
    join list_ring_finding_rules as f on c.as_of between f.from_on and f.to_on`);
  return limits ?? { conservedShare: 1, longestHops: 2, expandedCounterparties: 0, searchSteps: 0, componentSteps: 0 };
}
