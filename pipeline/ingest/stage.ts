import type { Contract, TableContract } from '../contract/contract.ts';
import { resolveHeaders, type ResolvedHeaders } from '../contract/resolve-headers.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import type { DeliveredFile } from './discover.ts';
import { readCsvSql, recordShifts, scanCsv, type ScannedFile } from './scan-file.ts';
import type { PartitionValue } from './partition-sql.ts';
import { stageSelect, type ReadSettings, type SourceColumn } from './stage-select.ts';
import { stageColumns, stageTable } from './stage-tables.ts';

export type FileRefusalCode = 'F_ENCODING' | 'F_HEADER_MISSING' | 'F_HEADER_DUPLICATE' | 'F_TABLE_UNKNOWN';

export interface LoadedFile {
  readonly fileNumber: number;
  readonly table: string;
  readonly path: string;
  readonly format: 'csv' | 'parquet' | 'given';
  readonly encoding: string | null;
  readonly bytes: number;
  readonly sha256: string;
  /** Data records; null when a refused file cannot be counted. */
  readonly delivered: number | null;
  readonly refused: FileRefusalCode | null;
  /** Headers that were ignored (F_HEADER_EXTRA), or those that made the file be refused. */
  readonly details: readonly string[];
}

export interface LoadOptions {
  readonly scratchDirectory: string;
  readonly settings: ReadSettings;
  readonly signal?: AbortSignal;
}

interface Readable {
  readonly from: string;
  readonly header: readonly string[];
  /** Per header cell the SQL of the cell and its type. */
  readonly cells: readonly { readonly raw: string; readonly sqlType: string; readonly isAscii?: boolean }[];
}

/** Reads one delivered CSV file into its stage table, or records why it is refused. */
export async function loadCsvFile(engine: Engine, contract: Contract, table: TableContract, file: DeliveredFile, fileNumber: number, options: LoadOptions): Promise<LoadedFile> {
  const { signal, scratchDirectory } = options;
  const outcome = await scanCsv(file.path, { scratchDirectory, fileNumber, ...(signal === undefined ? {} : { signal }) });
  if (!outcome.ok) {
    const refused: LoadedFile = {
      ...identity(table, file, fileNumber), encoding: null, bytes: outcome.bytes, sha256: outcome.sha256, delivered: outcome.rows, refused: outcome.code, details: [],
    };
    return recordFile(engine, refused, 0, 0);
  }
  const scanned = outcome.file;
  const names = scanned.header.map((_, at) => `c${at}`);
  const readable = { from: readCsvSql(scanned, names), header: scanned.header, cells: names.map((name) => ({ raw: name, sqlType: 'VARCHAR', isAscii: scanned.isAscii })) };
  const loaded = {
    ...identity(table, file, fileNumber), encoding: scanned.encoding, bytes: scanned.bytes, sha256: scanned.sha256, delivered: scanned.records,
  };
  const result = await loadReadable(engine, contract, table, file, readable, loaded, options);
  if (result.refused === null) await recordBadRecords(engine, table, scanned, fileNumber);
  return result;
}

/** Reads one delivered Parquet file; `digest` gives its size and SHA-256. */
export async function loadParquetFile(
  engine: Engine, contract: Contract, table: TableContract, file: DeliveredFile, fileNumber: number, digest: { readonly bytes: number; readonly sha256: string }, options: LoadOptions,
): Promise<LoadedFile> {
  const from = readParquetSql(file.path);
  const columns = await describeParquet(engine, from, file.path);
  const counted = await engine.rows<{ n: number }>(`select count(*) as n from ${from}`);
  const readable = { from, header: columns.map((column) => column.name), cells: columns.map((column) => ({ raw: sqlName(column.name), sqlType: column.type })) };
  const loaded = { ...identity(table, file, fileNumber), encoding: null, ...digest, delivered: counted[0]?.n ?? 0 };
  return loadReadable(engine, contract, table, file, readable, loaded, options);
}

/** The only way a Parquet file of a delivery is read: rows in file order, folder names left alone, unmarked byte columns taken as text. */
export function readParquetSql(path: string): string {
  return `read_parquet(${sqlText(path)}, hive_partitioning = false, binary_as_string = true)`;
}

async function describeParquet(engine: Engine, from: string, path: string): Promise<readonly { name: string; type: string }[]> {
  try {
    return await engine.describe(`select * from ${from}`);
  } catch (cause) {
    throw new VatRiskError('FILE_REFUSED', 'A Parquet file cannot be read. Expected a complete Parquet file; deliver it again.', { details: [path], cause });
  }
}

async function loadReadable(
  engine: Engine, contract: Contract, table: TableContract, file: DeliveredFile, readable: Readable, loaded: Omit<LoadedFile, 'refused' | 'details'>, options: LoadOptions,
): Promise<LoadedFile> {
  const partitionText = table.partition === 'none' ? undefined : partitionOf(table, file);
  const alsoPresent = partitionText !== undefined && table.partition === 'strict' && table.partition_column !== undefined ? [table.partition_column] : [];
  const headers = resolveHeaders(table, readable.header, { alsoPresent });
  const refused = refusalOf(headers);
  if (refused !== null) return recordFile(engine, { ...loaded, ...refused }, 0, 0);
  const columns: SourceColumn[] = headers.columns.flatMap((column, at) => {
    const cell = readable.cells[at];
    return column === null || cell === undefined ? [] : [{ column: column.name, ...cell }];
  });
  const partition: PartitionValue | undefined =
    partitionText === undefined ? undefined : { text: partitionText, isInFile: columns.some((cell) => cell.column === table.partition_column) };
  const source = { from: readable.from, fileNumber: loaded.fileNumber, columns, ...(partition === undefined ? {} : { partition }) };
  const { first, count } = await insertRows(engine, table, stageSelect(contract, table, source, options.settings));
  return recordFile(engine, { ...loaded, refused: null, details: headers.extra }, first, count);
}

/** Appends rows to a stage table in the order of their source; tells their first rowid and how many there are. */
export async function insertRows(engine: Engine, table: TableContract, select: string): Promise<{ first: number; count: number }> {
  const before = await countRows(engine, table);
  await engine.exec(`insert into ${stageTable(table.table)} (${stageColumns(table).map(([name]) => sqlName(name)).join(', ')}) ${select}`);
  return { first: before, count: (await countRows(engine, table)) - before };
}

async function countRows(engine: Engine, table: TableContract): Promise<number> {
  return (await engine.rows<{ n: number }>(`select count(*) as n from ${stageTable(table.table)}`))[0]?.n ?? 0;
}

function refusalOf(headers: ResolvedHeaders): { refused: FileRefusalCode; details: readonly string[] } | null {
  if (headers.duplicates.length > 0) {
    return { refused: 'F_HEADER_DUPLICATE', details: headers.duplicates.map((twin) => `${twin.column}: ${twin.headers.join(', ')}`) };
  }
  const missing = [...headers.missing, ...headers.unmappedRows];
  return missing.length > 0 ? { refused: 'F_HEADER_MISSING', details: missing } : null;
}

function partitionOf(table: TableContract, file: DeliveredFile): string | undefined {
  const { period, month } = file.partition;
  return table.partition_column === 'month' ? (month ?? period) : (period ?? month);
}

function identity(table: TableContract, file: DeliveredFile, fileNumber: number): Pick<LoadedFile, 'fileNumber' | 'table' | 'path' | 'format'> {
  return { fileNumber, table: table.table, path: file.path, format: file.format };
}

/** Writes one line of stage.ingest_files. */
export async function recordFile(engine: Engine, file: LoadedFile, firstRowId: number, rowCount: number): Promise<LoadedFile> {
  const texts = [file.table, file.path, file.format, file.encoding].map(textOrNull);
  const values = [
    file.fileNumber, ...texts, file.bytes, sqlText(file.sha256), file.delivered ?? 'null', textOrNull(file.refused),
    textOrNull(file.details.length === 0 ? null : file.details.join('; ')), firstRowId, rowCount,
  ];
  await engine.exec(`insert into stage.ingest_files values (${values.join(', ')})`);
  return file;
}

function textOrNull(value: string | null): string {
  return value === null ? 'null' : sqlText(value);
}

async function recordBadRecords(engine: Engine, table: TableContract, file: ScannedFile, fileNumber: number): Promise<void> {
  if (file.badRecordNumbers.length === 0) return;
  const shifts = recordShifts(file).map((shift) => `(${fileNumber}, ${shift.firstGoodIndex}, ${shift.badBefore})`);
  const bad = [...file.badRecordNumbers].map((record) => `(${fileNumber}, ${sqlText(table.table)}, ${record})`);
  for (const [name, rows] of [['record_shifts', shifts], ['bad_records', bad]] as const) {
    for (let at = 0; at < rows.length; at += 10_000) {
      await engine.exec(`insert into stage.${name} values ${rows.slice(at, at + 10_000).join(', ')}`);
    }
  }
}
