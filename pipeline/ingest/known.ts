import type { ColumnContract, Contract, TableContract } from '../contract/contract.ts';
import { tableContract } from '../contract/load-contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { buildCalendar, buildRunContext } from './calendar.ts';
import { buildDeliveredTables, type StatedSpans } from './delivered-tables.ts';
import { buildInvoiceLines, buildInvoiceOwners, buildInvoices, buildPointers } from './known-invoices.ts';
import { keyColumn, knownRows, numberedRows, partyColumns } from './known-rows.ts';
import { buildParties } from './parties.ts';
import { monthOf } from './table-checks.ts';
import { keyPart } from './versions.ts';

export interface KnownOptions {
  /** YYYY-MM-DD: rows known at the end of this day count, later changes of them do not. */
  readonly asOf: string;
  /** Spans of tables as stated by the sender. */
  readonly spans?: StatedSpans;
  readonly onTable?: (name: string) => void;
  /** Build only these tables anew; the others and the calendar stand from an earlier call and are still right. */
  readonly anew?: ReadonlySet<string>;
}

const BUILT_APART = new Set(['invoices', 'invoice_lines', 'input_uses', 'exception_vouchers']);

/**
 * The known tables, schema main: accepted rows known on the as-of day, later columns masked, parties as integer keys, months as integers. Every contract
 * table is there, empty when it was not delivered. Also parties, invoice_owners, calendar_days, delivered_tables and run_context. Needs settled stage
 * tables. Throws USAGE when `asOf` is no day.
 */
export async function buildKnownTables(engine: Engine, contract: Contract, options: KnownOptions): Promise<void> {
  const { asOf, anew, onTable = () => undefined } = options;
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(asOf)) throw new VatRiskError('USAGE', 'The as-of day is not of the form YYYY-MM-DD.');
  onTable('parties');
  if (anew === undefined) await buildCalendar(engine, contract);
  await buildParties(engine, contract, asOf);
  for (const table of contract.tables.filter(({ table }) => !BUILT_APART.has(table) && anew?.has(table) !== false)) {
    onTable(table.table);
    await buildTable(engine, table, asOf);
  }
  onTable('invoices');
  await buildInvoices(engine, tableContract(contract, 'invoices'), asOf);
  await buildInvoiceOwners(engine);
  await buildInvoiceLines(engine, tableContract(contract, 'invoice_lines'), asOf);
  await buildPointers(engine, tableContract(contract, 'input_uses'), tableContract(contract, 'exception_vouchers'), asOf);
  await buildDeliveredTables(engine, contract, asOf, options.spans ?? new Map());
  await buildRunContext(engine, contract, asOf);
}

async function buildTable(engine: Engine, table: TableContract, asOf: string): Promise<void> {
  const parties = partyColumns(table);
  const joins = parties.map((column, at) => `left join main.parties as p${at} on p${at}.party_id = r.${sqlName(column.name)}`);
  const keys = new Map(parties.map((column, at) => [column.name, `p${at}.party_key as ${sqlName(keyColumn(column))}`]));
  const columns = table.columns.flatMap((column) => knownColumns(table, column, keys));
  const order = table.key.map((name) => `r.${sqlName(name)} asc nulls first`);
  const rows = await numberedRows(engine, table.table, knownRows(table, asOf));
  await engine.exec(`
    create or replace table main.${sqlName(table.table)} as
      select ${columns.join(', ')}, r.file_no as source_file_no, r.source_row_no from ${rows} as r ${joins.join(' ')}
      order by ${order.join(', ')}, r.row_hash asc nulls last, r.row_id asc nulls last`);
}

/** A column of a known table with what is derived from it: key for id, month index for period, day for timestamp, length for the kind of period. */
function knownColumns(table: TableContract, column: ColumnContract, keys: ReadonlyMap<string, string>): readonly string[] {
  const key = keys.get(column.name);
  const name = `r.${sqlName(column.name)}`;
  if (key !== undefined) return table.table === 'taxpayers' && column.role === 'own_taxpayer' ? [key, name] : [key];
  if (column.type === 'period') return [name, `${monthOf(name)} as ${column.name === 'claim_period' ? 'claim_ym' : 'ym'}`];
  if (column.type === 'ts') return [name, `cast(${name} as date) as ${sqlName(column.name.replace(/_at$/u, '_on'))}`, `r.${sqlName(`${column.name}_has_time`)}`];
  if (column.name === 'period_kind') return [name, `cast(case when ${keyPart(table, column.name)} = ${sqlText('Q')} then 3 else 1 end as INTEGER) as span_months`];
  return [name];
}
