import { caseTables, type CaseRow } from '../../../indicators/loader/case-rows.ts';
import type { IndicatorCase } from '../../../indicators/loader/schema.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { openCaseWorld } from '../../../pipeline/run/case-world.ts';
import { assembleRings, loadRingAssembly, loadRingFindings } from '../../../models/rings/assemble-rings.ts';

export type Given = Readonly<Record<string, readonly CaseRow[]>>;

/** With this day P is June 2026: windows start in January … June, months before lie outside. */
export const AS_OF = '2026-07-20';

export interface RingWorld {
  /** Loads exactly these tables, as delivered, and builds every ring table. */
  build(given: Given): Promise<Engine>;
  /** The same, then findings and rings. */
  assemble(given: Given): Promise<Engine>;
  close(): Promise<void>;
}

export async function openRingWorld(): Promise<RingWorld> {
  const world = await openCaseWorld(compilePeerSql);
  const build = (given: Given, features: readonly string[]): Promise<Engine> => {
    const { tables, faults } = caseTables(world.contract, { given } as unknown as IndicatorCase);
    if (faults.length > 0) throw new Error(faults.join('; '));
    return world.build(tables, AS_OF, ['ring_loop_share', 'ring_cluster', ...features]);
  };
  return {
    build: (given) => build(given, []),
    async assemble(given) {
      const engine = await build(given, featuresOfFindings());
      await assembleRings(engine);
      return engine;
    },
    close: () => world.close(),
  };
}

/** The features that findings and rings read beyond those of loops and clusters. */
const featuresOfFindings = (): string[] => [
  ...new Set([...loadRingFindings(), ...loadRingAssembly()].flatMap(({ sql }) => sql.match(/\bfeat_\w+/gu) ?? [])),
];

/** Taxpayers by their ids; anything may be said about each. */
export const taxpayers = (facts: Readonly<Record<string, CaseRow>>): CaseRow[] =>
  Object.entries(facts).map(([taxpayer_id, more]) => ({ taxpayer_id, vat_status: 'general', registered_on: '2015-01-01', ...more }));

/** A sale `A>B` on a day of 2026 given as `05-29`. */
export function sale(pair: string, day: string, amount: number, more: CaseRow = {}): CaseRow {
  const [seller_id = '', buyer_id = ''] = pair.split('>');
  return { seller_id, buyer_id, issued_at: `2026-${day}`, amount, tax: 0, ...more };
}

/** Rows as words: `A B 100000`; null as `-`. */
export async function words(engine: Engine, sql: string): Promise<string[]> {
  return (await engine.rows(sql)).map((row) => Object.values(row).map((cell) => (cell === null ? '-' : String(cell))).join(' '));
}

/** Hops of the window that starts with a month of 2026: `A>B 100000 03-02`. */
export const hops = (engine: Engine, month: string): Promise<string[]> => words(engine, `
  select s.party_id || '>' || b.party_id as pair, h.amount_yuan, substr(cast(h.first_issued_on as varchar), 6) as day
  from ring_hop as h join ring_window as w on w.window_no = h.window_no
  join parties as s on s.party_key = h.seller_key join parties as b on b.party_key = h.buyer_key
  where w.from_on = date '2026-${month}-01' order by pair asc nulls last`);

/** Loops of a window: `A>B>C` with marks `processing`, `broken`. */
export const loops = (engine: Engine, month: string): Promise<string[]> => words(engine, `
  select string_agg(p.party_id, '>' order by h.hop_no) || case when any_value(l.is_processing) then ' processing' else '' end
    || case when any_value(l.is_goods_broken) then ' broken' else '' end as loop
  from ring_loop_hop as h join ring_loop as l on l.window_no = h.window_no and l.loop_no = h.loop_no
  join ring_window as w on w.window_no = h.window_no join parties as p on p.party_key = h.seller_key
  where w.from_on = date '2026-${month}-01' group by h.window_no, h.loop_no order by loop asc nulls last`);

/** What each subject sold in loops: `A 950000 from 02-01, 1 of 3 hops`. */
export const shares = (engine: Engine): Promise<string[]> => words(engine, `
  select t.taxpayer_id || ' ' || cast(f.loop_yuan as double)::bigint || coalesce(' from ' || substr(cast(f.from_on as varchar), 6) || ', ' || f.loop_count || ' of ' || f.shortest_hops || ' hops', '')
    || case when f.is_goods_broken then ' broken' else '' end || case when f.is_truncated then ' truncated' else '' end as share
  from ring_loop_share as f join feat_subject as s on s.subject_no = f.subject_no join taxpayers as t on t.taxpayer_key = s.taxpayer_key order by share asc nulls last`);
