import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { VatRiskError } from '../shared/errors.ts';
import { readBytes, readText, sniffByteOrderMark, type Encoding, type ReadOptions } from './decode.ts';
import { BARE_QUOTE, BARE_RETURN, BROKEN_QUOTE, NUL_BYTE, QUOTED_SPECIAL, RecordReader, splitCells } from './record-scanner.ts';

/** A longer record is bad: it is an unterminated quote that met another one, and DuckDB reads no line above 2,000,000 bytes. */
export const MAX_RECORD_BYTES = 1_000_000;

// DuckDB takes a bare return for a line ending and a quote behind leading blanks for an opening one: such records are written with every cell quoted.
const READ_OTHERWISE = BARE_QUOTE | BARE_RETURN;

export interface ScannedFile {
  /** As delivered. */
  readonly path: string;
  /** What DuckDB reads: the file as delivered, or its clean copy (UTF-8, LF, header and good records only). */
  readonly cleanPath: string;
  readonly encoding: Encoding;
  readonly bytes: number;
  readonly sha256: string;
  /** Raw cells of the header record. */
  readonly header: readonly string[];
  /** Data records delivered, the bad ones included, the header not. */
  readonly records: number;
  /** 1-based numbers, ascending, of the records whose cells cannot be told apart (E_COLUMNS). Eight bytes of memory each while scanning, four after. */
  readonly badRecordNumbers: Uint32Array;
  /** Whether DuckDB may cut the file between threads: no quoted cell holds a comma, a quote or a line break. */
  readonly parallelSafe: boolean;
  /** Whether the file holds ASCII alone: its cells need no Unicode tables. */
  readonly isAscii: boolean;
  /** Record number (1-based) of the k-th good record (0-based, file order). */
  goodRecordNumber(goodIndex: number): number;
}

export type FileRefusal = 'F_ENCODING' | 'F_HEADER_MISSING';

export type ScanOutcome =
  | { readonly ok: true; readonly file: ScannedFile }
  | {
      readonly ok: false;
      readonly path: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly code: FileRefusal;
      /** Data records, null when they cannot be counted. */
      readonly rows: number | null;
    };

export interface ScanOptions {
  readonly scratchDirectory: string;
  /** Names the clean copy; unique within the run. */
  readonly fileNumber: number;
  readonly signal?: AbortSignal;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
}

/** What one pass over the decoded text found. */
interface Measured {
  readonly sha256: string;
  readonly bytes: number;
  readonly header: Buffer | null;
  readonly headerMarks: number;
  readonly records: number;
  readonly bad: readonly number[];
  readonly goodMarks: number;
  readonly emptyLines: number;
  readonly mixedLineEndings: boolean;
  readonly isAscii: boolean;
}

/**
 * Reads a delivered CSV file once at byte level: digest, encoding, header, number of records, bad records; and sees to it that DuckDB meets only
 * sound UTF-8 CSV. A clean copy is written to the scratch directory when the file is GB18030 or has a byte order mark before a header with commas or line breaks in quotes, holds bad records, empty lines or
 * both LF and CRLF, or has quotes or bare carriage returns inside unquoted cells. Memory does not depend on the size of the file.
 * Throws INPUT_MISSING (unreadable), INPUT_CHANGED (other bytes at the second pass), DISK_FAILED (clean copy).
 */
export async function scanCsv(path: string, options: ScanOptions): Promise<ScanOutcome> {
  const mark = await sniffByteOrderMark(path);
  const tried: readonly Encoding[] = mark === 'utf-16' ? [] : mark === 'utf-8-bom' ? ['utf-8-bom'] : ['utf-8', 'gb18030'];
  for (const encoding of tried) {
    const measured = await measure(path, encoding, options);
    if (measured !== null) return await finish(path, encoding, measured, options);
  }
  const hash = createHash('sha256');
  const bytes = await readBytes(path, readOptions(options, hash), () => undefined);
  return { ok: false, path, bytes, sha256: hash.digest('hex'), code: 'F_ENCODING', rows: null };
}

async function finish(path: string, encoding: Encoding, measured: Measured, options: ScanOptions): Promise<ScanOutcome> {
  const { bytes, sha256, header, records } = measured;
  if (header === null) return { ok: false, path, bytes, sha256, code: 'F_HEADER_MISSING', rows: 0 };
  // A bare return in the header is the mark of a file with another kind of line ending, an open quote swallows the rows: no count to trust.
  if ((measured.headerMarks & (BROKEN_QUOTE | NUL_BYTE | BARE_RETURN)) !== 0 || header.length >= MAX_RECORD_BYTES) {
    return { ok: false, path, bytes, sha256, code: 'F_HEADER_MISSING', rows: null };
  }
  const marks = measured.goodMarks | measured.headerMarks;
  // Behind a byte order mark DuckDB does not see that the first header cell is quoted.
  const readableEncoding = encoding === 'utf-8' || (encoding === 'utf-8-bom' && measured.headerMarks === 0);
  const asDelivered =
    readableEncoding && measured.bad.length === 0 && measured.emptyLines === 0 && !measured.mixedLineEndings && (marks & READ_OTHERWISE) === 0;
  const cleanPath = asDelivered ? path : join(options.scratchDirectory, `clean-${options.fileNumber}.csv`);
  if (!asDelivered) await writeCleanCopy(path, encoding, measured, cleanPath, options);
  const badRecordNumbers = Uint32Array.from(measured.bad);
  return {
    ok: true,
    file: {
      path,
      cleanPath,
      encoding,
      bytes,
      sha256,
      header: splitCells(header.toString('utf8')),
      records,
      badRecordNumbers,
      parallelSafe: (marks & (QUOTED_SPECIAL | READ_OTHERWISE)) === 0,
      isAscii: measured.isAscii,
      goodRecordNumber: (goodIndex) => goodIndex + 1 + badBefore(badRecordNumbers, goodIndex),
    },
  };
}

/** One pass that counts and judges; null when the bytes are not in this encoding. */
async function measure(path: string, encoding: Encoding, options: ScanOptions): Promise<Measured | null> {
  const hash = createHash('sha256');
  const bad: number[] = [];
  let header: Buffer | null = null;
  let headerMarks = 0;
  let columns = 0;
  let records = 0;
  let goodMarks = 0;
  let ascii = true;
  const reader = new RecordReader(MAX_RECORD_BYTES, (start, end, _line, fields, marks) => {
    if (header === null) {
      header = Buffer.from(reader.bytes(start, end));
      headerMarks = marks;
      columns = fields;
      return;
    }
    records++;
    if (isBad(end - start, fields, columns, marks)) bad.push(records);
    else goodMarks |= marks;
  });
  const { valid, bytes } = await readText(path, encoding, readOptions(options, hash), (text) => {
    ascii &&= isAscii(text);
    reader.push(text);
    return undefined;
  });
  if (!valid) return null;
  reader.end();
  const { lfEndings, crlfEndings, emptyLines } = reader.scanner;
  const mixedLineEndings = lfEndings > 0 && crlfEndings > 0;
  return { sha256: hash.digest('hex'), bytes, header, headerMarks, records, bad, goodMarks, emptyLines, mixedLineEndings, isAscii: ascii };
}

function isBad(bytes: number, fields: number, columns: number, marks: number): boolean {
  return fields !== columns || (marks & (BROKEN_QUOTE | NUL_BYTE)) !== 0 || bytes > MAX_RECORD_BYTES;
}

async function writeCleanCopy(path: string, encoding: Encoding, measured: Measured, cleanPath: string, options: ScanOptions): Promise<void> {
  const hash = createHash('sha256');
  let columns = 0;
  let parts: Buffer[] = [];
  const lineFeed = Buffer.from('\n');
  const reader = new RecordReader(MAX_RECORD_BYTES, (start, end, _line, fields, marks) => {
    if (columns === 0) columns = fields;
    else if (isBad(end - start, fields, columns, marks)) return;
    const record = reader.bytes(start, end);
    parts.push((marks & READ_OTHERWISE) !== 0 ? quoteAllCells(record) : record, lineFeed);
  });
  const output = await openForWriting(cleanPath);
  try {
    const { valid } = await readText(path, encoding, readOptions(options, hash), async (text) => {
      parts = [];
      reader.push(text);
      await writeAll(output, parts, cleanPath);
      return undefined;
    });
    parts = [];
    reader.end();
    await writeAll(output, parts, cleanPath);
    if (!valid || hash.digest('hex') !== measured.sha256) {
      throw new VatRiskError('INPUT_CHANGED', 'An input file changed while it was being read. Expected a finished delivery; run again when the transfer is complete.', {
        details: [path],
      });
    }
  } finally {
    await output.close();
  }
}

function quoteAllCells(record: Buffer): Buffer {
  const cells = splitCells(record.toString('utf8'));
  return Buffer.from(cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','), 'utf8');
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (cause) {
    throw diskFailed(path, cause);
  }
}

async function writeAll(output: FileHandle, parts: readonly Buffer[], path: string): Promise<void> {
  if (parts.length === 0) return;
  try {
    await output.writeFile(Buffer.concat(parts));
  } catch (cause) {
    throw diskFailed(path, cause);
  }
}

function diskFailed(path: string, cause: unknown): VatRiskError {
  return new VatRiskError('DISK_FAILED', 'A clean copy of an input file could not be written. Expected a writable scratch directory with room for it; free space or name another one.', {
    details: [path],
    cause,
  });
}

function readOptions(options: ScanOptions, hash: ReadOptions['hash'] & object): ReadOptions {
  return {
    hash,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes }),
  };
}

/** How many bad records come before the good record of this 0-based index. */
function badBefore(bad: Uint32Array, goodIndex: number): number {
  let low = 0;
  let high = bad.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // The bad record at `middle` has bad[middle] − 1 − middle good ones before it.
    if ((bad[middle] ?? 0) - 1 - middle <= goodIndex) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The same mapping for SQL: from `firstGoodIndex` on, record number = good index + 1 + `badBefore`. One row per run of bad records and a first row
 * of zeros, ascending: `asof join … on good_index >= first_good_index`.
 */
export function recordShifts(file: Pick<ScannedFile, 'badRecordNumbers'>): { firstGoodIndex: number; badBefore: number }[] {
  const shifts = [{ firstGoodIndex: 0, badBefore: 0 }];
  file.badRecordNumbers.forEach((recordNumber, index) => {
    const firstGoodIndex = recordNumber - 1 - index;
    if (shifts.at(-1)?.firstGoodIndex === firstGoodIndex) shifts.pop();
    shifts.push({ firstGoodIndex, badBefore: index + 1 });
  });
  return shifts;
}

/**
 * The only read_csv call that gives exactly the good records of a scanned file, in file order, as text under `columns` (one unique name per header
 * cell). An empty cell, quoted or not, comes as ''; never NULL. `parallel` off is not a matter of speed: cutting inside quoted line breaks, DuckDB
 * can return other cells under the right row count.
 */
export function readCsvSql(file: Pick<ScannedFile, 'cleanPath' | 'parallelSafe'>, columns: readonly string[]): string {
  const types = columns.map((name) => `${sqlName(name)}: 'VARCHAR'`).join(', ');
  const names = columns.map(sqlText).join(', ');
  return [
    `read_csv(${sqlText(file.cleanPath)}, auto_detect = false, header = true, columns = {${types}}, force_not_null = [${names}],`,
    `delim = ',', quote = '"', escape = '"', comment = '', strict_mode = true, null_padding = false, ignore_errors = false,`,
    `max_line_size = 2000000, parallel = ${file.parallelSafe})`,
  ].join(' ');
}
