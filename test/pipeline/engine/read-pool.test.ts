import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { openReadPool, type ReadPool } from '../../../pipeline/engine/read-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-pool-'));
let pool: ReadPool;

beforeAll(async () => {
  const engine = await openDuckDb();
  await engine.exec(`copy (select range as number, 'T' || lpad(range::varchar, 6, '0') as id, cast(range / 100 as decimal(18,2)) as amount, date '2026-01-31' as on_day from range(20000)) to '${join(folder, 'listed.parquet')}'`);
  await engine.exec(`copy (select 'secret' as word) to '${join(folder, 'unlisted.parquet')}'`);
  await engine.close();
  pool = await openReadPool({ files: new Map([['listed', join(folder, 'listed.parquet')]]), connections: 3, threads: 2, memoryLimit: '512MB', timeoutMilliseconds: 60_000 });
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

describe('a read pool', () => {
  it('binds values, keeps money exact as text and counts as numbers', async () => {
    expect(await pool.rows('select id, number, amount, on_day from listed where id = $1', ['T000123'])).toEqual([{ id: 'T000123', number: 123, amount: '1.23', on_day: '2026-01-31' }]);
    expect(await pool.rows('select count(*) as n from listed where id = $1', ["T000123' or true --"])).toEqual([{ n: 0 }]);
  });

  it('answers many callers at once, each with its own row', async () => {
    const asked = Array.from({ length: 400 }, (_, at) => at * 17);
    const answers = await Promise.all(asked.map((number) => pool.rows<{ number: number }>('select number from listed where number = $1', [number])));
    expect(answers.map(([row]) => row?.number)).toEqual(asked);
    expect(pool.busy).toBe(0);
  });

  it.each([
    ["select * from read_parquet('%/unlisted.parquet')"],
    ["select * from read_csv('/etc/hostname')"],
    ["copy (select 1) to '%/out.csv'"],
    ["copy (select 1 as number) to '%/listed.parquet'"],
    ["attach '%/other.duckdb' as other"],
    ["set memory_limit = '8GB'"],
    ['set enable_external_access = true'],
  ])('reads nothing but its files and writes nothing: %s', async (sql) => {
    await expect(pool.rows(sql.replace('%', folder))).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });

  it('stops a query that takes too long and goes on serving', async () => {
    const short = await openReadPool({ files: new Map([['listed', join(folder, 'listed.parquet')]]), connections: 1, threads: 1, memoryLimit: '512MB', timeoutMilliseconds: 150 });
    await expect(short.rows('select sum(hash(a.number + b.number)) from listed a, listed b')).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    expect(await short.rows('select count(*) as n from listed')).toEqual([{ n: 20000 }]);
    await short.close();
  });

  it('never says what a cell held', async () => {
    const failure = await pool.rows("select cast(id as integer) from listed").catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'ENGINE_FAILED' });
    expect((failure as Error).message).not.toContain('T0000');
  });

  it('hands out large results piece by piece', async () => {
    let rows = 0;
    await pool.chunks('select number from listed order by number', ([numbers], count) => {
      expect(Number(numbers?.[0])).toBe(rows);
      rows += count;
    });
    expect(rows).toBe(20000);
  });

  it('closes only when nobody reads any more', async () => {
    const one = await openReadPool({ files: new Map([['listed', join(folder, 'listed.parquet')]]), connections: 1, threads: 1, memoryLimit: '512MB', timeoutMilliseconds: 5000 });
    const slow = one.rows('select sum(hash(a.number + b.number)) as n from listed a, (select * from listed limit 500) b');
    const closed = one.close();
    expect(await slow).toHaveLength(1);
    await closed;
  });
});
