import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { scoreTexts } from '../../../models/score/run-score.ts';
import { featuresNeeded } from '../../../pipeline/features/features-needed.ts';
import { loadFeatures, type Feature } from '../../../pipeline/features/load-features.ts';
import { runFeatures } from '../../../pipeline/features/run-features.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { ringTables } from '../../../pipeline/run/ring-steps.ts';

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

  it('of a night are all there are: no table is written that no indicator, graph or score reads', async () => {
    const rings = ringTables().map(({ text }) => text);
    const needed = featuresNeeded([...loadIndicators().flatMap(({ sql, evidenceSql }) => [sql, evidenceSql]), ...rings, ...(await scoreTexts())]);
    expect(loadFeatures().map(({ table }) => table).filter((table) => !needed.has(table))).toEqual([]);
  });
});
