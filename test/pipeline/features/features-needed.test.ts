import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { featuresNeeded } from '../../../pipeline/features/features-needed.ts';
import type { Feature } from '../../../pipeline/features/load-features.ts';
import { runFeatures } from '../../../pipeline/features/run-features.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';

function feature(table: string, columns: readonly string[], from: string): Feature {
  const sql = `select ${columns.map((name) => `cast(${name} as integer) as ${name}`).join(', ')} from ${from}`;
  return { table, grain: 'one row per n', key: ['n'], columns: Object.fromEntries(columns.map((name) => [name, { unit: 'none', meaning: 'a number' }])), text: sql, sql };
}

const features = [feature('feat_base', ['n', 'a', 'b', 'c'], 'known'), feature('feat_top', ['n', 'a'], 'feat_base'), feature('feat_idle', ['n', 'b'], 'feat_base')];

describe('the features somebody reads', () => {
  it('are the tables named, what those read, and of each the key and the columns named with it', () => {
    const needed = featuresNeeded(['select t.a from feat_top as t', 'select c.c as b from feat_base as c'], features);
    expect([...needed].sort()).toEqual([
      ['feat_base', ['n', 'a', 'c']],
      ['feat_top', ['n', 'a']],
    ]);
  });

  it('are built without the others, and without the columns nobody reads', async () => {
    const engine = await openDuckDb();
    await engine.exec('create table known as select 1 as n, 2 as a, 3 as b, 4 as c');
    const built = await runFeatures(engine, { features, needed: featuresNeeded(['select a from feat_top'], features) });
    expect(built.map(({ table }) => table)).toEqual(['feat_base', 'feat_top']);
    expect(await engine.rows('select * from feat_base')).toEqual([{ n: 1, a: 2 }]);
    await engine.close();
  });

  it('of the catalogue leave out the tables that only a later indicator will read', () => {
    const needed = featuresNeeded(loadIndicators().flatMap((indicator) => [indicator.sql, indicator.evidenceSql]));
    expect(needed.has('feat_seller_month')).toBe(true);
    expect(needed.has('feat_pair')).toBe(false);
    expect(needed.get('feat_schedule2_month')).not.toContain('r06_tax_yuan');
  });
});
