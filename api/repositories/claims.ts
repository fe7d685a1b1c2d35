import type { RegionScope } from '../../pipeline/shared/region-scope.ts';
import { Problem } from '../problems/problem.ts';
import type { ServedSnapshot } from '../serving/served-snapshot.ts';

export type ClaimRow = Readonly<Record<string, unknown>> & { readonly application_id: string; readonly taxpayer_id: string; readonly taxpayer_name: string | null };

/** Refund applications of one snapshot; a claim lies where its taxpayer lies. */
export class ClaimRepository {
  readonly #snapshot: ServedSnapshot;

  constructor(snapshot: ServedSnapshot) {
    this.#snapshot = snapshot;
  }

  /** One application with its bars and the hits it is judged by. Throws not-found. */
  async claim(scope: RegionScope, applicationId: string): Promise<ClaimRow> {
    if (!this.#snapshot.hasClaims) throw new Problem('not-found');
    const { pool } = this.#snapshot;
    const [claim] = await pool.rows<ClaimRow>(`${CLAIMS} where c.application_id = $1 and ${scope.condition('g.district_code')}`, [applicationId]);
    if (claim === undefined) throw new Problem('not-found');
    const reasons = await pool.rows(REASONS, [claim.taxpayer_id, applicationId]);
    const bars = await pool.rows("select kind, name, points from score_bars where taxpayer_id = $1 and subject = $2 order by bar_no asc nulls last", [claim.taxpayer_id, applicationId]);
    return { ...claim, reasons, bars };
  }
}

/** Claims with the name and the district of their taxpayers. */
export const CLAIMS = 'select c.*, g.taxpayer_name, g.district_code, g.industry_code from claim_grades as c join taxpayer_grades as g using (taxpayer_id)';

// A claim is judged by its own results and by those that concern the taxpayer whatever is claimed.
const REASONS = `
  select code, subject, outcome, branch, value, threshold, points, amount, peer_group, peer_count, peer_percentile, reason, reason_en, tier, ineligible, recompute, suspend
  from indicator_results where taxpayer_id = $1 and subject in ($2, '') and not supervision
  order by points desc nulls last, code asc nulls last, subject asc nulls last`;
