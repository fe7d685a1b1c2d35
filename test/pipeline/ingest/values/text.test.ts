import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDuckDb } from '../../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import { nfkcSql } from '../../../../pipeline/ingest/values/nfkc.ts';
import { normaliseAscii, normaliseText, textValue } from '../../../../pipeline/ingest/values/text.ts';
import { outcomes, readCells } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

async function nfkcOf(texts: readonly string[]): Promise<string[]> {
  await engine.exec(`CREATE OR REPLACE TABLE texts AS SELECT * FROM (VALUES ${texts.map((text, at) => `(${at}, ${sqlText(text)})`).join(', ')}) t(row_no, s)`);
  const rows = await engine.rows<{ form: string }>(`SELECT ${nfkcSql('s')} AS form FROM texts ORDER BY row_no`);
  return rows.map((row) => row.form);
}

/** The specification of normaliseText in a few lines of JavaScript. */
function reference(raw: string): string | null {
  const trimmed = raw.normalize('NFKC').trim().replace(/^'/u, '').trim();
  return ['', 'NULL', 'null', 'N/A', '-', '--', '—', '\\N'].includes(trimmed) ? null : trimmed;
}

it('gives the NFKC form of every code point of planes 0 and 1 and of the compatibility ideographs', async () => {
  const points = Array.from({ length: 0x2fa20 }, (_, point) => point).filter(
    (point) => point > 0 && !(point >= 0xd800 && point < 0xe000) && (point < 0x20000 || point >= 0x2f800),
  );
  // Compared as bytes: reading text into JavaScript drops a byte order mark.
  const rows = await engine.rows<{ point: number; bytes: string }>(
    `SELECT point, hex(encode(${nfkcSql('s')})) AS bytes FROM (SELECT point, chr(point) AS s FROM (SELECT unnest([${points.join(', ')}]) AS point)) ORDER BY point`,
  );
  expect(rows.map((row) => row.point)).toEqual(points);
  const wrong = rows.filter(({ point, bytes }) => bytes !== Buffer.from(String.fromCodePoint(point).normalize('NFKC')).toString('hex').toUpperCase());
  expect(wrong).toEqual([]);
});

it('composes and reorders sequences as JavaScript does', async () => {
  const letters = fc.constantFrom('e', 'a', 'ᄀ', 'ᅡ', 'ᆨ', '\u0301', '\u0323', '\u0308', 'ｶ', 'ﾞ', '㎡', 'ﬁ', '（', '云', 'Å', 'ﷺ', '①', 'が', '\u3099', '豈', '𝐀');
  const texts = fc.sample(fc.array(letters, { minLength: 1, maxLength: 8 }), { numRuns: 2000, seed: 7 }).map((parts) => parts.join(''));
  const forms = await nfkcOf(texts);
  expect(texts.filter((text, at) => forms[at] !== text.normalize('NFKC'))).toEqual([]);
});

it('trims, drops one apostrophe and turns the words for empty into NULL', async () => {
  const cells = [
    '  x  ', '\t作废发票\u00a0', '\u3000１２３４５\u3000', "'0012", "''0012", "＇0012", ' NULL ', 'null', 'N/A', '-', '--', '—', '\\N', '', "'", '－', 'Ｎ／Ａ',
    'Null', '---', 'n/a', '云南（昆明）有限公司', '（昆明）', '㈱山田', '½', 'ﬁ㎡', '0', 'a', '云', "云'", "'云", ' 云', '云\n', 'a b', '12 ', '5\u0001', '￥ 12.00', '1，234.50', '\\',
  ];
  const read = await readCells(engine, cells, textValue);
  expect(read.map((cell) => cell.text)).toEqual(cells.map(reference));
  expect((await readCells(engine, [null], textValue))[0]?.text).toBeNull();
});

it('normalises random text exactly like the few lines of JavaScript that specify it', async () => {
  const piece = fc.oneof(fc.constantFrom(...Array.from(' \t\u00a0\u3000\'-—\\N/A（），：云南公司０９％￥.,'), 'NULL', 'null', 'é', '㎡'), fc.string({ unit: 'grapheme', minLength: 0, maxLength: 2 }));
  const texts = fc
    .sample(fc.array(piece, { maxLength: 7 }), { numRuns: 3000, seed: 11 })
    .map((parts) => parts.join('').replaceAll('\u0000', ''));
  const read = await readCells(engine, texts, textValue);
  expect(texts.filter((text, at) => read[at]?.text !== reference(text)).map((text) => [text, reference(text)])).toEqual([]);
});

it('takes the quick path and the thorough path to the same text', async () => {
  const [row] = await engine.rows<{ differing: number }>(
    `SELECT count(*) AS differing FROM (SELECT '云南' || range || '贸易（昆明）有限公司' AS raw FROM range(5000)) WHERE ${normaliseText('raw')} IS DISTINCT FROM ${nfkcSql('raw')}`,
  );
  expect(row?.differing).toBe(0);
});

it('gives ASCII text the same form without the tables of Unicode', async () => {
  const piece = fc.oneof(fc.constantFrom(...Array.from(' \t\'-\\N/A09%.,~!\u0001\u007f\u000b\n'), 'NULL', 'null', '\\N', '--'), fc.string({ minLength: 0, maxLength: 2 }));
  const texts = fc.sample(fc.array(piece, { maxLength: 6 }), { numRuns: 3000, seed: 13 }).map((parts) => parts.join('').replaceAll('\u0000', ''));
  await engine.exec(`CREATE OR REPLACE TABLE texts AS SELECT * FROM (VALUES ${texts.map((text, at) => `(${at}, ${sqlText(text)})`).join(', ')}) t(row_no, raw)`);
  const rows = await engine.rows<{ found: string | null }>(`SELECT ${normaliseAscii('raw')} AS found FROM texts ORDER BY row_no`);
  expect(rows.map(({ found }) => found)).toEqual(texts.map(reference));
});

it('pads goods codes and treats a missed pattern as the column says', async () => {
  const padded = { '107': '1070000000000000000', '1070101010101010101': '1070101010101010101' };
  expect(await outcomes(engine, padded, (text) => textValue(text, { rightPadTo: 19 }))).toEqual(padded);
  const industry = { C3011: 'C3011', '51': '51', X99: 'NULL W_ID_FORMAT', '': 'NULL' };
  expect(await outcomes(engine, industry, (text) => textValue(text, { pattern: '^[A-T]?[0-9]{2,4}$', onMismatch: 'null_and_W_ID_FORMAT' }))).toEqual(industry);
  const indicator = { 'VR-01': 'VR-01', 'XX-01': 'E_ENUM' };
  expect(await outcomes(engine, indicator, (text) => textValue(text, { pattern: '^(VR|DF|LT|SS)-[0-9]{2}$', onMismatch: 'E_ENUM' }))).toEqual(indicator);
});
