import { SQL_TYPES, type ColumnContract, type TableContract } from '../../pipeline/contract/contract.ts';
import { loadContract } from '../../pipeline/contract/load-contract.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { sqlName, sqlText } from '../../pipeline/engine/sql-text.ts';
import { createListTables, loadLists } from '../../pipeline/features/lists.ts';

export type Value = string | number | boolean | null;
export type KnownRow = Readonly<Record<string, Value>>;

export interface KnownOptions {
  readonly asOf?: string;
  /** `YYYY-MM`; the month before the as-of month by default. */
  readonly lastPeriod?: string;
  readonly taxpayerCount?: number;
  readonly inputBasis?: 'confirmed' | 'received';
  /** Optional tables that count as delivered; all by default. */
  readonly absent?: readonly string[];
}

const OWN_COLUMNS: Readonly<Record<string, readonly [string, string][]>> = {
  invoices: [
    ['invoice_no', 'INTEGER'], ['invoice_key', 'VARCHAR'], ['seller_key', 'INTEGER'], ['buyer_key', 'INTEGER'], ['issued_at', 'TIMESTAMP'],
    ['issued_on', 'DATE'], ['has_time', 'BOOLEAN'], ['ym', 'INTEGER'], ['invoice_kind', 'VARCHAR'], ['media', 'VARCHAR'],
    ['amount', 'DECIMAL(18,2)'], ['tax', 'DECIMAL(18,2)'], ['total', 'DECIMAL(18,2)'], ['rate', 'DECIMAL(9,6)'], ['status', 'VARCHAR'],
    ['doc_status', 'VARCHAR'], ['signed_amount', 'DECIMAL(18,2)'], ['signed_tax', 'DECIMAL(18,2)'], ['is_self', 'BOOLEAN'],
    ['blue_invoice_no', 'INTEGER'], ['blue_pointer', 'BOOLEAN'], ['red_reason', 'VARCHAR'], ['red_confirmed_on', 'DATE'],
    ['ticket_cap', 'DECIMAL(18,2)'], ['issued_by_authority', 'BOOLEAN'], ['difference_method', 'BOOLEAN'], ['source_file_no', 'INTEGER'], ['source_row_no', 'BIGINT'],
  ],
  invoice_lines: [
    ['invoice_no', 'INTEGER'], ['line_no', 'INTEGER'], ['seller_key', 'INTEGER'], ['buyer_key', 'INTEGER'], ['issued_on', 'DATE'], ['ym', 'INTEGER'],
    ['doc_status', 'VARCHAR'], ['invoice_kind', 'VARCHAR'], ['goods_code', 'VARCHAR'], ['goods_name', 'VARCHAR'], ['unit', 'VARCHAR'],
    ['quantity', 'DECIMAL(24,8)'], ['unit_price', 'DECIMAL(24,8)'], ['amount', 'DECIMAL(18,2)'], ['signed_amount', 'DECIMAL(18,2)'],
    ['signed_tax', 'DECIMAL(18,2)'], ['tax_rate', 'DECIMAL(9,6)'], ['tax', 'DECIMAL(18,2)'], ['levy_method', 'VARCHAR'],
    ['source_file_no', 'INTEGER'], ['source_row_no', 'BIGINT'],
  ],
};

/** Tables that name their invoice by its key only. */
const BUILT_BY_HEADER = ['input_uses', 'exception_vouchers'];

/** Creates the known tables, empty, with calendar, run context, delivered tables and the shipped reference lists. */
export async function createKnownTables(engine: Engine, options: KnownOptions = {}): Promise<void> {
  const asOf = options.asOf ?? '2026-07-20';
  const contract = loadContract();
  for (const table of contract.tables) {
    const columns = knownColumns(table).map(([name, type]) => `${sqlName(name)} ${type}`);
    await engine.exec(`create or replace table ${sqlName(table.table)} (${columns.join(', ')})`);
  }
  await engine.exec('create or replace table parties (party_key integer, party_id varchar, party_kind varchar, taxpayer_id varchar, party_name varchar)');
  const asOfYm = monthIndex(asOf);
  const lastYm = options.lastPeriod === undefined ? asOfYm - 1 : monthIndex(options.lastPeriod);
  await engine.exec(`create or replace table run_context as select date '${asOf}' as as_of, ${asOfYm}::integer as as_of_ym, ${lastYm}::integer as p_ym,
    ${options.taxpayerCount ?? 1000}::integer as taxpayer_count, '${options.inputBasis ?? 'confirmed'}' as input_basis`);
  const delivered = contract.tables.map(({ table }) => `('${table}', ${!(options.absent ?? []).includes(table)}, 24000, ${asOfYm}, 0)`);
  await engine.exec(`create or replace table delivered_tables (table_name varchar, is_delivered boolean, from_ym integer, to_ym integer, row_count bigint);
    insert into delivered_tables values ${delivered.join(', ')}`);
  await engine.exec(`create or replace table calendar_days as
    select day::date as day, dayofweek(day) between 1 and 5 as is_working_day,
      (sum(case when dayofweek(day) between 1 and 5 then 1 else 0 end) over (order by day))::integer as working_day_no
    from range(date '2015-01-01', date '2036-01-01', interval 1 day) as d(day)`);
  await createListTables(engine, loadLists());
}

/** Inserts rows with only the columns that matter; the rest follows from them or is NULL. */
export async function insertKnown(engine: Engine, table: string, rows: readonly KnownRow[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = (await engine.describe(`select * from ${sqlName(table)}`)).map(({ name }) => name);
  const [before] = await engine.rows<{ n: number }>(`select count(*) as n from ${sqlName(table)}`);
  const lines = rows.map((row, at) => {
    const full = complete(table, row, (before?.n ?? 0) + at + 1);
    const unknown = Object.keys(row).filter((name) => !columns.includes(name));
    if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`);
    return `(${columns.map((name) => literal(full[name] ?? null)).join(', ')})`;
  });
  await engine.exec(`insert into ${sqlName(table)} values ${lines.join(',\n')}`);
}

/** year * 12 + month - 1 of a day or period. */
export function monthIndex(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function knownColumns(table: TableContract): readonly (readonly [string, string])[] {
  const own = OWN_COLUMNS[table.table];
  if (own !== undefined) return own;
  const skipped = BUILT_BY_HEADER.includes(table.table) ? ['invoice_code', 'invoice_number'] : [];
  const columns = table.columns.filter(({ name }) => !skipped.includes(name)).flatMap((column) => knownColumn(table, column));
  const invoice: [string, string][] = table.columns.some(({ role }) => role === 'invoice_number') ? [['invoice_no', 'INTEGER'], ['invoice_key', 'VARCHAR']] : [];
  if (table.table === 'input_uses') invoice.push(['invoice_issued_on', 'DATE']);
  if (table.table === 'exception_vouchers') invoice.push(['seller_key', 'INTEGER'], ['buyer_key', 'INTEGER']);
  return [...invoice, ...columns, ['source_file_no', 'INTEGER'], ['source_row_no', 'BIGINT']];
}

function knownColumn(table: TableContract, column: ColumnContract): [string, string][] {
  const type = SQL_TYPES[column.type];
  if (table.table === 'taxpayers' && column.name === 'taxpayer_id') return [['taxpayer_key', 'INTEGER'], ['taxpayer_id', 'VARCHAR']];
  if (column.role === 'own_taxpayer') return [['taxpayer_key', 'INTEGER']];
  if (column.role === 'counterparty') return [[column.name.replace(/_id$/u, '_key'), 'INTEGER']];
  if (column.role === 'book_owner') return [];
  if (column.type === 'period') return [[column.name, type], [column.name === 'claim_period' ? 'claim_ym' : 'ym', 'INTEGER']];
  if (column.name === 'period_kind') return [[column.name, type], ['span_months', 'INTEGER']];
  if (column.type === 'ts') return [[column.name, type], [column.name.replace(/_at$/u, '_on'), 'DATE'], [`${column.name}_has_time`, 'BOOLEAN']];
  return [[column.name, type]];
}

function complete(table: string, row: KnownRow, position: number): Record<string, Value> {
  const full: Record<string, Value> = { source_file_no: 1, source_row_no: position, version: 1, ...row };
  for (const [name, value] of Object.entries(row)) {
    if (name === 'claim_period' && typeof value === 'string') full['claim_ym'] = monthIndex(value);
    if ((name === 'period' || name === 'month') && typeof value === 'string') full['ym'] = monthIndex(value);
    if (name.endsWith('_on') && typeof value === 'string') full[name.replace(/_on$/u, '_at')] ??= value;
    if (name.endsWith('_at') && typeof value === 'string') full[name.replace(/_at$/u, '_on')] ??= value.slice(0, 10);
  }
  if (table === 'vat_returns' || table === 'small_scale_returns') full['span_months'] ??= table === 'vat_returns' ? 1 : 3;
  if (table === 'vat_returns') for (const name of ['output_tax_m11', 'input_tax_m12', 'opening_credit_m13', 'closing_credit_m20']) full[name] ??= 0;
  if (table === 'invoices' || table === 'invoice_lines') completeInvoice(full, position);
  return full;
}

function completeInvoice(full: Record<string, Value>, position: number): void {
  full['invoice_no'] ??= position;
  full['invoice_key'] ??= `k${position}`;
  full['doc_status'] ??= 'normal';
  full['status'] ??= full['doc_status'];
  full['issued_by_authority'] ??= false;
  full['difference_method'] ??= false;
  const sign = full['doc_status'] === 'void' ? 0 : 1;
  full['tax'] ??= 0;
  full['signed_amount'] ??= sign * Number(full['amount'] ?? 0);
  full['signed_tax'] ??= sign * Number(full['tax']);
  if (typeof full['issued_on'] === 'string') full['ym'] ??= monthIndex(full['issued_on']);
}

function literal(value: Value): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? sqlText(value) : String(value);
}
