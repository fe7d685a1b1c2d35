import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { extractRecords } from '../ingest/extract-records.ts';
import { readCsvSql, scanCsv, type ScannedFile } from '../ingest/scan-file.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';

/** A column a file may have: its name in the table, the headers it goes by, and whether the file is of no use without it. */
export interface WantedColumn {
  readonly name: string;
  readonly headers: readonly string[];
  readonly required?: boolean;
}

/** A CSV file whose sound rows stand, as text without blanks around it and in file order, in a table; a column the file lacks is empty. */
export interface LoadedCsv {
  /** Rows delivered, those with another number of cells included, the header not. */
  readonly records: number;
  /** Numbers (from 1) of the rows whose cells cannot be told apart. */
  readonly badRecordNumbers: Uint32Array;
  /** Number (from 1) of the row with this rowid of the table. */
  recordNumber(rowId: number): number;
  /** The line of the file, from 1, on which each of these rows begins. */
  linesOf(recordNumbers: readonly number[]): Promise<ReadonlyMap<number, number>>;
}

/**
 * Loads a UTF-8 or GB18030 CSV file, with or without byte order mark, into a new table of text columns. Throws INPUT_MISSING, FILE_REFUSED (encoding, no
 * header, a required column missing or a column named twice: all of them at once), DISK_FAILED, ENGINE_FAILED.
 */
export async function loadCsv(engine: Engine, path: string, table: string, wanted: readonly WantedColumn[]): Promise<LoadedCsv> {
  const scratchDirectory = mkdtempSync(join(tmpdir(), 'vatrisk-evaluate-'));
  try {
    const scanned = await scanCsv(path, { scratchDirectory, fileNumber: 1 });
    if (!scanned.ok) throw refused(path, scanned.code === 'F_ENCODING' ? 'it is neither UTF-8 nor GB18030' : 'it has no header line that can be read');
    const { file } = scanned;
    await engine.exec(`create or replace table ${sqlName(table)} as ${selectSql(file, columnPlaces(path, file.header, wanted), wanted)}`);
    return {
      records: file.records,
      badRecordNumbers: file.badRecordNumbers,
      recordNumber: (rowId) => file.goodRecordNumber(rowId),
      linesOf: (recordNumbers) => linesOf(file, recordNumbers),
    };
  } finally {
    rmSync(scratchDirectory, { recursive: true, force: true });
  }
}

function selectSql(file: ScannedFile, places: ReadonlyMap<string, number>, wanted: readonly WantedColumn[]): string {
  const columns = wanted.map(({ name }) => {
    const place = places.get(name);
    return `${place === undefined ? "''" : trimmed(cellName(place))} as ${sqlName(name)}`;
  });
  return `select ${columns.join(', ')} from ${readCsvSql(file, file.header.map((_, place) => cellName(place)))}`;
}

const cellName = (place: number): string => `cell_${place}`;
/** Blanks of every kind, the full-width one included. */
const trimmed = (cell: string): string => `regexp_replace(${cell}, '^[\\s\\x{00a0}\\x{3000}]+|[\\s\\x{00a0}\\x{3000}]+$', '', 'g')`;

function columnPlaces(path: string, header: readonly string[], wanted: readonly WantedColumn[]): ReadonlyMap<string, number> {
  const cells = header.map((cell) => cell.replaceAll(/[\s\ufeff]+/gu, '').toLowerCase());
  const found = wanted.map(({ name, headers, required }) => ({ name, headers, required, places: cells.flatMap((cell, place) => (headers.includes(cell) ? [place] : [])) }));
  const faults = found.flatMap(({ headers, required, places }) => {
    const near = nearest(headers[0] ?? '', cells);
    if (places.length === 0 && required === true) return [`no column ${headers.join(' or ')}${near === undefined ? '' : `; is it ${near}?`}`];
    return places.length > 1 ? [`several columns for ${headers[0] ?? ''}: columns ${places.map((place) => place + 1).join(', ')}`] : [];
  });
  if (faults.length > 0) throw refused(path, 'its header does not fit', faults);
  return new Map(found.flatMap(({ name, places }) => places.slice(0, 1).map((place): [string, number] => [name, place])));
}

async function linesOf(file: ScannedFile, recordNumbers: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const lines = new Map<number, number>();
  const ascending = [...new Set(recordNumbers)].sort((a, b) => a - b);
  await extractRecords(file, ascending, ({ recordNumber, line }) => {
    lines.set(recordNumber, line);
  });
  return lines;
}

function refused(path: string, why: string, details: readonly string[] = []): VatRiskError {
  return new VatRiskError('FILE_REFUSED', `${path} cannot be read: ${why}. Expected a CSV file with commas and one header line; save it again as CSV UTF-8.`, { details });
}
