import { sqlText } from '../../pipeline/engine/sql-text.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { JUDGED, judgeSql, MEASURED, measureSql, peerTable, withParams, type MeasuredColumn } from './judge-sql.ts';
import { OUTCOME_TABLE, outcomeSql } from './outcome-sql.ts';
import { checkOverrides } from './parameters.ts';
import type { Catalogue, Indicator, Overrides } from './schema.ts';

/** SELECT that gives a measure's peer statistics; models/peers has the one in use. */
export type CompilePeers = (spec: { measureTable: string; measure: string; column: string; percentiles: readonly number[] }) => string;

export interface RunOptions {
  readonly compilePeers: CompilePeers;
  readonly overrides?: Overrides;
  /** Called before each indicator with its code, its number from 1 and how many there are. */
  readonly onStep?: (code: string, number: number, total: number) => void;
}

/** Name of an indicator's matrix table. */
export function matrixTable(code: string): string {
  return `matrix_${code.replaceAll('-', '_')}`;
}

/**
 * Judges every active indicator over the feature tables of `engine`: writes `indicator_outcome` (hits and watches) and, per code,
 * `matrix_<code>` (taxpayer_key, value, state: one row per taxpayer). Needs feat_subject, feat_taxpayer, feat_peer, delivered_tables.
 * Throws CONFIG_INVALID for overrides that fit nothing, INDICATOR_INVALID when an indicator breaks its promise of one row per subject.
 */
export async function runIndicators(engine: Engine, catalogue: Catalogue, options: RunOptions): Promise<void> {
  const active = catalogue.filter((indicator) => indicator.status === 'active');
  checkOverrides(catalogue, options.overrides ?? {});
  await engine.exec(OUTCOME_TABLE);
  for (const [index, indicator] of active.entries()) {
    options.onStep?.(indicator.code, index + 1, active.length);
    await judgeIndicator(engine, indicator, options);
  }
}

/** Judges one indicator into an existing indicator_outcome and its matrix table. `keepJudged` leaves the row of every subject to look at. */
export async function judgeIndicator(engine: Engine, indicator: Indicator, options: RunOptions & { readonly keepJudged?: boolean }): Promise<void> {
  const columns = await measuredColumns(engine, indicator, options.overrides);
  await engine.exec(`create or replace temp table ${MEASURED} as ${measureSql(indicator, columns, options.overrides)}`);
  await checkDensity(engine, indicator);
  for (const peer of indicator.peers ?? []) {
    const sql = options.compilePeers({ measureTable: MEASURED, ...peer });
    await engine.exec(`create or replace temp table ${peerTable(peer.measure)} as ${sql}`);
  }
  await engine.exec(`create or replace temp table ${JUDGED} as ${judgeSql(indicator, await areTablesAbsent(engine, indicator))}`);
  await checkStates(engine, indicator);
  await engine.exec(`insert into indicator_outcome ${outcomeSql(indicator)} order by j.subject_no asc nulls last`);
  await engine.exec(`create or replace table ${matrixTable(indicator.code)} as
select cast(j.taxpayer_key as integer) as taxpayer_key, case when j.state < 10 then j.measured_value end as value, cast(j.state as utinyint) as state
from ${JUDGED} as j
where j.is_counted
order by j.taxpayer_key asc nulls last`);
  if (options.keepJudged !== true) await dropJudged(engine, indicator);
}

/** Drops the tables that judging one indicator left behind. */
export async function dropJudged(engine: Engine, indicator: Indicator): Promise<void> {
  const tables = [MEASURED, JUDGED, ...(indicator.peers ?? []).map((peer) => peerTable(peer.measure))];
  await engine.exec(tables.map((table) => `drop table if exists ${table}`).join(';\n'));
}

/** Columns the indicator's SQL returns, found without running it. */
export async function measuredColumns(engine: Engine, indicator: Indicator, overrides?: Overrides): Promise<readonly MeasuredColumn[]> {
  return engine.describe(`${withParams(indicator, indicator.sql, overrides)}\nselect m.* from measured as m`);
}

async function areTablesAbsent(engine: Engine, indicator: Indicator): Promise<boolean> {
  const names = indicator.needs.map(sqlText).join(', ');
  const [row] = await engine.rows<{ delivered: number }>(`select count(*) as delivered from delivered_tables where is_delivered and table_name in (${names})`);
  return row?.delivered !== indicator.needs.length;
}

async function checkDensity(engine: Engine, indicator: Indicator): Promise<void> {
  const expected = `select subject_no from feat_subject${indicator.grain === 'taxpayer' ? ' where is_primary' : ''}`;
  const [row] = await engine.rows<{ expected: number; rows: number; distinct_rows: number; known: number }>(
    `select (select count(*) from (${expected}) as x) as expected, count(*) as rows, count(distinct m.subject_no) as distinct_rows, count(e.subject_no) as known
from ${MEASURED} as m left join (${expected}) as e on e.subject_no = m.subject_no`,
  );
  if (row === undefined || (row.rows === row.expected && row.distinct_rows === row.expected && row.known === row.expected)) return;
  throw new VatRiskError(
    'INDICATOR_INVALID',
    `${indicator.code} must return exactly one row for each of the ${row.expected} subjects of grain ${indicator.grain}; it returned ${row.rows} rows, ` +
      `${row.distinct_rows} different subjects, ${row.rows - row.known} rows of no such subject. Start from feat_subject and left join tables of one row per subject (${indicator.file}).`,
  );
}

async function checkStates(engine: Engine, indicator: Indicator): Promise<void> {
  const bad = await engine.rows<{ code: string }>(`select distinct coalesce(j.not_applicable, j.not_assessed) as code from ${JUDGED} as j where j.state is null order by code asc nulls last`);
  const [counted] = await engine.rows<{ judged: number; measured: number }>(`select (select count(*) from ${JUDGED}) as judged, (select count(*) from ${MEASURED}) as measured`);
  if (bad.length > 0) {
    const codes = bad.map((row) => row.code);
    throw new VatRiskError('INDICATOR_INVALID', `${indicator.code} returned reason codes that its column may not hold: ${codes.join(', ')} (${indicator.file})`, { details: codes });
  }
  if (counted !== undefined && counted.judged !== counted.measured) {
    throw new VatRiskError('INDICATOR_INVALID', `${indicator.code}: ${counted.measured} subjects became ${counted.judged} rows when joined with peers and taxpayers; feat_peer and feat_taxpayer must hold one row each`);
  }
}
