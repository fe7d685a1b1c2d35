import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harmless } from '../../../pipeline/export/cells.ts';
import { describeMissing, encoder, type Unencodable } from '../../../pipeline/export/encode.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { sqlText } from '../../../pipeline/engine/sql-text.ts';
import { writeExportWorld } from '../../support/export-world.ts';
import { csvRecords } from '../../support/workbook.ts';
import { bytesOf, exportTo, filesIn, scratch } from './world.ts';

const { folder, clean } = scratch();
const out = join(folder, 'out');
const RARE = '𠮷㛃䶮？堃龘商贸有限公司';
const NAMED = [
  { id: '012345678901234567', name: '=cmd|\'/c calc\'!A1有限公司', color: 'red', amountAtRisk: -5, rings: ['R-x'] },
  { id: '91530000000000001X', name: '＋1,"引号"有限公司', color: 'orange' },
  { id: '915300000000000028', name: RARE, color: 'yellow' },
  { id: '532522196802060013', name: '张三', color: 'blue' },
] as const;

beforeAll(() => writeExportWorld(out, { named: NAMED }));
afterAll(clean);

let place = 0;
/** Exports into a folder of its own. */
async function csv(asked: Parameters<typeof exportTo>[2] = {}, file = '案源.csv') {
  place += 1;
  const at = join(folder, `csv-${place}`);
  mkdirSync(at);
  const result = await exportTo(out, join(at, file), { format: 'csv', ...asked });
  const decode = (name: string, encoding = 'utf-8'): string => new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytesOf(at, name));
  return { at, result, decode };
}

const column = (records: readonly string[][], code: string): string[] => records.slice(2).map((row) => row[records[1]!.indexOf(code)]!);

describe('the CSV set', () => {
  it('is the list under the name asked for, the other tables beside it, and a manifest that tells rows, bytes and SM3 of each', async () => {
    const { at, result } = await csv();
    expect(filesIn(at)).toEqual(['案源-元数据.csv', '案源-口径说明.csv', '案源-团伙.csv', '案源-团伙交易.csv', '案源-指标明细.csv', '案源.csv', '案源.csv.manifest.json']);
    const manifest = JSON.parse(bytesOf(at, '案源.csv.manifest.json').toString()) as { files: { file: string; bytes: number; sm3: string; rows: number; part: number }[] };
    expect(manifest.files).toEqual(result.files);
    for (const { file, bytes, sm3, rows } of manifest.files) {
      const content = bytesOf(at, file);
      expect([content.length, createHash('sm3').update(content).digest('hex')]).toEqual([bytes, sm3]);
      expect(csvRecords(content.toString().slice(1)).length - 2).toBe(rows);
    }
    const metadata = bytesOf(at, '案源-元数据.csv').toString();
    for (const { file, sm3 } of manifest.files.filter((one) => one.file !== '案源-元数据.csv')) expect(metadata).toContain(`sm3 ${file},文件SM3,${sm3}`);
  });

  it('begins with a byte order mark, ends every line with CRLF, and has two lines of headings', async () => {
    const { at, decode } = await csv();
    for (const name of filesIn(at).filter((one) => one.endsWith('.csv'))) {
      const text = decode(name);
      expect(text.startsWith('\ufeff')).toBe(true);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
      expect(text.endsWith('\r\n')).toBe(true);
    }
    const [zh, codes] = csvRecords(decode('案源.csv').slice(1));
    expect([zh!.slice(0, 2), codes!.slice(0, 2)]).toEqual([['序号', '纳税人识别号'], ['case_no', 'taxpayer_id']]);
  });

  it('puts a quote mark before text that looks like a formula and leaves identifiers and numbers alone', async () => {
    const { decode } = await csv({ unmask: true, purpose: '稽查选案' });
    const records = csvRecords(decode('案源.csv').slice(1));
    expect(column(records, 'taxpayer_name').slice(0, 2)).toEqual(['\'=cmd|\'/c calc\'!A1有限公司', '\'＋1,"引号"有限公司']);
    expect(column(records, 'taxpayer_id')).toEqual(NAMED.map(({ id }) => id));
    expect(column(records, 'amount_at_risk')[0]).toBe('-5.00');
    expect(column(records, 'coverage_weighted')[0]).toBe('0.5124');
  });

  it.each([...['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'].map((sign) => [`${sign}1`, `'${sign}1`]), [' \n=1', '\' \n=1'], ['1=1', '1=1'], ['昆明@', '昆明@'], ['', '']])('%j is written as %j', (text, written) => {
    expect(harmless(text)).toBe(written);
  });

  it('in GB18030 gives rare characters back as they were, without a byte order mark', async () => {
    const { decode } = await csv({ encoding: 'gb18030', unmask: true, purpose: '稽查选案' });
    const records = csvRecords(decode('案源.csv', 'gb18030'));
    expect(records[0]![0]).toBe('序号');
    expect(column(records, 'taxpayer_name')[2]).toBe(RARE);
  });

  it('lists characters that GB18030 lacks by code point and row, never a question mark instead', () => {
    const missing: Unencodable = new Map();
    const { encode } = encoder('gb18030', missing);
    expect(encode(['甲?\r\n', '乙\r\n'], 1).toString('latin1')).toContain('?');
    expect(missing.size).toBe(0);
    encode(['甲\ud800\r\n', '乙\r\n', '?\udfff\ud800\r\n'], 5);
    expect(describeMissing(missing)).toEqual(['U+D800: rows 5, 7', 'U+DFFF: rows 7']);
  });

  it('masks names and identifiers of persons in every file, identifiers of firms never', async () => {
    const { at, decode } = await csv();
    const records = csvRecords(decode('案源.csv').slice(1));
    expect(column(records, 'taxpayer_name')).toEqual(['\'=c**', '\'＋1**', '𠮷㛃**', '张**']);
    expect(column(records, 'taxpayer_id')).toEqual(['012345678901234567', '91530000000000001X', '915300000000000028', '532522********0013']);
    for (const name of filesIn(at)) expect(bytesOf(at, name).toString()).not.toMatch(/calc|1,"+引号|䶮|张三|19680206/u);
  });

  it('comes in parts above the rows of a part, whose numbers go on, and takes the parts of a longer former set away', async () => {
    const { at, decode, result } = await csv({ options: { partRows: 3 } });
    expect(filesIn(at).filter((name) => /案源(\.part\d)?\.csv$/u.test(name))).toEqual(['案源.csv', '案源.part2.csv']);
    expect(column(csvRecords(decode('案源.csv').slice(1)), 'case_no')).toEqual(['1', '2', '3']);
    expect(column(csvRecords(decode('案源.part2.csv').slice(1)), 'case_no')).toEqual(['4']);
    expect(result.files.filter(({ table }) => table === '线索清单').map(({ part, rows }) => [part, rows])).toEqual([[1, 3], [2, 1]]);
    await exportTo(out, join(at, '案源.csv'), { format: 'csv' });
    expect(filesIn(at).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('is the same bytes for the same order', async () => {
    const [a, b] = [await csv(), await csv()];
    for (const name of filesIn(a.at)) expect(bytesOf(a.at, name).equals(bytesOf(b.at, name)), name).toBe(true);
  });
});

describe('the Parquet set', () => {
  it('has typed columns under the field codes, with the same names and masks, and the same bytes for the same order', async () => {
    const [a, b] = [await csv({ format: 'parquet' }, 'cases.parquet'), await csv({ format: 'parquet' }, 'cases.parquet')];
    for (const name of filesIn(a.at)) expect(bytesOf(a.at, name).equals(bytesOf(b.at, name)), name).toBe(true);
    const engine = await openDuckDb();
    try {
      const list = `read_parquet(${sqlText(join(a.at, 'cases.parquet'))})`;
      const types = new Map((await engine.describe(`select * from ${list}`)).map(({ name, type }) => [name, type]));
      expect(['taxpayer_id', 'score', 'amount_at_risk', 'limited_data', 'ring_ids', 'level'].map((name) => types.get(name))).toEqual(['VARCHAR', 'DOUBLE', 'DECIMAL(18,2)', 'BOOLEAN', 'VARCHAR[]', 'VARCHAR']);
      expect(await engine.rows(`select taxpayer_id, taxpayer_name, level, amount_at_risk from ${list} order by case_no limit 1`)).toEqual([{ taxpayer_id: '012345678901234567', taxpayer_name: '=c**', level: 'high', amount_at_risk: -5 }]);
      const rings = `read_parquet(${sqlText(join(a.at, 'cases-团伙.parquet'))})`;
      expect((await engine.describe(`select first_date from ${rings}`))[0]?.type).toBe('DATE');
    } finally {
      await engine.close();
    }
  });
});
