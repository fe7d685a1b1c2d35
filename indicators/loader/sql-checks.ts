import type { Engine } from '../../pipeline/engine/engine.ts';
import { lintPortableSql } from '../../pipeline/engine/portable-sql-lint.ts';
import { nearest, VatRiskError } from '../../pipeline/shared/errors.ts';
import { compiled } from './compiled.ts';
import { evidenceSql, rawEvidenceSql } from './evidence.ts';
import { expressionsOf } from './expressions.ts';
import { factNames, peerColumns, withParams, type MeasuredColumn } from './judge-sql.ts';
import { invalid } from './load.ts';
import { parameterType } from './parameters.ts';
import { FORMAT_TYPES, parseReason } from './reason-text.ts';
import { measuredColumns } from './run-indicators.ts';
import type { Catalogue, Indicator } from './schema.ts';

const NUMERIC = /^(DECIMAL|DOUBLE|FLOAT|BIGINT|INTEGER|SMALLINT|TINYINT|HUGEINT)/u;

/**
 * Checks that need an engine on which every known and feature table exists (rows do not matter): one SELECT each, portable,
 * declared reads = tables read, result columns and types, every expression and placeholder. Throws INDICATOR_INVALID with all faults.
 */
export async function checkIndicators(engine: Engine, catalogue: Catalogue): Promise<void> {
  const faults: string[] = [];
  for (const indicator of catalogue) {
    for (const message of await sqlFaults(engine, indicator)) faults.push(`${indicator.file}: ${message}`);
  }
  if (faults.length > 0) throw invalid(faults);
}

/** All faults of one indicator that only an engine can find. */
export async function sqlFaults(engine: Engine, indicator: Indicator): Promise<readonly string[]> {
  const shape = [...(await textFaults(engine, indicator.sql, '.sql')), ...(await textFaults(engine, indicator.evidenceSql, '.evidence.sql'))];
  if (shape.length > 0) return shape;
  const read = await attempt(() => readsFaults(engine, indicator), '.sql');
  const evidence = await attempt(() => evidenceFaults(engine, indicator), '.evidence.sql');
  const columns = await attempt(() => measuredColumns(engine, indicator), '.sql');
  const own = columns.value === undefined ? [] : [...columnFaults(indicator, columns.value), ...(await branchFaults(engine, indicator, columns.value))];
  return [...read.faults, ...(read.value ?? []), ...columns.faults, ...own, ...evidence.faults, ...(evidence.value ?? [])];
}

async function textFaults(engine: Engine, text: string, which: string): Promise<string[]> {
  try {
    const count = await engine.countStatements(compiled(text));
    if (count !== 1 || !/^\s*(--[^\n]*\n\s*)*(with|select)\b/iu.test(text)) return [`${which}: expected exactly one SELECT, found ${count} statement(s)`];
    return lintPortableSql(text, { kind: 'select' }).map((finding) => `${which}:${finding.line}: ${finding.message} (${finding.rule})`);
  } catch (error) {
    return [`${which}: ${messageOf(error)}`];
  }
}

async function readsFaults(engine: Engine, indicator: Indicator): Promise<string[]> {
  const really = await engine.tablesRead(withParams({ ...indicator, parameters: {} }, indicator.sql) + '\nselect m.* from measured as m');
  const inText = really.filter((table) => table !== 'feat_subject' || /\bfeat_subject\b/u.test(indicator.sql));
  const undeclared = inText.filter((table) => !indicator.reads.includes(table));
  const unread = indicator.reads.filter((table) => !inText.includes(table));
  return [
    ...(undeclared.length > 0 ? [`reads: the SQL also reads ${undeclared.join(', ')}; add it`] : []),
    ...(unread.length > 0 ? [`reads: the SQL does not read ${unread.join(', ')}; remove it`] : []),
  ];
}

function columnFaults(indicator: Indicator, columns: readonly MeasuredColumn[]): string[] {
  const faults: string[] = [];
  const typeOf = (name: string): string | undefined => columns.find((column) => column.name === name)?.type;
  const names = columns.map((column) => column.name);
  const expect = (name: string, pattern: RegExp, words: string): void => {
    const type = typeOf(name);
    if (type === undefined) faults.push(`.sql: column ${name} is missing${hint(name, names)}`);
    else if (!pattern.test(type)) faults.push(`.sql: column ${name} is ${type}, expected ${words}`);
  };
  expect('subject_no', /^(INTEGER|BIGINT)$/u, 'an integer');
  expect('not_applicable', /^VARCHAR$/u, 'text');
  expect('not_assessed', /^VARCHAR$/u, 'text');
  expect(indicator.value.column, NUMERIC, 'a number (value.column)');
  for (const peer of indicator.peers ?? []) expect(peer.column, NUMERIC, 'a number (peers)');
  const parameters = Object.keys(indicator.parameters ?? {});
  for (const name of names) {
    if (parameters.includes(name)) faults.push(`.sql: column ${name} has the name of a parameter; rename one`);
    if (/^(peer_|b\d+_)/u.test(name) || ['state', 'taxpayer_key', 'application_id', 'measured_value', 'strongest'].includes(name)) faults.push(`.sql: the column name ${name} is taken by the runner; rename it`);
  }
  return faults;
}

async function branchFaults(engine: Engine, indicator: Indicator, columns: readonly MeasuredColumn[]): Promise<string[]> {
  const types = factTypes(indicator, columns);
  const facts = [...types].map(([name, type]) => `cast(null as ${type}) as ${name}`).join(', ');
  const faults: string[] = [];
  for (const { path, sql, gives } of expressionsOf(indicator)) {
    const place = path.join('.');
    const described = await attempt(() => engine.describe(`with facts as (select ${facts}) select (${compiled(sql)}) as x from facts`), place);
    faults.push(...described.faults);
    const type = described.value?.[0]?.type;
    const fits = gives === 'boolean' ? type === 'BOOLEAN' : type !== undefined && NUMERIC.test(type);
    if (type !== undefined && !fits) faults.push(`${place}: gives ${type}, expected a ${gives}`);
    const select = `select cast((${sql}) as ${gives === 'boolean' ? 'boolean' : 'double'}) as x from facts`;
    faults.push(...lintPortableSql(select, { kind: 'select' }).map((finding) => `${place}: ${finding.message} (${finding.rule})`));
  }
  indicator.branches.forEach((branch, index) => {
    for (const language of ['zh', 'en'] as const) {
      faults.push(...reasonFaults(branch.reason[language], types).map((message) => `branches.${index}.reason.${language}: ${message}`));
    }
  });
  return faults;
}

function reasonFaults(text: string, types: ReadonlyMap<string, string>): string[] {
  return parseReason(text).parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    const type = types.get(part.column);
    if (type === undefined) return [`{${part.column}} is no column of the SQL, parameter or peer column${hint(part.column, [...types.keys()])}`];
    return FORMAT_TYPES[part.format].test(type) ? [] : [`{${part.column}:${part.format}} does not fit a column of type ${type}`];
  });
}

function factTypes(indicator: Indicator, columns: readonly MeasuredColumn[]): ReadonlyMap<string, string> {
  const peers = (indicator.peers ?? []).flatMap((peer) => peerColumns(peer.measure, peer.percentiles));
  const peerType = (name: string): string => (name.endsWith('_count') ? 'BIGINT' : name.endsWith('_group') ? 'VARCHAR' : 'DOUBLE');
  const all = new Map<string, string>([
    ...columns.map((column): [string, string] => [column.name, column.type]),
    ...Object.entries(indicator.parameters ?? {}).map(([name, parameter]): [string, string] => [name, parameterType(parameter).toUpperCase()]),
    ...peers.map((name): [string, string] => [name, peerType(name)]),
  ]);
  const allowed = factNames(indicator, columns);
  return new Map([...all].filter(([name]) => allowed.includes(name)));
}

async function evidenceFaults(engine: Engine, indicator: Indicator): Promise<string[]> {
  const columns = await engine.describe(rawEvidenceSql(indicator));
  const names = columns.map((column) => column.name);
  const shown = names.filter((name) => name !== 'subject_no' && name !== 'evidence_rank');
  const declared = Object.keys(indicator.evidence.columns);
  const faults: string[] = [];
  for (const name of ['subject_no', 'evidence_rank']) if (!names.includes(name)) faults.push(`.evidence.sql: column ${name} is missing`);
  for (const name of shown) {
    if (!declared.includes(name)) faults.push(`evidence.columns: ${name} has no names in zh and en`);
    if (name.endsWith('_key')) faults.push(`.evidence.sql: ${name} is an internal key; join parties and show the id`);
  }
  for (const name of declared) if (!shown.includes(name)) faults.push(`evidence.columns: the SQL returns no column ${name}${hint(name, shown)}`);
  if (faults.length === 0) await engine.describe(evidenceSql(indicator, 'true'));
  return faults;
}

async function attempt<T>(work: () => Promise<T>, place: string): Promise<{ readonly value?: T; readonly faults: readonly string[] }> {
  try {
    return { value: await work(), faults: [] };
  } catch (error) {
    return { faults: [`${place}: ${messageOf(error)}`] };
  }
}

function messageOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ');
  return error instanceof VatRiskError && error.details.length > 0 ? `${message}: ${error.details.join('; ')}` : message;
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

