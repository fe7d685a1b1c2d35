import { afterAll, beforeAll, expect, it } from 'vitest';
import fc from 'fast-check';
import { openDuckDb } from '../../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { dateValue, FUTURE_LIMIT, periodValue, timestampValue } from '../../../../pipeline/ingest/values/dates.ts';
import { outcome, outcomes, readCells } from './harness.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());
const rules = { upper: "DATE '2026-11-16'" };

it('reads every accepted form of a day', async () => {
  const day = '2017-07-18';
  const forms = ['2017-07-18', '2017/7/18', '2017.7.18', '20170718', '2017年7月18日', '２０１７－０７－１８', ' 2017/07/18 ', "'2017-7-18"];
  const timed = ['2017-07-18 9:05', '2017-07-18T09:05:10', '20170718 09:05:10.123', '2017年7月18日 23:59', '2017-07-17T16:00:00Z', '2017-07-18T00:30:00+08:00', '2017-07-18 00:30:00.5+09:00X'];
  const expected: Record<string, string> = Object.fromEntries([...forms, ...timed].map((form) => [form, day]));
  expected['2017-07-18 00:30:00.5+09:00X'] = 'E_DATE';
  expect(await outcomes(engine, expected, (text) => dateValue(text, rules))).toEqual(expected);
});

it('refuses what is not a day or lies outside the bounds', async () => {
  const bad = ['18/07/2017', '17-07-18', '42934', '2017-02-29', '2017-13-01', '2017-07-1Z', '2017-7.18', '2017/7-18', '-017-07-18', '1989-12-31', '2026-11-17', '2017-07-18 24:00', '2017-07-18 9', '2017-07', 'infinity', 'epoch', '2017-07-18 (BC)', '2017-07-18 12:00:1Z', '20170732', '201707181200', '二〇一七年七月'];
  const expected: Record<string, string> = Object.fromEntries(bad.map((form) => [form, 'E_DATE']));
  Object.assign(expected, { '1990-01-01': '1990-01-01', '2026-11-16': '2026-11-16', '2026-11-16 23:59:59': '2026-11-16', '2016-02-29': '2016-02-29', '-': 'NULL' });
  expect(await outcomes(engine, expected, (text) => dateValue(text, rules))).toEqual(expected);
  const ahead = { '2099-12-31': '2099-12-31', '2100-01-01': 'E_DATE' };
  expect(await outcomes(engine, ahead, (text) => dateValue(text, { upper: FUTURE_LIMIT }))).toEqual(ahead);
});

it('reads spreadsheet serial numbers only when asked to', async () => {
  const expected = { '42934': '2017-07-18', '42934.75': '2017-07-18', '123': 'E_DATE', '99999': 'E_DATE' };
  expect(await outcomes(engine, expected, (text) => dateValue(text, { ...rules, excelSerial: true }))).toEqual(expected);
  const [moment] = await readCells(engine, ['42934.75'], (text) => timestampValue(text, { ...rules, excelSerial: true }), 'has_time');
  expect(moment).toMatchObject({ value: '2017-07-18 18:00:00', extra: 'true' });
});

it('reads moments in Shanghai time and says whether a time was given', async () => {
  const expected: Record<string, readonly [string, string]> = {
    '2017-07-18': ['2017-07-18 00:00:00', 'false'],
    '2017/7/18': ['2017-07-18 00:00:00', 'false'],
    '2017-07-18 00:00:00': ['2017-07-18 00:00:00', 'true'],
    '2017-07-18T09:05': ['2017-07-18 09:05:00', 'true'],
    '2017-7-18 9:05:07': ['2017-07-18 09:05:07', 'true'],
    '2017年7月18日 9:05:07.25': ['2017-07-18 09:05:07.25', 'true'],
    '2017-07-18T20:00:00Z': ['2017-07-19 04:00:00', 'true'],
    '2017-07-18T20:00:00+08:00': ['2017-07-18 20:00:00', 'true'],
    '2017-07-18 20:00:00.123456789-03:30': ['2017-07-19 07:30:00.123456', 'true'],
    '20170718 200000': ['E_DATE', 'false'],
    '2017-07-18 12:30:1Z': ['E_DATE', 'true'],
    '2017-07-18 24:00:00': ['E_DATE', 'true'],
  };
  const cells = Object.keys(expected);
  const read = await readCells(engine, cells, (text) => timestampValue(text, rules), 'has_time');
  expect(Object.fromEntries(cells.map((cell, at) => [cell, [outcome(read[at]), read[at]?.extra]]))).toEqual(expected);
});

it('reads any day written in any accepted form as the same day', async () => {
  const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2026-11-16'), noInvalidDate: true });
  const samples = fc.sample(fc.tuple(day, fc.nat(6)), { numRuns: 1500, seed: 3 }).map(([date, form]) => {
    const [iso, y, m, d] = [date.toISOString().slice(0, 10), date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const written = [iso, `${y}/${m}/${d}`, `${y}.${m}.${d}`, iso.replaceAll('-', ''), `${y}年${m}月${d}日`, `${iso}T0:00`, `${y}-${m}-${d}`][form] ?? iso;
    return { iso, written };
  });
  const read = await readCells(engine, samples.map((sample) => sample.written), (text) => dateValue(text, rules));
  expect(samples.filter((sample, at) => read[at]?.value !== sample.iso)).toEqual([]);
});

it('reads periods and marks quarters', async () => {
  const month = ['2026-06', '2026/6', '202606', '2026年6月', '２０２６－０６', '2026-6'];
  const quarter = ['2026Q2', '2026年2季度', '2026q2'];
  const bad = ['2026', '2026-13', '2026-00', '20266', '2026Q5', '2026.06', '06/2026', '2026-06-30', '2026年', '二季度', '1989-12', '2026年13月'];
  const expected: Record<string, string> = Object.fromEntries([...month.map((cell) => [cell, '2026-06 null']), ...quarter.map((cell) => [cell, '2026-06 Q']), ...bad.map((cell) => [cell, 'E_PERIOD'])]);
  expected['2026年11月'] = '2026-11 null';
  expected['2026Q4'] = '2026-12 Q';
  expected['202612'] = '2026-12 null';
  const cells = Object.keys(expected);
  const read = await readCells(engine, cells, periodValue, 'period_kind');
  expect(Object.fromEntries(cells.map((cell, at) => [cell, read[at]?.error ?? `${read[at]?.value} ${read[at]?.extra}`]))).toEqual(expected);
});
