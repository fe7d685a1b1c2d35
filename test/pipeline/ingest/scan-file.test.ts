import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { MAX_RECORD_BYTES, readCsvSql, recordShifts, scanCsv, type ScannedFile, type ScanOutcome } from '../../../pipeline/ingest/scan-file.ts';

let engine: Engine;
let folder = '';
beforeAll(async () => {
  engine = await openDuckDb({ threads: 4 });
});
afterAll(async () => {
  await engine.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scan-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function outcomeOf(content: string | Buffer, chunkBytes = 7): Promise<ScanOutcome> {
  const path = join(folder, 'x.csv');
  writeFileSync(path, content);
  return scanCsv(path, { scratchDirectory: folder, fileNumber: 3, chunkBytes });
}

async function fileOf(content: string | Buffer, chunkBytes = 7): Promise<ScannedFile> {
  const outcome = await outcomeOf(content, chunkBytes);
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.file;
}

/** Cells in file order as DuckDB reads them; small buffers force the cuts a large file would have. */
async function readByDuckDb(file: ScannedFile, smallBuffers = false): Promise<unknown[][]> {
  const columns = file.header.map((_, i) => `c${i}`);
  const call = readCsvSql(file, columns);
  const sql = smallBuffers ? call.replace('max_line_size = 2000000', 'max_line_size = 1000, buffer_size = 2000') : call;
  const rows = await engine.rows(`select row_number() over () as n, * from ${sql}`);
  return rows.map((row, i) => {
    expect(row['n']).toBe(i + 1);
    return columns.map((name) => row[name]);
  });
}

describe('scanCsv keeps a sound file as it is', () => {
  it('reports digest, size, header, records and reads the file itself', async () => {
    const content = '序号,名称\n1,某公司\n2,\n';
    const file = await fileOf(content);
    expect(file).toMatchObject({ encoding: 'utf-8', bytes: Buffer.byteLength(content), header: ['序号', '名称'], records: 2, parallelSafe: true, isAscii: false });
    expect(file.cleanPath).toBe(file.path);
    expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await readByDuckDb(file)).toEqual([['1', '某公司'], ['2', '']]);
  });

  it.each([
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', true, [['1', '2'], ['3', '4']]],
    ['no last line ending', 'a,b\n1,2\n3,', true, [['1', '2'], ['3', '']]],
    ['a byte order mark', '\uFEFF"a",b\n1,2\n', true, [['1', '2']]],
    ['line breaks inside quotes', 'a,b\n"1\n\r\n2",3\n', false, [['1\n\r\n2', '3']]],
    ['a lone carriage return inside quotes', 'a,b\n"1\r2",3\n', false, [['1\r2', '3']]],
    ['empty, quoted empty and NULL-like cells', 'a,b\n,""\nNULL,\\N\n', true, [['', ''], ['NULL', '\\N']]],
    ['blanks around cells', 'a,b\n 1 ,　2\n', true, [[' 1 ', '　2']]],
    ['one column with quoted empty cells', 'a\n1\n""\n2\n""', true, [['1'], [''], ['2'], ['']]],
    ['double and empty header cells', 'a,a,\n1,2,3\n', true, [['1', '2', '3']]],
    ['a header only', 'a,b\n', true, []],
    ['a header without line ending', 'a,b', true, []],
    ['first rows like comments', 'a,b\n#1,2\n', true, [['#1', '2']]],
  ])('with %s', async (_name, content, parallelSafe, cells) => {
    const file = await fileOf(content);
    expect(file.cleanPath).toBe(file.path);
    expect([file.records, file.badRecordNumbers.length, file.parallelSafe]).toEqual([cells.length, 0, parallelSafe]);
    expect(await readByDuckDb(file)).toEqual(cells);
  });
});

describe('scanCsv takes bad records out of a clean copy', () => {
  it.each([
    ['too few and too many fields', 'a,b\n1,2\n3\n4,5,6\n7,8\n', [2, 3], [['1', '2'], ['7', '8']]],
    ['text behind a closing quote', 'a,b\n"abc"def,2\n1,2\n', [1], [['1', '2']]],
    ['an unterminated quote', 'a,b\n1,2\n"3,4\n5,6\n', [2], [['1', '2']]],
    ['NUL bytes', 'a,b\n1\0,2\n"3\0",4\n5,6\n', [1, 2], [['5', '6']]],
    ['a line of blanks', 'a,b\n  \n1,2\n', [1], [['1', '2']]],
    ['bad records only', 'a,b\n1\n2\n', [1, 2], []],
    ['quoted line breaks between bad records', '\uFEFFa,b\r\n"1\r\nx",2\r\nbad\r\n\r\n"3",4', [2], [['1\r\nx', '2'], ['3', '4']]],
    ['a record too long to be real', `a,b\n1,"${'x'.repeat(MAX_RECORD_BYTES)}"\n3,4\n`, [1], [['3', '4']]],
  ])('for %s', async (_name, content, bad, cells) => {
    const file = await fileOf(content, 4096);
    expect([...file.badRecordNumbers]).toEqual(bad);
    expect(file.records).toBe(bad.length + cells.length);
    expect(file.cleanPath).toBe(join(folder, 'clean-3.csv'));
    expect(await readByDuckDb(file)).toEqual(cells);
  });

  it.each([
    ['LF mixed with CRLF', 'a,b\r\n1,2\n3,4\r\n', [['1', '2'], ['3', '4']]],
    ['a carriage return outside quotes', 'a,b\n1\r2,"x""y"\n3,4\r\r\n', [['1\r2', 'x"y'], ['3', '4\r']]],
    ['empty lines before the header', '\n\r\na,b\n1,2\n', [['1', '2']]],
    ['a byte order mark before a header with a line break', '\uFEFF"a\n1,2",b\n1,2\n', [['1', '2']]],
    ['empty lines', 'a,b\n\n1,2\n\n\n3,4\n\n', [['1', '2'], ['3', '4']]],
    ['empty lines in a single column', 'a\n1\n""\n\n2\n\n', [['1'], [''], ['2']]],
    ['a quote inside an unquoted cell', 'a,b\nx"y,z"\n "q","r"\n', [['x"y', 'z"'], [' "q"', 'r']]],
    ['a quote inside an unquoted header cell', 'a "x, "b"\n1,2\n', [['1', '2']]],
  ])('and writes one for %s though every record is good', async (_name, content, cells) => {
    const file = await fileOf(content);
    expect([file.records, file.badRecordNumbers.length]).toEqual([cells.length, 0]);
    expect(file.cleanPath).not.toBe(file.path);
    expect(await readByDuckDb(file)).toEqual(cells);
  });

  it('leads from good records back to record numbers, also in SQL', async () => {
    const file = await fileOf('a,b\nbad\n1,2\nbad\nbad\n3,4\n5,6\nbad\n');
    expect([0, 1, 2].map((k) => file.goodRecordNumber(k))).toEqual([2, 5, 6]);
    expect(recordShifts(file)).toEqual([
      { firstGoodIndex: 0, badBefore: 1 },
      { firstGoodIndex: 1, badBefore: 3 },
      { firstGoodIndex: 3, badBefore: 4 },
    ]);
    const shifts = recordShifts(file).map((s) => `(${s.firstGoodIndex}, ${s.badBefore})`).join(', ');
    const rows = await engine.rows(
      `select g.k + 1 + s.bad as n from range(3) g(k) asof join (values ${shifts}) s(first_good_index, bad) on g.k >= s.first_good_index order by g.k nulls last`,
    );
    expect(rows.map((row) => row['n'])).toEqual([2, 5, 6]);
  });
});

describe('scanCsv recognises the encoding', () => {
  const rare = '姓名,金额\n㛃𬱖䶮𠅤,"1,200.00"\n张三€,2\n';

  it.each([1, 2, 3, 7, 1 << 20])('GB18030 with four-byte characters, %i bytes at a time', async (chunkBytes) => {
    const file = await fileOf(iconv.encode(rare, 'gb18030'), chunkBytes);
    expect([file.encoding, file.records, file.header]).toEqual(['gb18030', 2, ['姓名', '金额']]);
    expect(await readByDuckDb(file)).toEqual([['㛃𬱖䶮𠅤', '1,200.00'], ['张三€', '2']]);
  });

  it.each([1, 2, 3, 7])('UTF-8 whose characters are split by chunks of %i bytes', async (chunkBytes) => {
    expect(await fileOf(rare, chunkBytes)).toMatchObject({ encoding: 'utf-8', records: 2, header: ['姓名', '金额'] });
  });

  it('GB18030 that shows only in its last bytes, counted from the start again', async () => {
    const content = Buffer.concat([Buffer.from('a,b\n1,2\nbad\n3,'), iconv.encode('张\n', 'gb18030')]);
    const file = await fileOf(content);
    expect([file.encoding, file.records, [...file.badRecordNumbers]]).toEqual(['gb18030', 3, [2]]);
    expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await readByDuckDb(file)).toEqual([['1', '2'], ['3', '张']]);
  });

  it('a byte order mark, which is no part of the header', async () => {
    expect(await fileOf('\uFEFFa,b\n1,2\n')).toMatchObject({ encoding: 'utf-8-bom', header: ['a', 'b'], records: 1 });
  });

  it.each([
    ['UTF-16 little-endian', Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le')],
    ['UTF-16 big-endian', Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le').swap16()],
    ['bytes of no encoding', Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0xff, 0xff, 0x0a])],
    ['a character cut at the end of the file', Buffer.from([0x61, 0x0a, 0xe5])],
    ['a byte order mark before bytes that are not UTF-8', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0a, 0xd5, 0xc5, 0x0a])],
  ])('and refuses %s', async (_name, content) => {
    expect(await outcomeOf(content)).toEqual({
      ok: false,
      path: join(folder, 'x.csv'),
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      code: 'F_ENCODING',
      rows: null,
    });
  });
});

describe('scanCsv refuses files without a usable header', () => {
  it.each([
    ['no bytes', '', 0],
    ['a byte order mark only', '\uFEFF', 0],
    ['empty lines only', '\n\r\n\n', 0],
    ['an open quote in the header', '"a,b\n1,2\n', null],
    ['old line endings', 'a,b\r1,2\r', null],
  ])('with %s', async (_name, content, rows) => {
    expect(await outcomeOf(content)).toMatchObject({ ok: false, code: 'F_HEADER_MISSING', rows });
  });

  it('and says so when the file is not there', async () => {
    await expect(scanCsv(join(folder, 'absent.csv'), { scratchDirectory: folder, fileNumber: 1 })).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('and when the clean copy cannot be written', async () => {
    const path = join(folder, 'x.csv');
    writeFileSync(path, 'a,b\n1\n');
    await expect(scanCsv(path, { scratchDirectory: join(folder, 'absent'), fileNumber: 1 })).rejects.toMatchObject({ code: 'DISK_FAILED' });
  });
});

const cellText = fc.array(fc.constantFrom('a', '12', '张', '㛃', '𬱖', ' ', '.', ',', '"', '\n', '\r\n', '\r', '""', ',"', '",'), { maxLength: 6 }).map((parts) => parts.join(''));
const cell = fc.record({ text: cellText, quote: fc.boolean() });
const matrix = fc.integer({ min: 1, max: 4 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 80 }),
    newline: fc.constantFrom('\n', '\r\n'),
    lastNewline: fc.boolean(),
    bad: fc.array(fc.record({ at: fc.nat(), text: fc.constantFrom('x,y,z,u,v', '"a"b', 'n\0') }), { maxLength: 3 }),
  }),
);

function writeCell({ text, quote }: { text: string; quote: boolean }, only: boolean): string {
  return quote || /[",\r\n]/.test(text) || (only && text === '') ? `"${text.replaceAll('"', '""')}"` : text;
}

describe('scanCsv and DuckDB agree', () => {
  it.each(['utf8', 'gb18030'])('on every cell of any table written as RFC 4180 in %s, bad records apart', async (encoding) => {
    await fc.assert(
      fc.asyncProperty(matrix, async ({ columns, rows, newline, lastNewline, bad }) => {
        const lines: { text: string; good: boolean }[] = rows.map((row) => ({ text: row.map((c) => writeCell(c, columns === 1)).join(','), good: true }));
        for (const { at, text } of bad) lines.splice(at % (lines.length + 1), 0, { text, good: false });
        const header = Array.from({ length: columns }, (_, i) => `h${i}`).join(',');
        const content = [header, ...lines.map((line) => line.text)].join(newline) + (lastNewline ? newline : '');
        const file = await fileOf(encoding === 'utf8' ? Buffer.from(content) : iconv.encode(content, 'gb18030'));
        const expectedBad = lines.flatMap((line, i) => (line.good ? [] : [i + 1]));
        expect([...file.badRecordNumbers]).toEqual(expectedBad);
        expect(file.records).toBe(lines.length);
        expect(await readByDuckDb(file, true)).toEqual(rows.map((row) => row.map((c) => c.text)));
        lines.filter((line) => line.good).forEach((line, k) => {
          expect(lines[file.goodRecordNumber(k) - 1]).toBe(line);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('on any text at all: delivered records are the rows DuckDB reads plus the bad ones', async () => {
    const anyText = fc.array(fc.constantFrom('a', '张', ',', '"', '\n', '\r', '\r\n', '\n\n', ' ', 'x,y\n', '"q",r\n'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anyText, async (parts) => {
        const file = await fileOf(`a,b\n${parts.join('')}`);
        expect((await readByDuckDb(file, true)).length + file.badRecordNumbers.length).toBe(file.records);
      }),
      { numRuns: 300 },
    );
  });
});

describe('scanCsv on a larger file', () => {
  it('reads 20 MB in bounded memory and keeps the order of rows', async () => {
    const path = join(folder, 'large.csv');
    writeFileSync(path, 'n,name,amount\n');
    for (let block = 0; block < 50; block++) {
      const lines = Array.from({ length: 8000 }, (_, i) => (i === 5 ? 'bad\n' : `${block * 8000 + i},某某（深圳）科技有限公司${i},${i}.25\n`));
      appendFileSync(path, lines.join(''));
    }
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const outcome = await scanCsv(path, { scratchDirectory: folder, fileNumber: 1 });
    const seconds = (performance.now() - started) / 1000;
    const megabytes = statSync(path).size / 1e6;
    console.log(`${megabytes.toFixed(1)} MB with clean copy: ${(megabytes / seconds).toFixed(0)} MB/s, memory +${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB`);
    if (!outcome.ok) throw new Error(outcome.code);
    const { file } = outcome;
    expect([file.records, file.badRecordNumbers.length, existsSync(file.cleanPath)]).toEqual([400_000, 50, true]);
    const rows = await engine.rows(
      `select count(*) as n, count(*) filter (k + 1 + k // 7999 + (k % 7999 >= 5)::int <> c0::int + 1) as out_of_order
       from (select row_number() over () - 1 as k, * from ${readCsvSql(file, ['c0', 'c1', 'c2'])})`,
    );
    expect(rows).toEqual([{ n: 399_950, out_of_order: 0 }]);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    expect(file.sha256).toBe(hash.digest('hex'));
    expect(readFileSync(file.cleanPath, 'utf8').includes('bad')).toBe(false);
  });
});
