import { readFile } from 'node:fs/promises';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { compileSql } from '../../pipeline/engine/templates.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { differencesOf, type RunDifferences, type RunFacts } from './run-facts.ts';

/**
 * Compares the snapshots behind the schemas `former` and `latter` of one engine. Leaves the tables `compare_pair`,
 * `compare_migration`, `compare_claim_migration`, `compare_cause`, `compare_cell` and `compare_moved`, and says what may have moved grades at all.
 */
export async function runCompare(engine: Engine, former: RunFacts, latter: RunFacts): Promise<RunDifferences> {
  const codes = await comparedCodes(engine);
  const versions = { former: await parameterVersions(engine, 'former'), latter: await parameterVersions(engine, 'latter') };
  const differences = differencesOf(former, latter, codes.map(({ code }) => code), versions);
  await loadDifferences(engine, differences);
  for (const table of ['compare-pair', 'compare-migration', 'compare-claim-migration', 'compare-cut']) await build(engine, table);
  await buildStates(engine, codes);
  for (const table of ['compare-cell', 'compare-cause', 'compare-moved']) await build(engine, table);
  return differences;
}

interface ComparedCode {
  readonly code: string;
  /** Name of its columns in the matrix. */
  readonly column: string;
  readonly isInFormer: boolean;
  readonly isInLatter: boolean;
}

/** Every indicator of either matrix, sorted. */
export async function comparedCodes(engine: Engine): Promise<readonly ComparedCode[]> {
  const columnsOf = async (side: string) =>
    (await engine.describe(`select * from ${side}.indicator_matrix`)).map(({ name }) => name).filter((name) => name.endsWith('_state')).map((name) => name.slice(0, -'_state'.length));
  const [former, latter] = [new Set(await columnsOf('former')), new Set(await columnsOf('latter'))];
  return [...new Set([...former, ...latter])].sort().map((column) => ({ code: column.replaceAll('_', '-'), column, isInFormer: former.has(column), isInLatter: latter.has(column) }));
}

async function build(engine: Engine, file: string): Promise<void> {
  const text = await readFile(packagePath('models', 'compare', `${file}.sql`), 'utf8');
  await engine.exec(`create or replace table ${file.replaceAll('-', '_')} as ${compileSql(text)}`);
}

/** What the results say of the parameters they were judged by, by code: one text a code and night. */
async function parameterVersions(engine: Engine, side: string): Promise<Readonly<Record<string, string>>> {
  const found = await engine.rows<{ code: string; version: string | null }>(
    `select r.code, min(r.parameter_version) as version from ${side}.indicator_results as r group by r.code order by r.code asc nulls last`,
  );
  return Object.fromEntries(found.flatMap(({ code, version }) => (version === null ? [] : [[code, version]])));
}

async function loadDifferences(engine: Engine, differences: RunDifferences): Promise<void> {
  const { hasNewData, hasNewProgram, hasNewRules, indicators } = differences;
  await engine.exec(`create or replace table compare_run as select ${hasNewData} as has_new_data, ${hasNewProgram} as has_new_program, ${hasNewRules} as has_new_rules`);
  await engine.exec('create or replace table compare_indicator (code varchar, has_new_code boolean, has_new_parameters boolean, has_new_weight boolean)');
  const rows = indicators.map((one) => `(${sqlText(one.code)}, ${one.hasNewCode}, ${one.hasNewParameters}, ${one.hasNewWeight})`);
  if (rows.length > 0) await engine.exec(`insert into compare_indicator values ${rows.join(', ')}`);
}

/**
 * compare_state: states and values of moved taxpayers where the state differs or a hit or watch may hold other points. One
 * statement an indicator reads two columns a side, so that the wide matrices are never held whole.
 */
async function buildStates(engine: Engine, codes: readonly ComparedCode[]): Promise<void> {
  await engine.exec(`create or replace table compare_state (
    taxpayer_id varchar, code varchar, former_state integer, latter_state integer, former_value double, latter_value double)`);
  await engine.exec('create or replace table compare_moved_id as select p.taxpayer_id from compare_pair as p where p.is_moved and p.is_in_both');
  for (const one of codes) await engine.exec(`insert into compare_state ${stateSql(one)}`);
}

function stateSql({ code, column, isInFormer, isInLatter }: ComparedCode): string {
  const read = (alias: string, isThere: boolean) => ({
    state: isThere ? `cast(${alias}.${column}_state as integer)` : 'cast(null as integer)',
    value: isThere ? `cast(${alias}.${column}_value as double)` : 'cast(null as double)',
  });
  const [f, l] = [read('f', isInFormer), read('l', isInLatter)];
  return `select m.taxpayer_id, ${sqlText(code)} as code, ${f.state} as former_state, ${l.state} as latter_state, ${f.value} as former_value, ${l.value} as latter_value
    from compare_moved_id as m
    inner join former.indicator_matrix as f on f.taxpayer_id = m.taxpayer_id
    inner join latter.indicator_matrix as l on l.taxpayer_id = m.taxpayer_id
    where ${f.state} is distinct from ${l.state} or ${f.state} in (1, 2)`;
}
