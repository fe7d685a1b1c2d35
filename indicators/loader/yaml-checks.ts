import { loadContract } from '../../pipeline/contract/load-contract.ts';
import { nearest } from '../../pipeline/shared/errors.ts';
import { expressionsOf } from './expressions.ts';
import { parameterFaults } from './parameters.ts';
import { parseReason } from './reason-text.ts';
import { CASE_KINDS, REQUIRED_CASE_KINDS, type Branch, type Indicator, type IndicatorCase } from './schema.ts';
import { reasonCodes } from './states.ts';
import type { YamlPath } from './yaml-file.ts';

/** A fault inside one indicator: where in its YAML, and what. */
export interface Fault {
  readonly path: YamlPath;
  readonly message: string;
}

type ContractColumns = ReadonlyMap<string, readonly string[]>;
let contractColumns: ContractColumns | undefined;

/** Columns of every contract table, by table. */
export function knownContractColumns(): ContractColumns {
  contractColumns ??= new Map(loadContract().tables.map((table) => [table.table, table.columns.map((column) => column.name)]));
  return contractColumns;
}

/** Everything that can be found wrong without an engine. */
export function yamlFaults(indicator: Indicator): readonly Fault[] {
  return [
    ...tableFaults(indicator),
    ...parameterUseFaults(indicator),
    ...indicator.branches.flatMap((branch, index) => branchFaults(branch, ['branches', index])),
    ...expressionFaults(indicator),
    ...duplicates(indicator.branches.map((branch) => branch.name), 'branch', ['branches']),
    ...duplicates((indicator.peers ?? []).map((peer) => peer.measure), 'peer measure', ['peers']),
    ...duplicates(indicator.cases.map((one) => one.name.zh), 'case name', ['cases']),
    ...indicator.cases.flatMap((one, index) => caseFaults(indicator, one, ['cases', index])),
    ...caseCoverFaults(indicator),
  ];
}

function tableFaults(indicator: Indicator): Fault[] {
  const known = [...knownContractColumns().keys()];
  const faults: Fault[] = [];
  for (const key of ['needs', 'sharpens'] as const) {
    indicator[key].forEach((table, index) => {
      if (!known.includes(table)) faults.push({ path: [key, index], message: `${table} is no table of the input contract${hint(table, known)}` });
    });
  }
  indicator.sharpens.forEach((table, index) => {
    if (indicator.needs.includes(table)) faults.push({ path: ['sharpens', index], message: `${table} stands under needs already` });
  });
  indicator.reads.forEach((table, index) => {
    if (/^(feat_|ring_|list_)/u.test(table) || ['run_context', 'delivered_tables', 'calendar_days'].includes(table)) return;
    faults.push({ path: ['reads', index], message: `${table} may not be read: an indicator reads feat_*, ring_*, list_*, run_context, delivered_tables, calendar_days` });
  });
  return faults;
}

function parameterUseFaults(indicator: Indicator): Fault[] {
  const texts = [indicator.sql, indicator.evidenceSql, ...expressionsOf(indicator).map((one) => one.sql)].join('\n');
  return Object.entries(indicator.parameters ?? {}).flatMap(([name, parameter]) => {
    const path = ['parameters', name];
    const faults: Fault[] = parameterFaults(parameter).map((message) => ({ path, message }));
    if (!new RegExp(`\\b${name}\\b`, 'u').test(texts)) faults.push({ path, message: `${name} is used nowhere; use it or remove it` });
    return faults;
  });
}

function branchFaults(branch: Branch, path: YamlPath): Fault[] {
  const faults: Fault[] = [];
  const rule = branch.intensity;
  const add = (message: string, key = 'intensity'): void => void faults.push({ path: [...path, key], message });
  const chosen = (['fixed', 'higher_is_worse', 'lower_is_worse', 'sql'] as const).filter((key) => rule?.[key] !== undefined);
  if (branch.outcome === 'watch') {
    if (rule !== undefined) add('a watch branch has no points and so no intensity; remove it');
    if (!['none', 'service'].includes(branch.effect)) add(`a watch branch has effect none or service, found ${branch.effect}`, 'effect');
  } else if (['T1', 'T2'].includes(branch.tier)) {
    if (rule !== undefined && (chosen[0] !== 'fixed' || rule.fixed !== 1 || rule.at_most !== undefined)) add(`${branch.tier} hits have intensity 1; leave intensity out`);
  } else if (rule === undefined) add(`${branch.tier} hits need an intensity: fixed, higher_is_worse, lower_is_worse or sql`, 'tier');
  if (rule !== undefined && chosen.length !== 1) add(`give exactly one of fixed, higher_is_worse, lower_is_worse, sql; found ${chosen.length}`);
  const needsThreshold = rule?.higher_is_worse !== undefined || rule?.lower_is_worse !== undefined;
  if (needsThreshold && (rule?.threshold ?? branch.threshold) === undefined) add('this rule needs a threshold, here or in the branch');
  for (const language of ['zh', 'en'] as const) {
    for (const message of parseReason(branch.reason[language]).faults) faults.push({ path: [...path, 'reason', language], message });
  }
  if (branch.reason.zh.includes('认定')) faults.push({ path: [...path, 'reason', 'zh'], message: '认定 is a finding; a hit is a doubt: write 疑点 or 线索' });
  return faults;
}

function expressionFaults(indicator: Indicator): Fault[] {
  return expressionsOf(indicator).flatMap(({ path, sql }) => (/;|--|\/\*|\bselect\b/iu.test(sql) ? [{ path, message: 'an expression holds no subquery, comment or semicolon' }] : []));
}

function caseFaults(indicator: Indicator, one: IndicatorCase, path: YamlPath): Fault[] {
  const faults: Fault[] = [];
  const contract = knownContractColumns();
  for (const [table, rows] of Object.entries(one.given)) {
    const columns = contract.get(table);
    if (columns === undefined) faults.push({ path: [...path, 'given', table], message: `${table} is no table of the input contract${hint(table, [...contract.keys()])}` });
    rows.forEach((row, index) => {
      for (const column of Object.keys(row)) {
        if (columns === undefined || column === 'repeat' || columns.includes(column)) continue;
        faults.push({ path: [...path, 'given', table, index, column], message: `${table} has no column ${column}${hint(column, columns)}` });
      }
    });
  }
  for (const name of Object.keys(one.parameters ?? {})) {
    const known = Object.keys(indicator.parameters ?? {});
    if (!known.includes(name)) faults.push({ path: [...path, 'parameters', name], message: `there is no parameter ${name}${hint(name, known)}` });
  }
  return [...faults, ...expectFaults(indicator, one, path)];
}

function expectFaults(indicator: Indicator, one: IndicatorCase, path: YamlPath): Fault[] {
  const names = indicator.branches.map((branch) => branch.name);
  const codes: readonly string[] = [...reasonCodes('not_applicable'), ...reasonCodes('not_assessed')];
  return Object.entries(one.expect).flatMap(([subject, expected]) => {
    const place = [...path, 'expect', subject];
    const unknown = (expected.branch ?? '').split('+').filter((name) => name !== '' && !names.includes(name));
    const faults: Fault[] = unknown.map((name) => ({ path: place, message: `there is no branch ${name}${hint(name, names)}` }));
    const code = expected.reason_code;
    if (code !== undefined && !codes.includes(code)) faults.push({ path: place, message: `${code} is no reason code${hint(code, codes)}` });
    return faults;
  });
}

/** An active indicator shows each required kind, and each of its branches, in a case; a draft may lag behind. */
function caseCoverFaults(indicator: Indicator): Fault[] {
  if (indicator.status !== 'active') return [];
  const kinds = indicator.cases.map((one) => one.kind);
  const missing = REQUIRED_CASE_KINDS.filter((kind) => !kinds.includes(kind));
  const shown = indicator.cases.flatMap((one) => Object.values(one.expect).flatMap((expected) => (expected.branch ?? '').split('+')));
  const unseen = indicator.branches.filter((branch) => !shown.includes(branch.name)).map((branch) => branch.name);
  return [
    ...(missing.length > 0 ? [{ path: ['cases'], message: `no case of kind ${missing.join(', ')}; kinds are ${CASE_KINDS.join(', ')}` }] : []),
    ...(unseen.length > 0 ? [{ path: ['cases'], message: `no case expects branch ${unseen.join(', ')}` }] : []),
  ];
}

function duplicates(names: readonly string[], what: string, path: YamlPath): Fault[] {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return twice.map((name) => ({ path, message: `two entries have the ${what} ${name}` }));
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
