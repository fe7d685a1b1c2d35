import { readFile } from 'node:fs/promises';
import type { Config } from '../../pipeline/config/schema.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { compileSql } from '../../pipeline/engine/templates.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { comparedCodes } from '../compare/run-compare.ts';

export type Verdict = 'none' | 'watch' | 'stop';

/** One figure of the drift table. Shares and rates between 0 and 1; of `score_psi` the mean scores. */
export interface DriftRow {
  readonly measure: 'score_psi' | 'score_band' | 'level_share' | 'color_share' | 'lane_share' | 'hit_rate' | 'not_assessed_rate' | 'threshold_drift' | 'table_delivered';
  /** Level, colour, lane, band, indicator or table; `all` for all scores. */
  readonly code: string;
  readonly former: number | null;
  readonly latter: number | null;
  readonly change: number | null;
  readonly psi: number | null;
  readonly verdict: Verdict;
  readonly z: number | null;
  /** Cases behind the two figures. */
  readonly former_count: number | null;
  readonly latter_count: number | null;
}

/** Tables that were delivered on either night, by name; null where a manifest does not tell. */
export interface DeliveredTables {
  readonly former: readonly string[] | null;
  readonly latter: readonly string[] | null;
}

const BANDS = ['0', '0-10', '10-20', '20-30', '30-40', '40-50', '50-60', '60-70', '70-80', '80-90', '90-100', '100'];
const STEPS = ['drift-score-band', 'drift-psi', 'drift-share', 'drift-guard', 'drift'] as const;

/**
 * Compares the distributions of two nights behind the schemas `former` and `latter` of one engine; leaves the table `drift` and
 * returns its rows in order. An empty former side leaves the guard of the cuts only, which looks at the latter night alone.
 */
export async function runDrift(engine: Engine, rules: Config['drift'], tables: DeliveredTables = { former: null, latter: null }): Promise<readonly DriftRow[]> {
  const numbers = Object.entries(rules).filter(([, value]) => typeof value === 'number');
  await engine.exec(`create or replace table drift_rule as select ${numbers.map(([name, value]) => `cast(${value} as double) as ${name}`).join(', ')}`);
  await engine.exec(`create or replace table drift_band as select * from (values ${BANDS.map((band, at) => `(${at}, ${sqlText(band)})`).join(', ')}) as b(band_no, band)`);
  await engine.exec(`create or replace table drift_size as
    select f.taxpayers > 0 as has_former, f.taxpayers >= r.minimum_taxpayers and l.taxpayers >= r.minimum_taxpayers as is_large
    from (select count(*) as taxpayers from former.taxpayer_grades) as f
    cross join (select count(*) as taxpayers from latter.taxpayer_grades) as l
    cross join drift_rule as r`);
  await loadTables(engine, tables);
  await countStates(engine);
  for (const file of STEPS) {
    const text = await readFile(packagePath('models', 'drift', `${file}.sql`), 'utf8');
    await engine.exec(`create or replace table ${file.replaceAll('-', '_')} as ${compileSql(text)}`);
  }
  return engine.rows<DriftRow>('select * from drift order by measure asc nulls last, code asc nulls last');
}

/** drift_table: 1 where a table was delivered, 0 where it was not; empty when one of the nights does not tell. */
async function loadTables(engine: Engine, { former, latter }: DeliveredTables): Promise<void> {
  await engine.exec('create or replace table drift_table (table_name varchar, former double, latter double)');
  if (former === null || latter === null) return;
  const rows = [...new Set([...former, ...latter])].sort().map((name) => `(${sqlText(name)}, ${former.includes(name) ? 1 : 0}, ${latter.includes(name) ? 1 : 0})`);
  if (rows.length > 0) await engine.exec(`insert into drift_table values ${rows.join(', ')}`);
}

/** drift_state: taxpayers that were hit, assessed and not assessed per indicator and side, in one pass over each matrix. */
async function countStates(engine: Engine): Promise<void> {
  const codes = await comparedCodes(engine);
  await engine.exec('create or replace table drift_state (side varchar, code varchar, hits bigint, assessed bigint, not_assessed bigint)');
  for (const side of ['former', 'latter'] as const) {
    const there = codes.filter((one) => (side === 'former' ? one.isInFormer : one.isInLatter));
    if (there.length === 0) continue;
    const sums = there.flatMap(({ column }) => [
      `sum(case when m.${column}_state = 1 then 1 else 0 end) as ${column}_hits`,
      `sum(case when m.${column}_state < 10 then 1 else 0 end) as ${column}_assessed`,
      `sum(case when m.${column}_state >= 20 then 1 else 0 end) as ${column}_not_assessed`,
    ]);
    const [counted] = await engine.rows<Record<string, number | null>>(`select ${sums.join(', ')} from ${side}.indicator_matrix as m`);
    const rows = there.map(({ code, column }) => `('${side}', ${sqlText(code)}, ${['hits', 'assessed', 'not_assessed'].map((what) => counted?.[`${column}_${what}`] ?? 0).join(', ')})`);
    await engine.exec(`insert into drift_state values ${rows.join(', ')}`);
  }
}
