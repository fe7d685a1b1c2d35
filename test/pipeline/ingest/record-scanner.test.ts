import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BARE_QUOTE, BARE_RETURN, BROKEN_QUOTE, NUL_BYTE, QUOTED_SPECIAL, RecordReader, splitCells } from '../../../pipeline/ingest/record-scanner.ts';

interface Seen {
  text: string;
  line: number;
  fields: number;
  marks: number;
}

function scan(text: string, chunkBytes = 1 << 20, limit = 1 << 20): { records: Seen[]; reader: RecordReader } {
  const records: Seen[] = [];
  const reader = new RecordReader(limit, (start, end, line, fields, marks) => {
    records.push({ text: reader.bytes(start, end).toString('utf8'), line, fields, marks });
  });
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A reused buffer, as in real reading: nothing may point into an earlier chunk.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    reader.push(chunk);
    chunk.fill(0x23);
  }
  reader.end();
  return { records, reader };
}

const texts = (text: string): string[] => scan(text).records.map((record) => record.text);
const marks = (text: string): number => scan(text).records[0]?.marks ?? -1;

describe('the record scanner', () => {
  it('ends records at LF and CRLF and at the end of the text', () => {
    expect(texts('a,b\nc,d\r\ne,f')).toEqual(['a,b', 'c,d', 'e,f']);
    expect(texts('a\n')).toEqual(['a']);
    expect(texts('')).toEqual([]);
  });

  it('does not count entirely empty lines, but counts lines of blanks, commas or quotes', () => {
    expect(texts('\n\r\na\n\n\r\n \n,\n""\n\n')).toEqual(['a', ' ', ',', '""']);
    expect(scan('\n\r\na\n\n').reader.scanner.emptyLines).toBe(3);
  });

  it('keeps line breaks, commas and doubled quotes inside quotes, and counts physical lines', () => {
    const { records } = scan('"a\n1","b\r\n2"\n"x,""y"",",z\n');
    expect(records.map(({ text, line, fields }) => [text, line, fields])).toEqual([
      ['"a\n1","b\r\n2"', 1, 2],
      ['"x,""y"",",z', 4, 2],
    ]);
  });

  it.each([
    ['plain', 'a,b', 0],
    ['plainly quoted', '"a","b"', 0],
    ['garbage behind a closing quote', '"abc"def,1', BROKEN_QUOTE],
    ['a blank behind a closing quote', '"abc" ,1', BROKEN_QUOTE],
    ['NUL', 'a\0b', NUL_BYTE],
    ['NUL inside quotes', '"a\0b"', NUL_BYTE],
    ['a quote inside an unquoted cell', 'x"y,1', BARE_QUOTE],
    ['a lone carriage return', 'a\rb', BARE_RETURN],
    ['a lone carriage return at the end', 'a\r', BARE_RETURN],
    ['two carriage returns before the line feed', 'a\r\r\n', BARE_RETURN],
    ['a carriage return between closing quote and text', '"a"\rb', BARE_RETURN | BROKEN_QUOTE],
    ['a quoted cell before CRLF', '"a"\r\n', 0],
    ['a comma in quotes', '"1,234"', QUOTED_SPECIAL],
    ['a carriage return in quotes', '"1\r2"', QUOTED_SPECIAL],
    ['an unterminated quote', '"a', BROKEN_QUOTE],
  ])('marks %s', (_name, text, expected) => {
    expect(marks(text)).toBe(expected);
  });

  it('takes an unterminated quote for one record to the end, and goes on after garbage behind a quote', () => {
    expect(texts('a,b\n"c,d\ne,f\n')).toEqual(['a,b', '"c,d\ne,f\n']);
    expect(scan('"a"x,"b,c"\nd,e\n').records.map((record) => record.fields)).toEqual([2, 2]);
  });

  it('sees the same records whatever the chunk size', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '张', '𬱖', ',', '"', '\n', '\r', '\r\n', '\0', ' '), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
        expect(scan(parts.join(''), size).records).toEqual(scan(parts.join('')).records);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts a record above the limit and finds the next ones whole', () => {
    for (const size of [3, 7, 1000]) {
      const { records } = scan(`a,b\n${'x'.repeat(50)}\nc,d\n`, size, 10);
      expect(records.map((record) => record.text)).toEqual(['a,b', 'x'.repeat(10), 'c,d']);
    }
  });
});

describe('splitCells', () => {
  it('takes quotes away and keeps empty cells', () => {
    expect(splitCells('a,"b,""c""",,"",x"y,')).toEqual(['a', 'b,"c"', '', '', 'x"y', '']);
    expect(splitCells('')).toEqual(['']);
    expect(splitCells('"open')).toEqual(['open']);
  });
});
