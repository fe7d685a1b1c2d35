import { evidenceSql } from '../../indicators/loader/evidence.ts';
import type { Catalogue, Overrides } from '../../indicators/loader/schema.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';

/** Hits of one indicator whose evidence is looked at on every run; more would scan the invoices once per indicator for nothing. */
const HITS_LOOKED_AT = 200;

/** Every hit must show rows. Checks the first hits of each indicator (by subject); throws INVARIANT_BROKEN naming the indicators. */
export async function checkEvidence(engine: Engine, indicators: Catalogue, overrides: Overrides): Promise<number> {
  const broken: string[] = [];
  let looked = 0;
  for (const indicator of indicators) {
    const hits = await engine.rows<{ subject_no: number }>(
      `select subject_no from indicator_outcome where code = ${sqlText(indicator.code)} and outcome = 'hit'
       order by subject_no asc nulls last limit ${HITS_LOOKED_AT}`,
    );
    if (hits.length === 0) continue;
    looked += hits.length;
    const asked = `s.subject_no in (${hits.map(({ subject_no }) => subject_no).join(', ')})`;
    const [shown] = await engine.rows<{ subjects: number }>(
      `select count(distinct subject_no) as subjects from (${evidenceSql(indicator, asked, overrides)})`,
    );
    const missing = hits.length - (shown?.subjects ?? 0);
    if (missing > 0) broken.push(`${indicator.code}: ${missing} of ${hits.length} hits have no evidence row`);
  }
  if (broken.length > 0) {
    throw new VatRiskError('INVARIANT_BROKEN', 'Hits without evidence must not be published; mend the evidence query or the indicator.', { details: broken });
  }
  return looked;
}
