import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { loadFeatures } from '../../../pipeline/features/load-features.ts';
import { runFeatures, type FeatureResult } from '../../../pipeline/features/run-features.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
  await engine.exec('create table known as select 1 as n union all select 2');
});
afterAll(() => engine.close());

const yaml = (table: string, columns = ['n']): string =>
  `table: ${table}\ngrain: one row per n\nkey: [n]\ncolumns:\n${columns.map((name) => `  ${name}: { unit: none, meaning: a number }\n`).join('')}`;

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'features-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

function pair(table: string, from: string): Record<string, string> {
  return { [`${table}.sql`]: `select\n  cast(n as integer) as n\nfrom ${from}\n`, [`${table}.yaml`]: yaml(table) };
}

describe('running features', () => {
  const chain = { ...pair('feat_a', 'feat_c'), ...pair('feat_b', 'known'), ...pair('feat_c', 'feat_b'), ...pair('feat_d', 'known') };

  it('builds each table after those it reads, and tells rows and seconds', async () => {
    let now = 0;
    const told: FeatureResult[] = [];
    await runFeatures(engine, { features: loadFeatures(folder(chain)), clock: () => (now += 500), onDone: (result) => told.push(result) });
    expect(told.map(({ table }) => table)).toEqual(['feat_b', 'feat_c', 'feat_a', 'feat_d']);
    expect(told[0]).toEqual({ table: 'feat_b', rows: 2, seconds: 0.5 });
  });

  it('builds only what is asked for and what that reads', async () => {
    const results = await runFeatures(engine, { features: loadFeatures(folder(chain)), only: ['feat_c'] });
    expect(results.map(({ table }) => table)).toEqual(['feat_b', 'feat_c']);
  });

  it('names the circle when features read each other', async () => {
    const features = loadFeatures(folder({ ...pair('feat_a', 'feat_b'), ...pair('feat_b', 'feat_c'), ...pair('feat_c', 'feat_a') }));
    await expect(runFeatures(engine, { features })).rejects.toThrow('feat_a → feat_b → feat_c → feat_a');
  });

  it('names the nearest table for one that does not exist', async () => {
    await expect(runFeatures(engine, { only: ['feat_selller_month'] })).rejects.toThrow('did you mean feat_seller_month?');
    const features = loadFeatures(folder(pair('feat_a', 'feat_missing')));
    await expect(runFeatures(engine, { features })).rejects.toMatchObject({ details: ['feat_a reads feat_missing'] });
  });

  it('refuses columns that the YAML does not describe', async () => {
    const features = loadFeatures(folder({ ...pair('feat_a', 'known'), 'feat_a.yaml': yaml('feat_a', ['n', 'm']) }));
    await expect(runFeatures(engine, { features })).rejects.toMatchObject({ details: ['feat_a.m: in the YAML, not in the SQL'] });
  });

  it('refuses SQL that is not portable and files without their pair, all at once', () => {
    const bad = folder({ 'feat_a.sql': 'select n / 2 as n from known', 'feat_a.yaml': yaml('feat_a') });
    expect(() => loadFeatures(bad)).toThrow(expect.objectContaining({ code: 'SQL_NOT_PORTABLE' }));
    const alone = folder({ 'feat_a.yaml': yaml('feat_a'), 'feat_b.sql': 'select cast(n as integer) as n from known' });
    expect(() => loadFeatures(alone)).toThrow(expect.objectContaining({ details: ['feat_a: there is no feat_a.sql', 'feat_b: there is no feat_b.yaml'] }));
  });
});
