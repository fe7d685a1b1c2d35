import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { cellsOf, copyManifest, readDelivery, writeTable, type Cells, type DeliveredTable } from './delivery.ts';

interface KnownRule {
  readonly column?: string;
  readonly deadline_of?: string;
  readonly settlement_deadline_of?: string;
  readonly row_of?: string;
  readonly always?: boolean;
}
interface LaterRule {
  readonly on: string;
  readonly when?: string;
  readonly set: Readonly<Record<string, string | null>>;
}
interface KnowledgeRules {
  readonly known_on: readonly KnownRule[];
  readonly later?: readonly LaterRule[];
}

// The conditions of the contract's `later` rules, each written again in JavaScript.
const CONDITIONS: Readonly<Record<string, (row: Cells) => boolean>> = {
  'suspended_at is not null and resumed_at is null': (row) => row['suspended_at'] !== '' && row['resumed_at'] === '',
  'suspended_at is not null and (decided_at is null or decided_at >= resumed_at)': (row) =>
    row['suspended_at'] !== '' && (row['decided_at'] === '' || cell(row, 'decided_at') >= cell(row, 'resumed_at')),
  'decided_at is null or decided_at >= suspended_at': (row) => row['decided_at'] === '' || cell(row, 'decided_at') >= cell(row, 'suspended_at'),
};

const PARENT_KEYS: Readonly<Record<string, readonly string[]>> = {
  vat_returns: ['taxpayer_id', 'period', 'version'],
  invoices: ['invoice_code', 'invoice_number'],
  response_tasks: ['task_id'],
};

/** Writes to `to` what was known of the delivery `from` at the end of `day` (YYYY-MM-DD): rows known later left out, columns that changed later as they stood. */
export function cutDelivery(from: string, to: string, day: string): { readonly kept: number; readonly dropped: number } {
  copyManifest(from, to);
  const tables = readDelivery(from);
  const known = new Map(tables.map((table) => [table.name, knownDays(table, tables)]));
  let kept = 0;
  let dropped = 0;
  for (const table of tables) {
    const { later = [] } = rulesOf(table.name);
    const days = known.get(table.name) ?? [];
    const rows = table.rows.filter((_, at) => (days[at] ?? '') <= day).map((row) => masked(table.header, row, later, day));
    kept += rows.length;
    dropped += table.rows.length - rows.length;
    writeTable(join(to, `${table.name}.csv`), table.header, rows);
  }
  cutManifest(join(to, 'delivery.json'), day);
  return { kept, dropped };
}

/** The day each row became known; '' for always. */
function knownDays(table: DeliveredTable, tables: readonly DeliveredTable[]): string[] {
  const rules = rulesOf(table.name).known_on;
  const parents = new Map(rules.flatMap(({ row_of }) => (row_of === undefined ? [] : [[row_of, parentDays(row_of, tables)] as const])));
  return table.rows.map((fields) => {
    const row = cellsOf(table.header, fields);
    for (const rule of rules) {
      const day = dayOf(rule, row, parents);
      if (day !== undefined && day !== '') return day;
    }
    return '';
  });
}

function dayOf(rule: KnownRule, row: Cells, parents: ReadonlyMap<string, ReadonlyMap<string, string>>): string | undefined {
  if (rule.column !== undefined) return cell(row, rule.column).slice(0, 10);
  if (rule.deadline_of !== undefined) return deadline(cell(row, rule.deadline_of));
  if (rule.settlement_deadline_of !== undefined) return `${String(Number(row[rule.settlement_deadline_of]) + 1)}-05-31`;
  if (rule.row_of !== undefined) return parents.get(rule.row_of)?.get(keyOf(rule.row_of, row));
  return '';
}

function parentDays(name: string, tables: readonly DeliveredTable[]): Map<string, string> {
  const parent = tables.find((table) => table.name === name);
  const days = new Map<string, string>();
  if (parent === undefined) return days;
  for (const [at, day] of knownDays(parent, tables).entries()) {
    const key = keyOf(name, cellsOf(parent.header, parent.rows[at] ?? []));
    const former = days.get(key);
    if (former === undefined || day < former) days.set(key, day);
  }
  return days;
}

function keyOf(parent: string, row: Cells): string {
  return (PARENT_KEYS[parent] ?? []).map((name) => (name === 'version' && row[name] === '' ? '1' : row[name])).join('|');
}

/** The 15th of the month after `period`, or the Monday after it. */
function deadline(period: string): string {
  const day = new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5, 7)), 15));
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

function masked(header: readonly string[], fields: readonly string[], later: readonly LaterRule[], day: string): readonly string[] {
  const row = cellsOf(header, fields);
  const now: Record<string, string> = { ...row };
  for (const rule of later) {
    const when = rule.when === undefined ? () => true : CONDITIONS[rule.when];
    if (when === undefined) throw new Error(`this test does not know the condition ${rule.when ?? ''}`);
    if (cell(row, rule.on).slice(0, 10) > day && when(row)) {
      for (const [name, value] of Object.entries(rule.set)) if (name in now) now[name] = value ?? '';
    }
  }
  return header.map((name) => now[name] ?? '');
}

function cutManifest(path: string, day: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { cutoff: string; tables: Record<string, { to: string }> };
  manifest.cutoff = day;
  for (const coverage of Object.values(manifest.tables)) if (coverage.to > day.slice(0, 7)) coverage.to = day.slice(0, 7);
  writeFileSync(path, JSON.stringify(manifest));
}

function rulesOf(table: string): KnowledgeRules {
  return parse(readFileSync(packagePath('pipeline', 'contract', 'tables', `${table}.yaml`), 'utf8')) as KnowledgeRules;
}

function cell(row: Cells, name: string): string {
  return row[name] ?? '';
}
