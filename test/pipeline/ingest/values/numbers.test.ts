import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDuckDb } from '../../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { booleanValue, enumValue } from '../../../../pipeline/ingest/values/codes.ts';
import { integerValue, moneyValue, quantityValue, ratioValue } from '../../../../pipeline/ingest/values/numbers.ts';
import { outcomes, readCells } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

it('reads every accepted way of writing an amount', async () => {
  const expected = {
    '1234.5': '1234.50', '1,234.50': '1234.50', '1，234.50': '1234.50', '1,234,567.80': '1234567.80', '￥ 12.00': '12.00', '¥12': '12.00', '-¥12.1': '-12.10', '¥-12.1': '-12.10',
    '+12': '12.00', '-12': '-12.00', '12元': '12.00', '12.5 元': '12.50', '(1,234.50)': '-1234.50', '（1,234.50）': '-1234.50', '¥(12)': '-12.00', '.5': '0.50', '-.5': '-0.50',
    '1.2E+07': '12000000.00 W_AMOUNT_SCIENTIFIC', '1.2345e3': '1234.50 W_AMOUNT_SCIENTIFIC', '-5E-1': '-0.50 W_AMOUNT_SCIENTIFIC',
    '0.000000000000000000000001E24': '1.00 W_AMOUNT_SCIENTIFIC', '123456789012345678.5E-3': '123456789012345.68 W_AMOUNT_SCIENTIFIC W_ROUNDED',
    '1.005': '1.01 W_ROUNDED', '-1.005': '-1.01 W_ROUNDED', '1.00499999999999999999': '1.00 W_ROUNDED', '1.2300': '1.23', '１２．５': '12.50',
    '9999999999999999.99': '9999999999999999.99', '00012': '12.00', '0': '0.00', '': 'NULL', '-': 'NULL',
  };
  expect(await outcomes(engine, expected, moneyValue)).toEqual(expected);
});

it('refuses amounts that are not readable', async () => {
  const bad = ['1234,50', '1.234,50', '12,34', '1,2345', '12万元', '5.2万', '壹佰元', 'abc', '12345678901234567', '9999999999999999.995', '1E16', '1E99', '1E999', '0x10', '1_000', 'inf', 'NaN', '--5', '+-5', '(-5)', '(5', '5)', '1 234', '1.2.3', '12.', '¥', '元', '1e', '5%', '1,234,56'];
  const expected = Object.fromEntries(bad.map((cell) => [cell, 'E_AMOUNT_PARSE']));
  const found = await outcomes(engine, expected, moneyValue);
  expect(Object.fromEntries(Object.entries(found).map(([cell, result]) => [cell, result.split(' ')[0]]))).toEqual(expected);
});

it('checks the range of a column after reading', async () => {
  const above = { '0': 'E_RANGE', '0.01': '0.01', '-3': 'E_RANGE', x: 'E_AMOUNT_PARSE', '': 'NULL' };
  expect(await outcomes(engine, above, (text) => moneyValue(text, { above: 0 }))).toEqual(above);
  const share = { '0': '0.000000', '1': '1.000000', '101%': 'E_RANGE', '-0.1': 'E_RANGE' };
  expect(await outcomes(engine, share, (text) => ratioValue(text, { min: 0, max: 1 }))).toEqual(share);
  const quantity = { '-1': 'E_RANGE', '1.123456789': '1.12345679', '1,000.5': '1000.50000000' };
  expect(await outcomes(engine, quantity, (text) => quantityValue(text, { min: 0 }))).toEqual(quantity);
});

it('reads ratios, integers, booleans and refuses the rest', async () => {
  const ratio = { '0.92': '0.920000', '92%': '0.920000', '１３％': '0.130000', '-5%': '-0.050000', '10': '10.000000', '92': 'E_RANGE', '10.000001': 'E_RANGE', '1001%': 'E_RANGE', 免税: 'E_RANGE', '0.1 %': '0.001000', '.06': '0.060000' };
  expect(await outcomes(engine, ratio, ratioValue)).toEqual(ratio);
  const integer = { '12': '12', '-3': '-3', '2024.0': '2024', '1,234': '1234', '2147483647': '2147483647', '2147483648': 'E_RANGE', '1.5': 'E_RANGE', x: 'E_RANGE', '0x10': 'E_RANGE', '1_000': 'E_RANGE', '99999999999999999999': 'E_RANGE' };
  expect(await outcomes(engine, integer, integerValue)).toEqual(integer);
  const bool = { true: 'true', TRUE: 'true', '1': 'true', Y: 'true', 是: 'true', ' 否': 'false', n: 'false', '0': 'false', False: 'false', yes: 'E_ENUM', '2': 'E_ENUM', '': 'NULL' };
  expect(await outcomes(engine, bool, booleanValue)).toEqual(bool);
});

it('reads codes, Chinese values and listed numbers without blanks and case', async () => {
  const values = { void: ['作废', '作废发票', '2'], normal: ['正常', '0'], absconded: ['走逃失联', '走逃(失联)'] };
  const expected = { ' 作废发票': 'void', void: 'void', VOID: 'void', '作 废': 'void', '２': 'void', 正常: 'normal', '0': 'normal', '走逃（失联）': 'absconded', 'Ab Sconded': 'absconded', 未知: 'E_ENUM', '': 'NULL', '1': 'E_ENUM' };
  expect(await outcomes(engine, expected, (text) => enumValue(text, values))).toEqual(expected);
  expect(() => enumValue('c', { a: ['同'], b: ['同'] })).toThrow(/same word/u);
});

it('reads one amount written in any accepted way as the same value', async () => {
  const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/gu, ',');
  const samples = fc.sample(fc.tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.nat(8)), { numRuns: 2000, seed: 5 }).map(([fen, way]) => {
    const size = fen < 0n ? -fen : fen;
    const sign = fen < 0n ? '-' : '';
    const [yuan, cents] = [String(size / 100n), String(size % 100n).padStart(2, '0')];
    const plain = `${yuan}.${cents}`;
    const mantissa = `${yuan.slice(0, 1)}.${yuan.slice(1)}${cents}E+${yuan.length - 1}`;
    const shifted = `${yuan}${cents}E-2`;
    const wide = `${sign}${grouped(yuan)}.${cents}`.replaceAll(/[!-~]/gu, (mark) => String.fromCodePoint((mark.codePointAt(0) ?? 0) + 0xfee0));
    const bracketed = fen < 0n ? `(${grouped(yuan)}.${cents})` : `+${plain}`;
    const written = [`${sign}${plain}`, `${sign}${grouped(yuan)}.${cents}`, `${sign}¥ ${plain}`, `￥${sign}${plain}元`, bracketed, `${sign}${mantissa}`, `${sign}${shifted}`, wide, `${sign}${plain}000`][way] ?? plain;
    return { written, value: `${sign}${plain}` };
  });
  const read = await readCells(engine, samples.map((sample) => sample.written), moneyValue);
  expect(samples.filter((sample, at) => read[at]?.value !== sample.value).map((sample) => [sample.written, sample.value])).toEqual([]);
});
