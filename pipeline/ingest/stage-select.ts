import { checkCondition } from '../contract/contract-sql.ts';
import type { ColumnContract, Contract, TableContract } from '../contract/contract.ts';
import { SQL_TYPES } from '../contract/contract.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { formRowSql } from './form-row-sql.ts';
import { partitionCode, partitionText, type PartitionValue } from './partition-sql.ts';
import { namelessWarnings, partyIdSql } from './party-ids.ts';
import { keySql, knownOnSql, rowHash } from './row-derived.ts';
import { hasInvoiceKey, stageColumns } from './stage-tables.ts';
import type { IdProfile } from './values/identifiers.ts';
import { cellText, isReadTyped, valueOf } from './values/value-of.ts';
import { NO_CODE, type ValueSql } from './values/value-sql.ts';

/** What reading cells must know beyond the contract. */
export interface ReadSettings {
  readonly idProfile: IdProfile;
  readonly excelSerial: boolean;
  /** yuan */
  readonly totalTolerance: number;
  readonly consumerNames: readonly string[];
  /** Last day (YYYY-MM-DD) of columns that cannot lie ahead. */
  readonly lastDay: string;
}

/** A delivered cell of the source: its column there and its SQL type. `isClean`: text that is normalised already; `isAscii`: text without any other character. */
export interface SourceColumn {
  readonly column: string;
  readonly raw: string;
  readonly sqlType: string;
  readonly isClean?: boolean;
  readonly isAscii?: boolean;
}

export interface StageSource {
  readonly from: string;
  readonly fileNumber: number;
  readonly columns: readonly SourceColumn[];
  readonly partition?: PartitionValue;
}

/**
 * The SELECT that turns the delivered cells of one source into rows of the stage table: text → typed values with their codes → checks over the row →
 * party ids, keys, hash. Expressions only: no join and no sort, so the order of the source is the order of the rows.
 */
export function stageSelect(contract: Contract, table: TableContract, source: StageSource, settings: ReadSettings): string {
  const cells = new Map(source.columns.map((cell) => [cell.column, cell]));
  const withValues = `select ${typedColumns(table, cells, source, settings).join(', ')} from (${normalisedCells(table, source)})`;
  const withCodes = `select *, ${rowCodes(contract, table, source, settings)} from (${withValues})`;
  const values = finalColumns(contract, table, source, settings);
  return `select ${stageColumns(table).map(([name]) => `${values.get(name) ?? 'null'} as ${sqlName(name)}`).join(', ')} from (${withCodes})`;
}

/** The cells of the source as normalised text, typed cells as they are. */
function normalisedCells(table: TableContract, source: StageSource): string {
  const texts = source.columns.map((cell) => `${cell.isClean === true || isTyped(table, cell) ? cell.raw : cellText(cell)} as ${textName(cell.column)}`);
  return `select ${[...texts, '1 as one_row'].join(', ')} from ${source.from}`;
}

function typedColumns(table: TableContract, cells: ReadonlyMap<string, SourceColumn>, source: StageSource, settings: ReadSettings): readonly string[] {
  const errors: string[] = [];
  const warnings: string[] = [];
  const select: string[] = [];
  for (const column of table.columns) {
    const cell = cells.get(column.name);
    const partition = partitionText(table, column, source.partition);
    if (cell === undefined && partition === undefined) {
      select.push(`cast(null as ${SQL_TYPES[column.type]}) as ${sqlName(column.name)}`);
      if (!column.nullable) errors.push(sqlText(`E_MISSING:${column.name}`));
      continue;
    }
    const text = cell === undefined ? (partition ?? 'null') : textName(column.name);
    const value = cellValue(table, column, cell ?? { column: column.name, raw: text, sqlType: 'VARCHAR' }, text, cells, settings);
    select.push(`${value.value} as ${sqlName(column.name)}`);
    if (cell !== undefined) select.push(textName(column.name));
    if (value.extra?.['has_time'] !== undefined) select.push(`${value.extra['has_time']} as ${sqlName(`${column.name}_has_time`)}`);
    if (value.extra?.['period_kind'] !== undefined && column.name === 'period') select.push(`${value.extra['period_kind']} as quarter_mark`);
    errors.push(...labelled(missingAware(column, text, value.error), column.name));
    warnings.push(...value.warnings.flatMap((warning) => labelled(warning, column.name)));
  }
  return [...select, `${joined(errors)} as value_errors`, `${joined(warnings)} as value_warnings`];
}

function cellValue(table: TableContract, column: ColumnContract, cell: SourceColumn, text: string, cells: ReadonlyMap<string, SourceColumn>, settings: ReadSettings): ValueSql {
  const rules = {
    lastDay: `date ${sqlText(settings.lastDay)}`,
    idProfile: settings.idProfile,
    excelSerial: settings.excelSerial,
    partnerText: partnerText(table, column, cells),
  };
  return valueOf(column, { raw: text, sqlType: isTyped(table, cell) ? cell.sqlType : 'VARCHAR' }, rules, text);
}

/** Code and number of an invoice are judged together. A pointer to a blue invoice without code is no W_NO_CODE of this row. */
function partnerText(table: TableContract, column: ColumnContract, cells: ReadonlyMap<string, SourceColumn>): string | undefined {
  if (column.role === 'blue_invoice_number') return "''";
  const partnerRole = { invoice_code: 'invoice_number', invoice_number: 'invoice_code', blue_invoice_code: 'blue_invoice_number' }[String(column.role)];
  const partner = table.columns.find((other) => other.role !== undefined && other.role === partnerRole);
  return partner === undefined || !cells.has(partner.name) ? undefined : textName(partner.name);
}

function missingAware(column: ColumnContract, text: string, error: string): string {
  return column.nullable ? error : `case when ${text} is null then 'E_MISSING' else ${error} end`;
}

/** Errors and warnings of the whole row, in this order: values, partition, checks of the contract. */
function rowCodes(contract: Contract, table: TableContract, source: StageSource, settings: ReadSettings): string {
  const errors = ['value_errors'];
  const warnings = ['value_warnings'];
  for (const check of table.checks ?? []) {
    const condition = checkCondition(check, { total_tolerance: settings.totalTolerance });
    if (condition === undefined || isJudgedByValue(table, check.detail)) continue;
    const label = check.detail === undefined ? check.code : `${check.code}:${check.detail}`;
    (check.code.startsWith('E_') ? errors : warnings).push(`case when ${condition} then ${sqlText(label)} end`);
  }
  const partition = partitionCode(table, source.partition);
  if (partition !== undefined) (table.partition === 'strict' ? errors : warnings).push(partition);
  errors.push(...formRowSql(contract, table).errors);
  warnings.push(...namelessWarnings(table, settings.consumerNames));
  return `${joined(errors)} as row_errors, ${joined(warnings)} as row_warnings`;
}

function isJudgedByValue(table: TableContract, detail: string | undefined): boolean {
  return table.columns.some((column) => column.name === detail && column.role !== undefined);
}

function finalColumns(contract: Contract, table: TableContract, source: StageSource, settings: ReadSettings): Map<string, string> {
  const inSource = new Set(source.columns.map((cell) => cell.column));
  const values = new Map<string, string>();
  for (const column of table.columns) {
    values.set(column.name, sqlName(column.name));
    if (column.type === 'ts') values.set(`${column.name}_has_time`, inSource.has(column.name) ? sqlName(`${column.name}_has_time`) : 'null');
  }
  for (const [name, sql] of partyIdSql(table, settings.consumerNames)) values.set(name, sql);
  for (const [name, sql] of formRowSql(contract, table).values) values.set(name, sql);
  if (values.has('period_kind') && (inSource.has('period') || source.partition !== undefined)) values.set('period_kind', 'coalesce(period_kind, quarter_mark)');
  if (hasInvoiceKey(table)) values.set('invoice_key', keySql(table, values.get('seller_id') ?? 'null'));
  values.set('file_no', String(source.fileNumber));
  values.set('errors', 'row_errors');
  values.set('warnings', 'row_warnings');
  values.set('row_hash', rowHash(table, [...inSource].map((name) => [name, textName(name)] as const)));
  values.set('known_on', knownOnSql(contract, table));
  return values;
}

function labelled(code: string, column: string): readonly string[] {
  return code === NO_CODE ? [] : [`(${code}) || ${sqlText(`:${column}`)}`];
}

function joined(codes: readonly string[]): string {
  return codes.length === 0 ? 'cast(null as varchar)' : `nullif(concat_ws(',', ${codes.join(', ')}), '')`;
}

function isTyped(table: TableContract, cell: SourceColumn): boolean {
  const column = table.columns.find((candidate) => candidate.name === cell.column);
  return column !== undefined && isReadTyped(column, cell.sqlType);
}

/** The cell before it is typed: its normalised text, or the value itself where the file is typed. */
function textName(column: string): string {
  return sqlName(`text of ${column}`);
}
