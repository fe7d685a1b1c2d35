import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { VatRiskError } from '../../../pipeline/shared/errors.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());
beforeEach(() => engine.exec('create or replace table t (a integer, b integer)'));

async function errorOf(work: Promise<unknown>): Promise<VatRiskError> {
  return work.then(() => { throw new Error('expected a failure'); }, (error: unknown) => error as VatRiskError);
}

describe('whole columns', () => {
  it('come as one array of numbers a column, in the order of the rows, for every type of whole numbers', async () => {
    const columns = await engine.columns(`select n::tinyint as n, (-300 * n)::smallint as negative, (n * 100000)::integer as i, (9007199254740991 - n)::bigint as big,
      n::utinyint as un, n::uinteger as ui, n::ubigint as ub from (values (3), (1), (2)) as v(n)`);
    expect(columns).toEqual({
      n: Float64Array.of(3, 1, 2), negative: Float64Array.of(-900, -300, -600), i: Float64Array.of(300000, 100000, 200000),
      big: Float64Array.of(9007199254740988, 9007199254740990, 9007199254740989), un: Float64Array.of(3, 1, 2), ui: Float64Array.of(3, 1, 2), ub: Float64Array.of(3, 1, 2),
    });
  });

  it.each([1, 2047, 2048, 2049, 4096, 100_003])('of %d rows are complete', async (count) => {
    const { n, twice } = await engine.columns(`select i as n, 2 * i as twice from range(${count}) as r(i) order by i`);
    expect([n, twice].map((column) => column?.length)).toEqual([count, count]);
    expect(n?.every((value, at) => value === at)).toBe(true);
    expect(twice?.every((value, at) => value === 2 * at)).toBe(true);
  });

  it('of no rows are empty arrays under their names', async () => {
    expect(await engine.columns('select a, b from t')).toEqual({ a: new Float64Array(), b: new Float64Array() });
  });

  it.each(['1.5::decimal(18,2)', '1::decimal(18,0)', '0.5::double', '1::hugeint', "'7'", 'true', "date '2026-06-30'", "timestamp '2026-06-30 00:00:00'", '[1]', 'null'])(
    'refuse %s, naming the column and never its value', async (value) => {
      const error = await errorOf(engine.columns(`select 1::integer as whole, ${value} as foreign_one from range(1)`));
      if (value !== 'null') expect(error.message).toContain('foreign_one');
      expect(error.code).toBe('ENGINE_FAILED');
      expect(error.message.split('\n')[0]).not.toContain('whole, ');
    },
  );

  it('refuse NULL, also in a late row, and leave the engine ready for the next statement', async () => {
    const error = await errorOf(engine.columns('select case when i < 9000 then i end as n from range(10000) as r(i)'));
    expect([error.code, error.message.split('\n')[0]]).toEqual(['ENGINE_FAILED', expect.stringContaining('NULL')]);
    expect(await engine.columns('select 7 as n')).toEqual({ n: Float64Array.of(7) });
    await engine.exec('insert into t values (1, 2)');
    expect(await engine.rows('select a, b from t')).toEqual([{ a: 1, b: 2 }]);
  });

  it('report a failing statement and an interrupt like every other statement', async () => {
    expect((await errorOf(engine.columns('select x from nowhere'))).code).toBe('ENGINE_FAILED');
    const other = await openDuckDb();
    other.interrupt();
    expect((await errorOf(other.columns('select 1 as n'))).code).toBe('INTERRUPTED');
    expect((await errorOf(other.append('t', [[1]]))).code).toBe('INTERRUPTED');
    await other.close();
  });
});

describe('appended columns', () => {
  it('become rows in their order, after those that are there', async () => {
    await engine.exec('insert into t values (0, 0)');
    await engine.append('t', [[3, 1, 2], Int32Array.of(-1, 0, 2147483647)]);
    expect(await engine.rows('select a, b from t')).toEqual([{ a: 0, b: 0 }, { a: 3, b: -1 }, { a: 1, b: 0 }, { a: 2, b: 2147483647 }]);
  });

  it('of no rows leave the table as it is', async () => {
    await engine.append('t', [[], new Float64Array()]);
    expect(await engine.rows('select count(*) as n from t')).toEqual([{ n: 0 }]);
  });

  it.each([2047, 2048, 2049, 10_000])('of %d rows come back as they were given', async (count) => {
    const a = Float64Array.from({ length: count }, (_, at) => (at * 7919) % 104_729);
    const b = Int32Array.from(a, (value) => -value);
    await engine.append('t', [a, b]);
    expect(await engine.columns('select a, b from t')).toEqual({ a, b: Float64Array.from(b) });
  });

  it('come back as they were given, whatever whole numbers of 32 bits they are', async () => {
    const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(whole, whole), { maxLength: 50 }), async (rows) => {
      await engine.exec('delete from t');
      await engine.append('t', [rows.map(([a]) => a), rows.map(([, b]) => b)]);
      expect(await engine.columns('select a, b from t')).toEqual({ a: Float64Array.from(rows, ([a]) => a), b: Float64Array.from(rows, ([, b]) => b) });
    }), { numRuns: 30, seed: 20260720 });
  });

  it('are refused where there is no such table, where columns are missing or too many, or of another length, and nothing is written', async () => {
    const refused: readonly (readonly [table: string, columns: readonly (readonly number[])[]])[] = [['nowhere', [[1]]], ['t', [[1]]], ['t', [[1], [2], [3]]], ['t', [[1, 2], [3]]], ['t', [[1], [2, 3]]]];
    for (const [table, columns] of refused) expect((await errorOf(engine.append(table, columns))).code, JSON.stringify(columns)).toBe('ENGINE_FAILED');
    expect(await engine.rows('select count(*) as n from t')).toEqual([{ n: 0 }]);
  });

  it.each([1.5, 2 ** 31, -(2 ** 31) - 1, Number.NaN])('are refused with %d, which is no INTEGER, and nothing is written', async (value) => {
    expect((await errorOf(engine.append('t', [[1, 2], [1, value]]))).code).toBe('ENGINE_FAILED');
    expect(await engine.rows('select count(*) as n from t')).toEqual([{ n: 0 }]);
  });

  it('are refused whole where a late row is no INTEGER, also once memory is collected', async () => {
    const a = Array.from({ length: 5000 }, (_, at) => (at === 4999 ? 0.5 : at));
    expect((await errorOf(engine.append('t', [a, a]))).code).toBe('ENGINE_FAILED');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let turn = 0; turn < 3; turn += 1) {
      collect();
      await setImmediate();
    }
    expect(await engine.rows('select count(*) as n from t')).toEqual([{ n: 0 }]);
  });
});
