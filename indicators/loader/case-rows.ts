import type { Contract, TableContract } from '../../pipeline/contract/contract.ts';
import type { IndicatorCase } from './schema.ts';

type Scalar = number | string | boolean | null;
export type CaseRow = Readonly<Record<string, Scalar>>;
export interface CaseTable {
  readonly table: TableContract;
  readonly rows: readonly CaseRow[];
}

const MOST_ROWS = 20_000;
const RANGE = /^(\d{4}-\d{2})(-\d{2})?\.\.(\d{4}-\d{2})(-\d{2})?$/u;

/** The rows of a case as they would be delivered: repeats and ranges written out, required columns filled. Faults name what is missing. */
export function caseTables(contract: Contract, one: IndicatorCase): { readonly tables: readonly CaseTable[]; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const tables = Object.entries(one.given).flatMap(([name, given]) => {
    const table = contract.tables.find((candidate) => candidate.table === name);
    if (table === undefined) return [];
    const expanded = given.flatMap((row) => expandRow(row));
    if (expanded.length > MOST_ROWS) faults.push(`${name}: ${expanded.length} rows; a case holds at most ${MOST_ROWS}`);
    const rows = expanded.slice(0, MOST_ROWS).map((row, index) => fillRow(table, row, index + 1));
    faults.push(...missingColumns(table, rows));
    return [{ table, rows }];
  });
  return { tables, faults };
}

/** One written row as rows: `repeat: n` with {n} replaced, then one row per month or quarter of a range. */
export function expandRow(row: CaseRow): readonly CaseRow[] {
  const { repeat, ...cells } = row;
  const times = typeof repeat === 'number' ? repeat : 1;
  const step = cells['period_kind'] === 'Q' ? 3 : 1;
  return Array.from({ length: times }, (_, index) => numberedRow(cells, index + 1)).flatMap((numbered) => expandRange(numbered, step));
}

function numberedRow(row: CaseRow, n: number): CaseRow {
  const cell = (value: Scalar): Scalar => {
    if (value === '{n}') return n;
    return typeof value === 'string' ? value.replaceAll('{n}', String(n)) : value;
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]));
}

function expandRange(row: CaseRow, step: number): readonly CaseRow[] {
  const ranged = Object.entries(row).find(([, value]) => typeof value === 'string' && RANGE.test(value));
  if (ranged === undefined) return [row];
  const [name, value] = ranged;
  const [, from = '', day = '', to = ''] = RANGE.exec(String(value)) ?? [];
  const months: CaseRow[] = [];
  for (let month = monthIndex(from); month <= monthIndex(to); month += step) months.push({ ...row, [name]: `${monthText(month)}${day}` });
  return months;
}

function monthIndex(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

function monthText(index: number): string {
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

function fillRow(table: TableContract, row: CaseRow, number: number): CaseRow {
  const filled: Record<string, Scalar> = { ...row };
  for (const column of table.columns) {
    if (filled[column.name] !== undefined) continue;
    const value = defaultCell(table, column, row, number);
    if (value !== undefined) filled[column.name] = value;
  }
  for (const column of table.columns.filter((one) => one.role === 'invoice_number' || one.role === 'blue_invoice_number')) {
    const value = filled[column.name];
    if (value !== undefined && value !== null && row[column.name.replace('number', 'code')] === undefined) filled[column.name] = longNumber(value);
  }
  return filled;
}

function defaultCell(table: TableContract, column: TableContract['columns'][number], row: CaseRow, number: number): Scalar | undefined {
  // A taxpayer without a status is "not assessed" by the rules that need one; a case means an ordinary one unless it says so.
  if (table.table === 'taxpayers' && column.name === 'status') return 'normal';
  if (column.nullable) return undefined;
  if (table.table === 'taxpayers' && column.name === 'taxpayer_name') return row['taxpayer_id'];
  const isKey = table.key.includes(column.name) || (column.role === 'invoice_number' && table.table === 'invoices');
  switch (column.type) {
    case 'money':
    case 'qty':
    case 'ratio':
      return 0;
    case 'int':
      return isKey && column.name !== 'tax_year' ? number : undefined;
    case 'enum':
      return enumDefault(Object.keys(column.values ?? {}));
    case 'text':
      return isKey && column.role !== 'own_taxpayer' && /_(id|no|number)$/u.test(column.name) && column.name !== 'row_no' ? number : undefined;
    default:
      return undefined;
  }
}

function enumDefault(values: readonly string[]): string | undefined {
  return ['normal', 'pending'].find((usual) => values.includes(usual)) ?? values[0];
}

/** Short invoice numbers become fully digital ones of 20 digits. */
function longNumber(value: Scalar): string {
  const digits = String(value);
  return /^\d{1,17}$/u.test(digits) ? `265${digits.padStart(17, '0')}` : digits;
}

function missingColumns(table: TableContract, rows: readonly CaseRow[]): string[] {
  const required = table.columns.filter((column) => !column.nullable).map((column) => column.name);
  const missing = required.filter((name) => rows.some((row) => row[name] === undefined));
  return missing.length === 0 ? [] : [`${table.table}: give ${missing.join(', ')}; the table requires it and it has no default`];
}

