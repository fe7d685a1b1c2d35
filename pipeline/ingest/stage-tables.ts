import { SQL_TYPES, type Contract, type TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';

/**
 * Tables of a delivery as delivered, schema `stage`. One table per contract table: its columns, typed, then
 *   <ts column>_has_time BOOLEAN, invoice_key VARCHAR (tables with an invoice number; NULL when a number without code must be looked up),
 *   file_no INTEGER, errors and warnings VARCHAR (`CODE:detail` joined by commas, NULL when none), row_hash UBIGINT, known_on DATE (NULL = always).
 * Rows are never deleted, so `rowid` is file order: path, then record. What later rules find out about a row stands beside it:
 *   stage.removed (table_name, row_id, disposition, code, pointer_row_id)   rows that take another way than their own errors say
 *   stage.flags (table_name, row_id, code)                                  warnings that need more than one row
 */
export async function createStageTables(engine: Engine, contract: Contract): Promise<void> {
  const statements = [
    'create schema if not exists stage',
    `create or replace table stage.ingest_files (file_no INTEGER, table_name VARCHAR, path VARCHAR, format VARCHAR, encoding VARCHAR, bytes BIGINT,
       sha256 VARCHAR, delivered BIGINT, refused_code VARCHAR, details VARCHAR, first_row_id BIGINT, row_count BIGINT)`,
    'create or replace table stage.record_shifts (file_no INTEGER, first_good_index BIGINT, bad_before BIGINT)',
    'create or replace table stage.bad_records (file_no INTEGER, table_name VARCHAR, row_no BIGINT)',
    'create or replace table stage.removed (table_name VARCHAR, row_id BIGINT, disposition VARCHAR, code VARCHAR, pointer_row_id BIGINT)',
    'create or replace table stage.flags (table_name VARCHAR, row_id BIGINT, code VARCHAR)',
    'create or replace table stage.taxpayer_flags (table_name VARCHAR, code VARCHAR, subject VARCHAR, count BIGINT)',
    'create or replace table stage.filled_versions (table_name VARCHAR, row_id BIGINT, version INTEGER)',
    'create or replace table stage.resolved_keys (table_name VARCHAR, row_id BIGINT, invoice_key VARCHAR)',
    'create or replace table stage.invoice_copies (row_id BIGINT, invoice_key VARCHAR, row_hash UBIGINT, is_fact BOOLEAN, winner_row_id BIGINT)',
    ...contract.tables.map((table) => `create or replace table ${stageTable(table.table)} (${stageColumns(table).map(([name, type]) => `${sqlName(name)} ${type}`).join(', ')})`),
  ];
  await engine.exec(statements.join(';\n'));
}

/** Qualified name of the stage table of a contract table. */
export function stageTable(tableName: string): string {
  return `stage.${sqlName(tableName)}`;
}

/** Names and SQL types of a stage table, in order. */
export function stageColumns(table: TableContract): readonly (readonly [string, string])[] {
  return [
    ...table.columns.map((column) => [column.name, SQL_TYPES[column.type]] as const),
    ...table.columns.filter((column) => column.type === 'ts').map((column) => [`${column.name}_has_time`, 'BOOLEAN'] as const),
    ...(hasInvoiceKey(table) ? [['invoice_key', 'VARCHAR'] as const] : []),
    ['file_no', 'INTEGER'],
    ['errors', 'VARCHAR'],
    ['warnings', 'VARCHAR'],
    ['row_hash', 'UBIGINT'],
    ['known_on', 'DATE'],
  ];
}

export function hasInvoiceKey(table: TableContract): boolean {
  return table.columns.some((column) => column.role === 'invoice_number');
}

/** Rows of a stage table that no rule has removed so far and that carry no error of their own, with `row_id`. */
export function acceptedRows(tableName: string): string {
  return `(select s.*, s.rowid as row_id from ${stageTable(tableName)} as s
    anti join (select row_id from stage.removed where table_name = ${sqlText(tableName)}) as gone on gone.row_id = s.rowid
    where s.errors is null)`;
}

/** Whether a stage table holds any row; rules over an empty one are left out. */
export async function hasRows(engine: Engine, tableName: string): Promise<boolean> {
  return (await engine.rows(`select 1 as one from ${stageTable(tableName)} limit 1`)).length > 0;
}

/** Tables of the contract that hold rows. */
export async function tablesWithRows(engine: Engine, contract: Contract): Promise<readonly TableContract[]> {
  const counts = contract.tables.map((table) => `select ${sqlText(table.table)} as table_name where exists (select 1 from ${stageTable(table.table)})`);
  const found = new Set((await engine.rows<{ table_name: string }>(counts.join(' union all '))).map((row) => row.table_name));
  return contract.tables.filter((table) => found.has(table.table));
}
