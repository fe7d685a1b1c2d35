import { handlingPlace, type LabelledColumns } from '../../models/evaluate/columns.ts';
import type { Hit } from '../../models/evaluate/lift.ts';
import type { Engine } from '../engine/engine.ts';

interface RowRead {
  readonly is_positive: boolean;
  readonly score: number;
  readonly color: string;
  readonly has_lane: boolean;
  readonly level: string;
  readonly amount_at_risk: number;
  readonly amount_yuan: number | null;
  readonly ring_id: string | null;
}

/** What the snapshot and the labels say of the labelled taxpayers that `readLabels` kept, as columns in the order of `evaluate_row`. */
export async function readColumns(engine: Engine): Promise<LabelledColumns> {
  const rows = await engine.rows<RowRead>('select is_positive, score, color, has_lane, level, amount_at_risk, amount_yuan, ring_id from evaluate_row order by row_no asc nulls last');
  const ringNumbers = new Map<string, number>();
  const cluster = Int32Array.from(rows, ({ ring_id }, row) => {
    if (ring_id === null) return row;
    const known = ringNumbers.get(ring_id);
    if (known === undefined) ringNumbers.set(ring_id, row); // a ring goes by its first member: numbers of singles stay free
    return known ?? row;
  });
  return {
    isPositive: Uint8Array.from(rows, ({ is_positive }) => (is_positive ? 1 : 0)),
    score: Float64Array.from(rows, ({ score }) => score),
    handling: Float64Array.from(rows, ({ color, has_lane, score }) => handlingPlace({ color, hasLane: has_lane, score })),
    level: rows.map(({ level }) => level),
    amountAtRiskYuan: Float64Array.from(rows, ({ amount_at_risk }) => amount_at_risk),
    amountYuan: Float64Array.from(rows, ({ amount_yuan }) => amount_yuan ?? Number.NaN),
    cluster,
  };
}

/** One finding about a labelled taxpayer, once for each code, tier and family. */
export interface HitRead {
  readonly row: number;
  readonly code: string;
  readonly tier: string;
  readonly family: string;
}

/** Hits of labelled taxpayers; findings about the office itself say nothing of a taxpayer and are left out. */
export async function readHits(engine: Engine): Promise<readonly HitRead[]> {
  return engine.rows<HitRead>(`
    select distinct e.row_no as row, r.code, coalesce(r.tier, '') as tier, coalesce(f.family, '') as family
    from indicator_results as r
    join evaluate_row as e on e.taxpayer_id = r.taxpayer_id
    left join (select code, max(family) as family from indicator_results group by code) as f on f.code = r.code
    where r.outcome = 'hit' and not r.supervision
    order by row asc nulls last, r.code asc nulls last, tier asc nulls last`);
}

/** Codes of all indicators of the snapshot, hit or not, in order. */
export async function readCodes(engine: Engine): Promise<readonly string[]> {
  const columns = await engine.describe('select * from indicator_matrix');
  return columns.flatMap(({ name }) => (name.endsWith('_state') ? [name.slice(0, -'_state'.length).replaceAll('_', '-')] : [])).sort();
}

/** What a grade says of a taxpayer beside its score: membership of a ring, and the lanes, which carry no points. */
export const FLAGS = ['in_ring', 'suspend', 'ineligible', 'recompute', 'cautious'] as const;

/** Flags of labelled taxpayers, one row each. */
export async function readFlags(engine: Engine): Promise<readonly Hit[]> {
  const selects = FLAGS.map((flag) => `select '${flag}' as "group", e.row_no as row from evaluate_row as e join taxpayer_grades as g on g.taxpayer_id = e.taxpayer_id
    where ${flag === 'in_ring' ? 'len(g.ring_ids) > 0' : `g.${flag}`}`);
  return engine.rows<Hit>(`${selects.join(' union all ')} order by "group" asc nulls last, row asc nulls last`);
}

/** Hits by one of their names, for `liftRows`. */
export function hitsBy(hits: readonly HitRead[], name: 'code' | 'tier' | 'family'): readonly Hit[] {
  return hits.flatMap((hit) => (hit[name] === '' ? [] : [{ group: hit[name], row: hit.row }]));
}
