import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openDuckDb, type DuckDbOptions } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';
import type { VatRiskError } from '../../../pipeline/shared/errors.ts';

const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const opened: Engine[] = [];
async function open(options: DuckDbOptions = {}): Promise<Engine> {
  const engine = await openDuckDb(options);
  opened.push(engine);
  return engine;
}
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

async function errorOf(work: Promise<unknown>): Promise<VatRiskError> {
  return work.then(() => { throw new Error('expected a failure'); }, (error: unknown) => error as VatRiskError);
}

describe('results', () => {
  it('hands out numbers for numeric types, ISO text for dates and timestamps, null for NULL and arrays for lists', async () => {
    const engine = await open();
    const rows = await engine.rows(`select cast(12.50 as decimal(18,2)) as money, cast(7 as bigint) as big, 0.25::double as ratio, date '2026-06-30' as day,
      timestamp '2026-06-30 08:01:02' as moment, null::integer as nothing, ['a', 'b'] as list, true as flag`);
    expect(rows).toEqual([
      { money: 12.5, big: 7, ratio: 0.25, day: '2026-06-30', moment: '2026-06-30 08:01:02', nothing: null, list: ['a', 'b'], flag: true },
    ]);
  });

  it('keeps text that looks like a number as text', async () => {
    const engine = await open();
    expect(await engine.rows("select '0012' as id, [ '07' ] as ids")).toEqual([{ id: '0012', ids: ['07'] }]);
  });

  it('describes a SELECT without running it', async () => {
    const engine = await open();
    expect(await engine.describe("select 1::integer as a, error('ran') as b, cast(null as decimal(18,2)) as c")).toEqual([
      { name: 'a', type: 'INTEGER' }, { name: 'b', type: expect.any(String) as string }, { name: 'c', type: 'DECIMAL(18,2)' },
    ]);
  });

  it('names the base tables a SELECT reads, also below common table expressions, and counts statements', async () => {
    const engine = await open();
    await engine.exec('create table b (x integer); create table a (x integer)');
    expect(await engine.tablesRead('with c as (select x from a) select x from c where x in (select x from b)')).toEqual(['a', 'b']);
    expect(await engine.countStatements("select ';' ; select 2")).toBe(2);
  });

  it('survives a value or a name with quotes in it', async () => {
    const engine = await open();
    expect(await engine.rows(`select ${sqlText("O'Neil; drop table x --")} as ${sqlName('a "b"')}`)).toEqual([{ 'a "b"': "O'Neil; drop table x --" }]);
  });
});

describe('the fence', () => {
  const forbidden = {
    'reading a file': "select * from read_csv('/etc/passwd', delim = '\t', quote = '', auto_detect = false, columns = {'line': 'varchar'})",
    'reading a file as text': "select content from read_text('/etc/passwd')",
    'listing files': "select * from glob('/etc/*')",
    'writing a file': `copy (select 1) to ${sqlText(join(scratch, 'leak.csv'))}`,
    'exporting the database': `export database ${sqlText(join(scratch, 'leak'))}`,
    'attaching a database': `attach ${sqlText(join(scratch, 'other.duckdb'))} as other`,
    'loading an extension': 'install httpfs',
    'opening the fence again': 'set enable_external_access = true',
    'resetting the fence': 'reset enable_external_access',
    'unlocking the configuration': 'set lock_configuration = false',
    'changing any setting': 'set threads = 1',
  };
  it.each(Object.entries(forbidden))('refuses %s', async (_what, sql) => {
    const engine = await open({ fenced: true });
    expect((await errorOf(engine.exec(sql))).code).toBe('ENGINE_FAILED');
    expect(readdirSync(scratch).filter((name) => name.startsWith('leak') || name.startsWith('other'))).toEqual([]);
  });

  it('would let the same statements through without the fence', async () => {
    const engine = await open();
    for (const what of ['reading a file', 'listing files', 'writing a file'] as const) await engine.exec(forbidden[what]);
    expect(readdirSync(scratch)).toContain('leak.csv');
    rmSync(join(scratch, 'leak.csv'));
  });

  it('still lets SQL compute and keep tables in the database file it was opened on', async () => {
    const path = join(scratch, 'fenced.duckdb');
    const engine = await open({ path, fenced: true });
    await engine.exec('create or replace table t as select 1 as x');
    await engine.exec('checkpoint');
    await engine.close();
    opened.length = 0;
    const again = await open({ path, fenced: true });
    expect(await again.rows('select x from t')).toEqual([{ x: 1 }]);
  });
});

describe('memory and disk', () => {
  const sort = "create table sorted as select hash(i) as h, md5(i::varchar) || md5((-i)::varchar) as padding from range(2000000) as r(i) order by h";
  const small = (name: string, maxTempDirectorySize: string) => open({ threads: 1, memoryLimit: '120MB', tempDirectory: join(scratch, name), maxTempDirectorySize });

  it('spills to the temp directory when the work is larger than the memory limit', async () => {
    const engine = await small('spill', '2GB');
    await engine.exec(sort);
    expect(await engine.rows('select count(*) as n from sorted')).toEqual([{ n: 2_000_000 }]);
    expect(readdirSync(join(scratch, 'spill'))).not.toEqual([]);
  });

  it('fails with ENGINE_FAILED, exit 7, when the temp directory may not grow enough for the same work', async () => {
    const error = await errorOf((await small('small-spill', '1MB')).exec(sort));
    expect([error.code, error.exitCode]).toEqual(['ENGINE_FAILED', 7]);
  });

  it('cannot open a database in a folder that does not exist: ENGINE_FAILED', async () => {
    expect((await errorOf(openDuckDb({ path: join(scratch, 'nowhere', 'x.duckdb') }))).code).toBe('ENGINE_FAILED');
  });
});

describe('batches', () => {
  it('give every row of a large result once, in order: exact decimals, numbers, lists, days', async () => {
    const engine = await open();
    const sql = `select i, cast(i as bigint) * 3 as whole, cast(i as decimal(18,2)) / 1 as share, cast(90071992547409.93 as decimal(18,2)) as yuan, [i % 2 = 0, null] as list, date '2026-01-01' as day,
      case when i % 3 = 0 then null else 'v' || i end as text from range(5000) r(i) order by i desc`;
    const batches: (readonly unknown[])[][] = [];
    for await (const rows of engine.batches(sql)) batches.push([...rows]);
    expect(batches.length).toBeGreaterThan(1);
    const rows = batches.flat();
    expect(rows).toHaveLength(5000);
    expect(rows.map(([i]) => i)).toEqual(Array.from({ length: 5000 }, (_, at) => 4999 - at));
    expect(rows[0]).toEqual([4999, 14997, 4999, '90071992547409.93', [false, null], '2026-01-01', 'v4999']);
    expect(rows[1]?.at(-1)).toBe(null);
  });

  it('may be left early, and the engine goes on', async () => {
    const engine = await open();
    for await (const rows of engine.batches('select i from range(100000) r(i)')) {
      expect(rows.length).toBeGreaterThan(0);
      break;
    }
    expect(await engine.rows('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('fail with ENGINE_FAILED for a wrong statement', async () => {
    const engine = await open();
    const read = async (): Promise<void> => {
      for await (const rows of engine.batches('select nothing')) expect(rows).toEqual([]);
    };
    expect((await errorOf(read())).code).toBe('ENGINE_FAILED');
  });
});

describe('interrupts', () => {
  it('stops the running statement with INTERRUPTED, and every later one', async () => {
    const engine = await open();
    const running = errorOf(engine.rows('select sum(hash(a.i + b.i)) as s from range(1000000) as a(i), range(1000000) as b(i)'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    engine.interrupt();
    expect((await running).code).toBe('INTERRUPTED');
    const later = await errorOf(engine.rows('select 1'));
    expect([later.code, later.exitCode]).toEqual(['INTERRUPTED', 143]);
  });

  it('reports progress as null or as a percentage', async () => {
    const engine = await open();
    await engine.exec('select 1');
    const { percent } = engine.progress();
    expect(percent === null || (percent >= 0 && percent <= 100)).toBe(true);
  });
});

describe('error texts', () => {
  it('never quote a cell that the statement met', async () => {
    const engine = await open();
    await engine.exec("create table t as select '91530100MA6K000013' as taxpayer_id, '2026-13-45' as day");
    for (const sql of [
      'select cast(taxpayer_id as integer) from t',
      'select cast(day as date) from t',
      'select strptime(day, \'%Y-%m-%d\') from t',
      'select error(taxpayer_id) from t',
      'select cast(9153010000 + length(day) as integer) from t',
      'create table u (id varchar primary key); insert into u select taxpayer_id from t; insert into u select taxpayer_id from t',
    ]) {
      const error = await errorOf(engine.exec(sql));
      expect(error.code).toBe('ENGINE_FAILED');
      expect(error.message, sql).not.toMatch(/MA6K000013|13-45|9153010010/u);
      expect(error.message).toContain(sql.slice(0, 30));
    }
  });

  it('keep the names an author needs to mend the statement', async () => {
    const engine = await open();
    await engine.exec('create table invoices (amount_yuan integer)');
    expect((await errorOf(engine.exec('select amount_yaun from invoices'))).message).toContain('"amount_yuan"');
    expect((await errorOf(engine.exec('select 1 from invoyces'))).message).toContain('invoices');
  });
});
