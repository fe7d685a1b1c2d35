import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { Snapshot } from '../snapshot/open-snapshot.ts';
import { explainTaxpayer } from './read-explanation.ts';

interface Grade {
  readonly taxpayer_id: string;
  readonly taxpayer_name: string;
  readonly level: string;
  readonly color: string;
  readonly score: number;
  readonly points: number;
  readonly assessed: number;
  readonly applicable: number;
  readonly coverage_weighted: number | null;
  readonly limited_data: boolean;
  readonly ineligible: boolean;
  readonly recompute: boolean;
  readonly suspend: boolean;
  readonly cautious: boolean;
  readonly service: boolean;
  readonly amount_at_risk: number;
  readonly ring_ids: readonly string[];
}

export interface Reason {
  readonly code: string;
  readonly subject: string;
  readonly outcome: string;
  readonly branch: string;
  readonly points: number;
  readonly amount: number | null;
  readonly reason: string;
  readonly reason_en: string;
}

export interface Claim {
  readonly application_id: string;
  readonly period: string;
  readonly lane: string | null;
  readonly claimed: number;
  readonly recomputed: number | null;
  readonly unmet_conditions: readonly string[];
  readonly unmet_clauses?: readonly string[];
  readonly expected_yuan?: number | null;
  readonly queue_rank?: number | null;
  readonly fast_lane_gaps?: readonly string[];
  readonly handling?: readonly string[];
}

interface NotAssessed {
  readonly code: string;
  readonly reason_code: string;
}

export type TaxpayerPage = Awaited<ReturnType<typeof readTaxpayer>>;

/** Everything a snapshot says of one taxpayer. Throws TAXPAYER_UNKNOWN when it does not know the id. */
export async function readTaxpayer(snapshot: Snapshot, taxpayerId: string) {
  const id = sqlText(taxpayerId);
  const [grade] = await snapshot.engine.rows<Grade>(`select * from taxpayer_grades where taxpayer_id = ${id}`);
  if (grade === undefined) {
    throw new VatRiskError('TAXPAYER_UNKNOWN', `The current snapshot (${snapshot.runId}) has no such taxpayer; check the id, or whether it was in the delivery.`);
  }
  const reasons = await snapshot.engine.rows<Reason>(
    `select code, subject, outcome, branch, points, amount, value, threshold, reason, reason_en, is_primary, peer_group, peer_count, peer_percentile
     from indicator_results where taxpayer_id = ${id} and not supervision order by points desc nulls last, code asc nulls last, subject asc nulls last`,
  );
  const hasClaims = snapshot.manifest.outputs.some(({ file }) => file === 'claim_grades.parquet');
  const claims = hasClaims
    ? await snapshot.engine.rows<Claim>(`select * from claim_grades where taxpayer_id = ${id} order by period desc nulls last, application_id asc nulls last`)
    : [];
  const gaps = await readGaps(snapshot, id);
  return { asOf: snapshot.manifest.as_of, snapshotId: snapshot.runId, ...grade, reasons, claims, not_assessed: gaps, explanation: await explanationOf(snapshot, taxpayerId) };
}

/** How the score comes about, or null in a snapshot of a version that did not keep it. */
async function explanationOf(snapshot: Snapshot, taxpayerId: string) {
  if (snapshot.manifest.scoring === undefined) return null;
  const { bars, without_points, counterfactual, color_rule } = await explainTaxpayer(snapshot, taxpayerId);
  return { color_rule, bars, without_points, counterfactual };
}

async function readGaps(snapshot: Snapshot, id: string): Promise<NotAssessed[]> {
  const states = snapshot.manifest.states;
  const [matrix] = await snapshot.engine.rows<Record<string, number | null>>(`select * exclude (taxpayer_id) from indicator_matrix where taxpayer_id = ${id}`);
  return Object.entries(matrix ?? {}).flatMap(([column, state]) => {
    const meaning = column.endsWith('_state') && state !== null ? states[String(state)] : undefined;
    if (meaning?.outcome !== 'not_assessed') return [];
    return [{ code: column.slice(0, -'_state'.length).replaceAll('_', '-'), reason_code: meaning.reason_code }];
  });
}
