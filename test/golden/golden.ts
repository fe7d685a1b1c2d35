import { openSnapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';

export const GOLDEN_FILE = packagePath('test', 'golden', 'small.json');

/** What a person reviews of a snapshot: how many of each grade, lane and indicator outcome, the rings, and the highest scores. */
export async function goldenOf(out: string) {
  const snapshot = await openSnapshot(out);
  const { engine, manifest } = snapshot;
  try {
    const levels = await engine.rows('select level, color, count(*) as taxpayers from taxpayer_grades group by all order by level asc nulls last, color asc nulls last');
    const lanes = await engine.rows('select lane, count(*) as claims, sum(claimed) as claimed, sum(recomputed) as recomputed from claim_grades group by all order by lane asc nulls last');
    const top = await engine.rows('select taxpayer_id, level, color, score, amount_at_risk, top_reasons from taxpayer_grades order by score desc nulls last, taxpayer_id asc nulls last limit 20');
    const states = (await engine.describe('select * from indicator_matrix')).map(({ name }) => name).filter((name) => name.endsWith('_state'));
    const indicators: Record<string, Record<string, number>> = {};
    for (const column of states) {
      const counted = await engine.rows<{ state: number; n: number }>(`select ${column} as state, count(*) as n from indicator_matrix group by all order by state asc nulls last`);
      indicators[column.slice(0, -'_state'.length).replace('_', '-')] = Object.fromEntries(counted.map(({ state, n }) => [nameOf(manifest.states[String(state)], state), n]));
    }
    const rings = await engine.rows(`select r.ring_id, r.kinds, r.score, r.members, r.amount, r.first_date, r.last_date, r.retained_share, r.claims_amount, r.truncated, r.dampers,
      list(m.role order by m.role) as roles from rings as r join ring_members as m using (ring_id) group by all order by r.ring_id asc nulls last`);
    const [exposed] = await engine.rows('select count(*) as taxpayers, sum(first_hop_tax) as first_hop_tax, sum(second_hop_tax) as second_hop_tax from ring_exposure');
    return { as_of: manifest.as_of, levels, lanes, indicators, rings, exposed, top };
  } finally {
    await snapshot.close();
  }
}

function nameOf(meaning: { outcome: string; reason_code: string } | undefined, state: number): string {
  if (meaning === undefined) return `state ${state}`;
  return meaning.reason_code === '' ? meaning.outcome : `${meaning.outcome} ${meaning.reason_code}`;
}
