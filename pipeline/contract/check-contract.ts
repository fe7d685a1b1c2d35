import { nearest } from '../shared/errors.ts';
import type { ColumnContract, TableContract } from './contract.ts';
import { KNOWN_CODES } from './known-codes.ts';
import { normaliseHeader } from './normalise-header.ts';

/** What a schema cannot say about one table: names that must exist, values that must be unique. Each fault names the table. */
export function tableFaults(table: TableContract, all: readonly TableContract[]): readonly string[] {
  const faults = [
    ...columnReferenceFaults(table),
    ...keyFaults(table),
    ...table.columns.flatMap(columnFaults),
    ...aliasFaults(table),
    ...laterFaults(table),
    ...codeFaults(table),
    ...otherTableFaults(table, all),
  ];
  return faults.map((fault) => `tables/${table.table}.yaml: ${fault}`);
}

function columnReferenceFaults(table: TableContract): readonly string[] {
  const used: (readonly [string, string])[] = [
    ...table.key.map((name) => ['key', name] as const),
    ...(table.key_without_invoice_code ?? []).map((name) => ['key_without_invoice_code', name] as const),
    ...table.known_on.flatMap((rule) =>
      [rule.column, rule.deadline_of, rule.settlement_deadline_of].flatMap((name) => (name === undefined ? [] : [['known_on', name] as const])),
    ),
    ...(table.later ?? []).flatMap((rule) => [rule.on, ...Object.keys(rule.set)].map((name) => ['later', name] as const)),
    ...(table.references ?? []).flatMap((reference) => reference.columns.map((name) => ['references', name] as const)),
    ...table.columns.flatMap((column) => (column.name_of === undefined ? [] : [['name_of', column.name_of] as const])),
  ];
  if (table.partition_column !== undefined) used.push(['partition_column', table.partition_column]);
  if (table.own_taxpayer !== undefined) used.push(['own_taxpayer', table.own_taxpayer]);
  const names = table.columns.map((column) => column.name);
  const known = table.columns.some((column) => column.role === 'invoice_number') ? [...names, 'invoice_key'] : names;
  return used.filter(([, name]) => !known.includes(name)).map(([where, name]) => {
    const near = nearest(name, known);
    return `${where} names ${name}, which is no column${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
}

function keyFaults(table: TableContract): readonly string[] {
  const faults: string[] = [];
  const names = table.columns.map((column) => column.name);
  for (const name of names) if (names.indexOf(name) !== names.lastIndexOf(name)) faults.push(`column ${name} is listed twice`);
  if (table.key_is_all_columns === true && names.join() !== table.key.join()) faults.push('key_is_all_columns is set, but key does not list every column');
  if (table.version !== names.includes('version')) faults.push('version must be true exactly when there is a column version');
  if ((table.partition === 'none') !== (table.partition_column === undefined)) faults.push('partition and partition_column must be given together');
  const own = table.columns.find((column) => column.role === 'own_taxpayer')?.name;
  if (own !== table.own_taxpayer) faults.push(`own_taxpayer is ${table.own_taxpayer ?? 'absent'}, but the column with that role is ${own ?? 'absent'}`);
  return [...new Set(faults)];
}

function columnFaults(column: ColumnContract): readonly string[] {
  const faults: string[] = [];
  const say = (wrong: boolean, fault: string) => {
    if (wrong) faults.push(`column ${column.name}: ${fault}`);
  };
  say((column.type === 'enum') !== (column.values !== undefined), 'values belong to type enum, and to no other');
  say((column.pattern === undefined) !== (column.on_mismatch === undefined), 'pattern and on_mismatch must be given together');
  say(column.pattern !== undefined && !isRegularExpression(column.pattern), 'pattern is no regular expression');
  say(column.range !== undefined && !['money', 'qty', 'ratio', 'int'].includes(column.type), 'range needs a numeric type');
  say(column.horizon !== undefined && !['date', 'ts'].includes(column.type), 'horizon needs a date or ts');
  say((column.role === 'party_name') !== (column.name_of !== undefined), 'role party_name and name_of must be given together');
  const spellings = Object.entries(column.values ?? {}).flatMap(([code, values]) => [code, ...values].map(normaliseValue));
  say(new Set(spellings).size !== spellings.length, 'one value stands for two codes');
  return faults;
}

function aliasFaults(table: TableContract): readonly string[] {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  for (const column of table.columns) {
    for (const header of [column.name, ...column.aliases].map(normaliseHeader)) {
      const owner = owners.get(header);
      if (owner !== undefined) faults.push(`header ${header} stands for ${owner} and for ${column.name}`);
      owners.set(header, column.name);
    }
  }
  return faults;
}

function laterFaults(table: TableContract): readonly string[] {
  return (table.later ?? []).flatMap((rule) =>
    Object.entries(rule.set).flatMap(([name, value]) => {
      const column = table.columns.find((candidate) => candidate.name === name);
      if (column === undefined) return [];
      if (value === null) return column.nullable ? [] : [`later sets ${name} to null, but it is not nullable`];
      return column.values === undefined || Object.hasOwn(column.values, String(value)) ? [] : [`later sets ${name} to ${String(value)}, which is none of its codes`];
    }),
  );
}

function codeFaults(table: TableContract): readonly string[] {
  const labels = (table.checks ?? []).map((check) => `${check.code} ${check.detail ?? ''}`.trim());
  const codes = [...(table.checks ?? []), ...(table.references ?? [])].map((item) => item.code);
  const unknown = codes.filter((code) => !Object.hasOwn(KNOWN_CODES, code)).map((code) => {
    const near = nearest(code, Object.keys(KNOWN_CODES));
    return `unknown code ${code}${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
  const twice = labels.filter((label, i) => labels.indexOf(label) !== i).map((label) => `check ${label} is listed twice; tell them apart by detail`);
  return [...unknown, ...twice];
}

function otherTableFaults(table: TableContract, all: readonly TableContract[]): readonly string[] {
  const named = [...(table.references ?? []).map((reference) => reference.table), ...table.known_on.flatMap((rule) => rule.row_of ?? [])];
  const known = all.map((other) => other.table);
  return named.filter((name) => !known.includes(name)).map((name) => {
    const near = nearest(name, known);
    return `refers to table ${name}, which does not exist${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

/** Values are compared as cells are: NFKC, without blanks and case. */
function normaliseValue(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, '').toLowerCase();
}
