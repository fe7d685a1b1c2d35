import iconv from 'iconv-lite';
import type { ExportEncoding } from './export-request.ts';

/** Characters an encoding lacks, by code point, with the rows of the table (from 1) they stand in. */
export type Unencodable = Map<string, number[]>;

interface Encoder {
  /** What the file begins with. */
  readonly start: Buffer;
  readonly encode: (lines: readonly string[], firstRow: number) => Buffer;
}

const MARK = '\ufeff';
const QUESTION = 0x3f;
const ROWS_NAMED = 5;

/** Turns lines into bytes; what the encoding lacks is noted in `missing` and never written as a question mark unnoticed. */
export function encoder(encoding: ExportEncoding, missing: Unencodable): Encoder {
  if (encoding === 'utf-8') return { start: Buffer.from(MARK), encode: (lines) => Buffer.from(lines.join('')) };
  return {
    start: Buffer.alloc(0),
    encode: (lines, firstRow) => {
      const text = lines.join('');
      const bytes = iconv.encode(text, 'gb18030');
      // No other character of GB18030 has the byte of the question mark in it: too many of them, and something was lost.
      if (count(bytes) !== text.split('?').length - 1) lines.forEach((line, at) => { note(line, firstRow + at, missing); });
      return bytes;
    },
  };
}

/** One line per missing character: code point and the first rows, never the text it stands in. */
export function describeMissing(missing: Unencodable): string[] {
  return [...missing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([point, rows]) => `${point}: rows ${rows.slice(0, ROWS_NAMED).join(', ')}${rows.length > ROWS_NAMED ? ` and ${rows.length - ROWS_NAMED} more` : ''}`);
}

function note(line: string, row: number, missing: Unencodable): void {
  for (const character of new Set(line)) {
    if (character === '?' || count(iconv.encode(character, 'gb18030')) === 0) continue;
    const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    missing.set(point, [...(missing.get(point) ?? []), row]);
  }
}

function count(bytes: Buffer): number {
  let found = 0;
  for (const byte of bytes) if (byte === QUESTION) found += 1;
  return found;
}
