import { columnAsOf } from '../contract/contract-sql.ts';
import type { ColumnContract, TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows, hasInvoiceKey } from './stage-tables.ts';
import { versionedRows } from './versions.ts';

/**
 * Accepted rows of a table with what stands in for missing versions and invoice keys, and `known_day`: the day the row became known, NULL = always.
 * Rows known with a row of another table take the day of that row.
 */
export function datedRows(table: TableContract): string {
  const base = table.version ? versionedRows(table.table) : hasInvoiceKey(table) && table.table !== 'invoices' ? keyedRows(table.table) : acceptedRows(table.table);
  const parent = table.known_on[0]?.row_of;
  if (parent === 'vat_returns') {
    return `(select a.*, coalesce(p.known_on, a.known_on) as known_day from ${base} as a left join (
      select taxpayer_id, period, version, min(known_on) as known_on from ${versionedRows(parent)} group by taxpayer_id, period, version
    ) as p on p.taxpayer_id = a.taxpayer_id and p.period = a.period and p.version = a.version)`;
  }
  const pointer = parent === 'invoices' ? 'invoice_key' : table.references?.[0]?.columns[0];
  if (parent !== undefined && pointer !== undefined) {
    return `(select a.*, p.known_on as known_day from ${base} as a left join ${acceptedRows(parent)} as p on p.${sqlName(pointer)} = a.${sqlName(pointer)})`;
  }
  return `(select a.*, a.known_on as known_day from ${base} as a)`;
}

/** Rows of `source` known at the end of the as-of day, with the columns that were to change later as they stood then. */
export function knownRows(table: TableContract, asOf: string, source: string = datedRows(table)): string {
  const masked = [...new Set((table.later ?? []).flatMap((rule) => Object.keys(rule.set)))];
  const replaced = masked.map((name) => `${columnAsOf(table, name, asOf)} as ${sqlName(name)}`);
  const known = `${source} as d where d.known_day is null or d.known_day <= date ${sqlText(asOf)}`;
  return replaced.length === 0 ? `(select * from ${known})` : `(select * replace (${replaced.join(', ')}) from ${known})`;
}

function keyedRows(tableName: string): string {
  return `(select a.* replace (coalesce(a.invoice_key, k.invoice_key) as invoice_key) from ${acceptedRows(tableName)} as a
    left join stage.resolved_keys as k on k.table_name = ${sqlText(tableName)} and k.row_id = a.row_id)`;
}

/** Rows of `source` (with row_id and file_no) with source_row_no: the number of the record in its file. Bad records, which have no row, are counted over. */
export async function numberedRows(engine: Engine, tableName: string, source: string): Promise<string> {
  const shifted = await engine.rows(`select 1 as one from stage.record_shifts where file_no in (select file_no from stage.ingest_files where table_name = ${sqlText(tableName)}) limit 1`);
  const placed = `(select x.*, x.row_id - f.first_row_id as good_index from ${source} as x join stage.ingest_files as f on f.file_no = x.file_no)`;
  if (shifted.length === 0) return `(select *, good_index + 1 as source_row_no from ${placed})`;
  return `(select p.*, p.good_index + 1 + coalesce(b.bad_before, 0) as source_row_no from ${placed} as p
    asof left join stage.record_shifts as b on b.file_no = p.file_no and p.good_index >= b.first_good_index)`;
}

/** Columns that hold the id of a party. */
export function partyColumns(table: TableContract): readonly ColumnContract[] {
  return table.columns.filter((column) => column.role === 'own_taxpayer' || column.role === 'counterparty');
}

/** Name of the key column that takes the place of a party id: the own taxpayer is always taxpayer_key. */
export function keyColumn(column: ColumnContract): string {
  return column.role === 'own_taxpayer' ? 'taxpayer_key' : column.name.replace(/_id$/u, '_key');
}
