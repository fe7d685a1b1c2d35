import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { Problem } from '../problems/problem.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';

export type Outcome = 'hit' | 'clear' | 'not_applicable' | 'not_assessed';

/** One of the 64 as it came out for one taxpayer. */
export interface IndicatorResult {
  readonly code: string;
  readonly outcome: Outcome;
  readonly reason_code: string;
  readonly value: number | null;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** Taxpayers of one snapshot. Every method takes the regions of the caller first; what lies outside is not found. */
export class TaxpayerRepository {
  readonly #snapshot: ServedSnapshot;

  constructor(snapshot: ServedSnapshot) {
    this.#snapshot = snapshot;
  }

  /** Row of a taxpayer in the grades. Throws not-found. */
  row(scope: RegionScope, taxpayerId: string): number {
    const row = this.#snapshot.grades.find(taxpayerId);
    if (row < 0 || !scope.covers(this.#snapshot.grades.district(row))) throw new Problem('not-found');
    return row;
  }

  /** Grade, lanes, reasons and coverage, from memory, as the JSON of an answer. Throws not-found. */
  riskJson(scope: RegionScope, taxpayerId: string, isMasked: boolean): Buffer {
    const { grades, opening } = this.#snapshot;
    return grades.riskJson(this.row(scope, taxpayerId), isMasked, opening);
  }

  /** Results of all indicators, or of those with one outcome, by code. Findings about the office itself are left out. Throws not-found. */
  async indicators(scope: RegionScope, taxpayerId: string, outcome?: Outcome): Promise<readonly IndicatorResult[]> {
    this.row(scope, taxpayerId);
    const { pool, codes, manifest } = this.#snapshot;
    const [matrix] = await pool.rows<Record<string, number | null>>('select * exclude (taxpayer_id) from indicator_matrix where taxpayer_id = $1', [taxpayerId]);
    const rows = await pool.rows<{ code: string }>(RESULTS, [taxpayerId]);
    const hidden = new Set((await pool.rows<{ code: string }>('select distinct code from indicator_results where taxpayer_id = $1 and supervision order by code asc nulls last', [taxpayerId])).map(({ code }) => code));
    return codes.filter((code) => !hidden.has(code)).flatMap((code) => {
      const column = code.replace('-', '_');
      const meaning = manifest.states[String(matrix?.[`${column}_state`])];
      if (meaning === undefined || (outcome !== undefined && meaning.outcome !== outcome)) return [];
      const results = rows.filter((row) => row.code === code);
      return [{ code, outcome: meaning.outcome as Outcome, reason_code: meaning.reason_code, value: matrix?.[`${column}_value`] ?? null, results }];
    });
  }

  /** Identifiers of the rings a taxpayer is in, strongest first. Throws not-found. */
  async ringIds(scope: RegionScope, taxpayerId: string): Promise<readonly string[]> {
    this.row(scope, taxpayerId);
    const rows = await this.#snapshot.pool.rows<{ ring_id: string }>(
      'select r.ring_id from ring_members as m join rings as r using (ring_id) where m.taxpayer_id = $1 order by r.score desc nulls last, r.ring_id asc nulls last', [taxpayerId],
    );
    return rows.map(({ ring_id }) => ring_id);
  }
}

const RESULTS = `
  select code, subject, is_primary, outcome, value, threshold, branch, intensity, raw_points, points, peer_group, peer_count, peer_percentile, reason, reason_en,
    amount, tier, family, ineligible, recompute, suspend, service, parameter_version
  from indicator_results where taxpayer_id = $1 and not supervision
  order by points desc nulls last, code asc nulls last, subject asc nulls last`;
