import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ColumnContract } from '../../../../pipeline/contract/contract.ts';
import { openDuckDb } from '../../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import { invoiceCode, invoiceKey, invoiceNumber } from '../../../../pipeline/ingest/values/invoice-numbers.ts';
import { cellText, isReadTyped, valueOf, type ValueRules } from '../../../../pipeline/ingest/values/value-of.ts';
import { outcomes } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());
const rules: ValueRules = { lastDay: "DATE '2026-11-16'", idProfile: 'strict', excelSerial: false };

function column(type: ColumnContract['type'], more: Partial<ColumnContract> = {}): ColumnContract {
  return { name: 'c', aliases: [], type, nullable: true, unit: '-', ...more };
}

/** Value or reject code, then warnings, of one typed literal. */
async function typed(contract: ColumnContract, literal: string): Promise<string> {
  const [source] = await engine.describe(`SELECT ${literal} AS c`);
  const cell = { raw: 'c', sqlType: source?.type ?? '' };
  const sql = valueOf(contract, cell, rules, 't');
  const warnings = sql.warnings.map((warning) => `coalesce(' ' || ${warning}, '')`);
  const [row] = await engine.rows<{ found: string }>(
    `SELECT concat(coalesce(${sql.error}, CAST(${sql.value} AS VARCHAR), 'NULL')${['', ...warnings].join(', ')}) AS found FROM (SELECT c, ${cellText(cell)} AS t FROM (SELECT ${literal} AS c))`,
  );
  return row?.found ?? 'no row';
}

it.each([
  ['date', "DATE '2020-02-03'", '2020-02-03'],
  ['date', "TIMESTAMP '2020-02-03 04:05:06'", '2020-02-03'],
  ['date', "TIMESTAMPTZ '2020-02-03 20:00:00+00'", '2020-02-04'],
  ['date', "DATE '2027-01-01'", 'E_DATE'],
  ['date', "'infinity'::DATE", 'E_DATE'],
  ['date', "'infinity'::TIMESTAMPTZ", 'E_DATE'],
  ['date', "TIMESTAMP_NS '2020-02-03 04:05:06'", '2020-02-03'],
  ['date', '20200203', '2020-02-03'],
  ['date', 'NULL::DATE', 'NULL'],
  ['ts', "'-infinity'::TIMESTAMP", 'E_DATE'],
  ['ts', "TIMESTAMP '2020-02-03 04:05:06'", '2020-02-03 04:05:06'],
  ['ts', "TIMESTAMPTZ '294247-01-10 00:00:00+00'", 'E_DATE'],
  ['money', '12.34::DECIMAL(10,2)', '12.34'],
  ['money', '12.345::DECIMAL(10,3)', '12.35 W_ROUNDED'],
  ['money', '1e18::DECIMAL(38,0)', 'E_AMOUNT_PARSE'],
  ['money', '7::BIGINT', '7.00'],
  ['money', '12.5::DOUBLE', '12.50'],
  ['money', "'nan'::DOUBLE", 'E_AMOUNT_PARSE'],
  ['qty', '1.5::DECIMAL(10,4)', '1.50000000'],
  ['ratio', '0.13::DECIMAL(4,2)', '0.130000'],
  ['ratio', '0.13::DOUBLE', '0.130000'],
  ['ratio', '13::BIGINT', 'E_RANGE'],
  ['int', '3000000000::BIGINT', 'E_RANGE'],
  ['int', '3::UTINYINT', '3'],
  ['int', '3.0::DOUBLE', '3'],
  ['bool', 'true', 'true'],
  ['bool', '1::INTEGER', 'true'],
  ['bool', '2::INTEGER', 'E_ENUM'],
  ['period', '202606::BIGINT', '2026-06'],
  ['text', '5301::BIGINT', '5301'],
] as const)('reads a %s column from %s', async (type, literal, expected) => {
  expect(await typed(column(type), literal)).toBe(expected);
});

it('reads ids from numbers of Parquet files, and sees lost digits', async () => {
  const own = column('text', { role: 'own_taxpayer' });
  expect(await typed(own, '914403001234567890::BIGINT')).toBe('914403001234567890');
  expect(await typed(own, '9.14403e17::DOUBLE')).toBe('E_ID_PRECISION');
  expect(isReadTyped(column('date'), 'DATE')).toBe(true);
  expect(isReadTyped(column('date'), 'VARCHAR')).toBe(false);
  expect(isReadTyped(column('money'), 'DOUBLE')).toBe(false);
});

it('pads legacy numbers, refuses odd lengths and reports a missing code', async () => {
  const withCode = { '12345': '00012345 W_NUMBER_PADDED', '12345678': '12345678', '12345.0': '00012345 W_ID_SCIENTIFIC W_NUMBER_PADDED', '24532000000012345678': '24532000000012345678', '123456789': 'E_ID_FORMAT', '1234567890123456789': 'E_ID_FORMAT', '123456789012345678901': 'E_ID_FORMAT', '12A45678': 'E_ID_FORMAT', '2.4532E+19': 'E_ID_PRECISION', '1.2345678E+7': '12345678 W_ID_SCIENTIFIC', '': 'NULL' };
  expect(await outcomes(engine, withCode, (text) => invoiceNumber(text, "'5300201130'"))).toEqual(withCode);
  const without = { '12345': '00012345 W_NUMBER_PADDED W_NO_CODE', '24532000000012345678': '24532000000012345678' };
  expect(await outcomes(engine, without, (text) => invoiceNumber(text, 'NULL'))).toEqual(without);
  const codes = { '5300201130': '5300201130', '053002011300': '053002011300', '53002011300': 'E_ID_FORMAT', x: 'E_ID_FORMAT', '': 'NULL' };
  expect(await outcomes(engine, codes, (text) => invoiceCode(text, "'12345678'"))).toEqual(codes);
  const ignored = { x: 'NULL', '5300201130': '5300201130' };
  expect(await outcomes(engine, ignored, (text) => invoiceCode(text, "'24532000000012345678'"))).toEqual(ignored);
});

it('builds the three kinds of invoice keys', async () => {
  const key = invoiceKey({ number: 'n', code: 'c', sellerKey: 's', issuedAt: 'd', totalYuan: 't' });
  const rows = await engine.rows<{ key: string | null }>(
    `SELECT ${key} AS key FROM (VALUES (1, '24532000000012345678', '5300201130', 'S1', TIMESTAMP '2020-02-03 04:05:06', 12.3), (2, '00012345', '5300201130', 'S1', TIMESTAMP '2020-02-03', 12.3),
      (3, '00012345', NULL, 'S1', TIMESTAMP '2020-02-03 04:05:06', -9999999999999999.99), (4, '00012345', NULL, NULL, TIMESTAMP '2020-02-03', 1)) v(i, n, c, s, d, t) ORDER BY i`,
  );
  expect(rows.map((row) => row.key)).toEqual(['24532000000012345678', '5300201130-00012345', 'N:S1:00012345:20200203:-999999999999999999', null]);
});

it('never fails on any text, for any column, and gives a value or a code to every cell that is not empty', async () => {
  const contracts = [
    ...(['date', 'ts', 'money', 'qty', 'ratio', 'int', 'bool', 'period', 'text'] as const).map((type) => column(type, type === 'text' ? {} : { range: { min: 0 } })),
    column('enum', { values: { a: ['甲'] } }),
    ...(['own_taxpayer', 'counterparty', 'person_hash', 'invoice_code', 'invoice_number'] as const).map((role) => column('text', { role })),
  ];
  const alphabet = fc.constantFrom(...Array.from('0123456789-+.,eE%/:TZQ年月日季度()¥元 \'"\\xX_Nan（０９'), '\u0301', '\u0001', '99999999999', '2020', '-12-', '1E+', 'infinity');
  const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join('')));
  const texts = fc.sample(cell, { numRuns: 3000, seed: 21 }).map((text) => text.replaceAll('\u0000', ''));
  await engine.exec(`CREATE OR REPLACE TABLE fuzz AS SELECT ${cellText({ raw: 'raw', sqlType: 'VARCHAR' })} AS t FROM (VALUES ${texts.map((text) => `(${sqlText(text)})`).join(', ')}) v(raw)`);
  for (const contract of contracts) {
    for (const excelSerial of [false, true]) {
      const sql = valueOf(contract, { raw: 't', sqlType: 'VARCHAR' }, { ...rules, excelSerial, partnerText: 't' }, 't');
      const parts = [sql.value, ...sql.warnings, ...Object.values(sql.extra ?? {})].map((part, at) => `max(CAST(${part} AS VARCHAR)) AS p${at}`);
      const [row] = await engine.rows<{ silent: number; rows: number }>(
        `SELECT count(*) AS rows, count(*) FILTER (t IS NOT NULL AND (${sql.value}) IS NULL AND (${sql.error}) IS NULL) AS silent, ${parts.join(', ')} FROM fuzz`,
      );
      expect(row?.rows).toBe(texts.length);
      if (contract.role !== 'invoice_code') expect([contract.type, contract.role, row?.silent]).toEqual([contract.type, contract.role, 0]);
    }
  }
});
