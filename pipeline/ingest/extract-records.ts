import { characterBoundary, readText, type Encoding, type ReadOptions } from './decode.ts';
import { RecordReader } from './record-scanner.ts';

/** Raw text kept of one record; an unterminated quote may otherwise hold a whole file. */
export const MAX_EXTRACT_BYTES = 1_000_000;

export interface ExtractedRecord {
  /** 1-based, the header excluded. */
  readonly recordNumber: number;
  /** Physical line the record begins on, 1-based; the header stands on line 1 unless empty lines come before it. */
  readonly line: number;
  /** The record as delivered, decoded, without its line ending. */
  readonly rawText: string;
  /** True when `rawText` is only the first part of a record longer than MAX_EXTRACT_BYTES. */
  readonly truncated: boolean;
}

/**
 * Reads again the records of a delivered CSV file whose numbers are `wanted` (ascending, unique), bad ones too, and stops after the last. `onRecord` may
 * return a promise: reading waits for it, so memory stays bounded. Resolves to the number of records found. Throws INPUT_MISSING; the abort reason.
 */
export async function extractRecords(
  file: { readonly path: string; readonly encoding: Encoding },
  wanted: ArrayLike<number>,
  onRecord: (record: ExtractedRecord) => void | Promise<void>,
  options: Omit<ReadOptions, 'hash'> & { readonly maxRecordBytes?: number } = {},
): Promise<number> {
  const limit = options.maxRecordBytes ?? MAX_EXTRACT_BYTES;
  let recordNumber = -1;
  let next = 0;
  let found: ExtractedRecord[] = [];
  if (wanted.length === 0) return 0;
  const reader = new RecordReader(limit, (start, end, line) => {
    recordNumber++;
    if (recordNumber === 0 || recordNumber !== wanted[next]) return;
    next++;
    const bytes = reader.bytes(start, end);
    const truncated = bytes.length < end - start;
    const whole = truncated ? bytes.subarray(0, characterBoundary(bytes)) : bytes;
    found.push({ recordNumber, line, rawText: whole.toString('utf8'), truncated });
  });
  await readText(file.path, file.encoding, options, async (text) => {
    found = [];
    reader.push(text);
    for (const record of found) await onRecord(record);
    return next === wanted.length ? 'stop' : undefined;
  });
  if (next === wanted.length) return next;
  found = [];
  reader.end();
  for (const record of found) await onRecord(record);
  return next;
}
