import type { Engine } from '../../pipeline/engine/engine.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { TAXPAYER_KEY_PLACEHOLDER } from '../../pipeline/shared/evidence-placeholder.ts';
import { compiled } from './compiled.ts';
import { paramsSql } from './parameters.ts';
import type { Catalogue, Indicator, Overrides } from './schema.ts';

/** Evidence rows kept per subject. */
export const EVIDENCE_ROWS = 200;

/**
 * The query that returns the rows behind one indicator, ready to run or to hand to an auditor: at most 200 rows per subject, in
 * evidence order. `subjectFilterSql` is a condition over feat_subject, called s, e.g. `s.taxpayer_key = 17`.
 */
export function evidenceSql(indicator: Indicator, subjectFilterSql: string, overrides?: Overrides): string {
  const columns = Object.keys(indicator.evidence.columns).map((name) => `e.${name}`);
  return `${evidenceScope(indicator, subjectFilterSql, overrides)}
select ${['e.subject_no', 'e.evidence_rank', ...columns].join(', ')}
from evidence as e
where e.evidence_rank <= ${EVIDENCE_ROWS}
order by e.subject_no asc nulls last, e.evidence_rank asc nulls last`;
}

/** The same query before the display columns are chosen, for checks of what the text itself returns. */
export function rawEvidenceSql(indicator: Indicator): string {
  return `${evidenceScope(indicator, 'false')}\nselect e.* from evidence as e`;
}

/**
 * The same query for whichever taxpayer is asked about later: complete but for one placeholder. Throws INDICATOR_INVALID when the text
 * holds the placeholder elsewhere too, in the query or in a parameter.
 */
export function openEvidenceSql(indicator: Indicator, overrides?: Overrides): string {
  const sql = evidenceSql(indicator, `s.taxpayer_key = ${TAXPAYER_KEY_PLACEHOLDER}`, overrides);
  if (sql.split(TAXPAYER_KEY_PLACEHOLDER).length === 2) return sql;
  throw new VatRiskError('INDICATOR_INVALID', `${indicator.code}: ${TAXPAYER_KEY_PLACEHOLDER} stands for the taxpayer asked about; its evidence query or a text parameter uses it too. Write another name there.`);
}

/** Every table that the evidence queries of a catalogue read: what a snapshot must keep to answer them. Sorted. */
export async function evidenceTables(engine: Engine, catalogue: Catalogue): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const indicator of catalogue.filter((one) => one.status === 'active')) {
    for (const name of await engine.tablesRead(evidenceSql(indicator, 'true'))) names.add(name);
  }
  return [...names].sort();
}

function evidenceScope(indicator: Indicator, subjectFilterSql: string, overrides?: Overrides): string {
  return `with asked as (
select s.* from feat_subject as s where ${subjectFilterSql}
),
params as (
${paramsSql(indicator, overrides)}
),
evidence as (
${compiled(indicator.evidenceSql)}
)`;
}
