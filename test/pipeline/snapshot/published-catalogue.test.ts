import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { evidenceQuery } from '../../../pipeline/explain/read-evidence.ts';
import { CatalogueSchema, catalogueEntry, readCatalogue, type SnapshotCatalogue } from '../../../pipeline/snapshot/catalogue.ts';
import { openSnapshot, type Snapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { sampleRun } from '../../support/sample-run.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

const active = loadIndicators().filter(({ status }) => status === 'active');
let snapshot: Snapshot;
let catalogue: SnapshotCatalogue;
beforeAll(async () => {
  snapshot = await openSnapshot(await sampleRun());
  catalogue = readCatalogue(snapshot);
});
afterAll(() => snapshot.close());

const values = <T>(sql: string) => snapshot.engine.rows<{ value: T }>(sql).then((rows) => rows.map(({ value }) => value));
const manifestOf = () => JSON.parse(readFileSync(join(snapshot.folder, 'manifest.json'), 'utf8')) as { sql_sha256: object; scoring: { weights: object } };

describe('the catalogue of a published night', () => {
  it('fits its closed schema, and a key more or less does not', () => {
    const validate = new Ajv({ strict: false }).compile(CatalogueSchema);
    expect(validate(catalogue), JSON.stringify(validate.errors)).toBe(true);
    const [first] = catalogue.indicators;
    for (const wrong of [{ ...first, sql: '' }, { ...first, question: undefined }, { ...first, parameter_version: 7 }]) {
      expect(validate(JSON.parse(JSON.stringify({ ...catalogue, indicators: [wrong] })))).toBe(false);
    }
  });

  it('is listed beside the tables, not among them: every output is a table', () => {
    expect(snapshot.manifest.catalogue?.rows).toBe(active.length);
    expect(snapshot.manifest.outputs.filter(({ file }) => !file.endsWith('.parquet'))).toEqual([]);
  });

  it('holds every active indicator once, in code order, as it was judged', async () => {
    const { sql_sha256, scoring } = manifestOf();
    expect(active.length).toBe(64);
    expect(catalogue.indicators.map(({ code }) => code)).toEqual(active.map(({ code }) => code));
    expect(Object.fromEntries(catalogue.indicators.map((one) => [one.code, one.sql_sha256]))).toEqual(sql_sha256);
    expect(Object.fromEntries(catalogue.indicators.map(({ code, weight }) => [code, weight]))).toEqual(scoring.weights);
    const judged = await snapshot.engine.rows<{ code: string; parameter_version: string; supervision: boolean }>('select code, parameter_version, bool_or(supervision) as supervision from indicator_results group by all');
    expect(judged.length).toBeGreaterThan(20);
    for (const { code, parameter_version, supervision } of judged) {
      expect(catalogueEntry(catalogue, code).parameter_version, code).toBe(parameter_version);
      if (supervision) expect(catalogueEntry(catalogue, code).supervision, code).toBe(true);
    }
  });

  it('holds the parameters in force that the manifest tells', () => {
    const found = Object.fromEntries(catalogue.indicators.map(({ code, parameters }) => [code, Object.fromEntries(parameters.map(({ name, value }) => [name, value]))]));
    expect(found).toEqual(snapshot.manifest.parameters);
    expect(catalogue.indicators.flatMap(({ parameters }) => parameters).length).toBeGreaterThan(100);
  });

  it('has words for every code it uses and every code in the results', async () => {
    const { words, indicators, states } = catalogue;
    const used = (codes: readonly (string | null)[], known: object) => codes.filter((code) => code !== null && !(code in known));
    expect(used(indicators.map(({ family }) => family), words.families)).toEqual([]);
    expect(used(indicators.map(({ policy }) => policy), words.policies)).toEqual([]);
    expect(used(indicators.map(({ grain }) => grain), words.grains)).toEqual([]);
    expect(used(indicators.map(({ applies_to }) => applies_to), words.applies_to)).toEqual([]);
    expect(used(indicators.flatMap(({ value, parameters }) => [value, ...parameters].map(({ unit }) => unit)), words.units)).toEqual([]);
    expect(used(indicators.flatMap(({ branches, parameters }) => [...branches, ...parameters].map(({ tier }) => tier)), words.tiers)).toEqual([]);
    expect(used(indicators.flatMap(({ branches }) => branches.map(({ effect }) => effect)), words.effects)).toEqual([]);
    expect(used(await values('select distinct level as value from taxpayer_grades'), words.levels)).toEqual([]);
    expect(used(await values('select distinct color as value from taxpayer_grades'), words.colors)).toEqual([]);
    expect(used(await values('select distinct color_rule as value from taxpayer_grades'), words.color_rules)).toEqual([]);
    expect(used(await values('select distinct lane as value from claim_grades'), words.lanes)).toEqual([]);
    expect(used(await values('select distinct unnest(handling || fast_lane_gaps) as value from claim_grades'), words.claim_marks)).toEqual([]);
    expect(used((await snapshot.engine.describe('select * from taxpayer_grades')).map(({ name }) => name).filter((name) => ['ineligible', 'recompute', 'suspend', 'cautious', 'service'].includes(name)), words.flags)).toEqual([]);
    expect(Object.fromEntries(states.map(({ state, outcome, reason_code }) => [state, { outcome, reason_code }]))).toEqual(snapshot.manifest.states);
    expect(new Set(states.map(({ words: { zh } }) => zh)).size).toBe(states.length);
  });
});

describe('the evidence queries of a published night', () => {
  it('name the taxpayer once each, read the files of the snapshot alone, and return exactly the columns they declare', async () => {
    const [key = -1] = await values<number>("select t.taxpayer_key as value from indicator_results as r join taxpayers as t using (taxpayer_id) where r.outcome = 'hit' order by 1 asc nulls last limit 1");
    for (const { code, evidence } of catalogue.indicators) {
      expect(evidence.sql.split('$taxpayer_key').length, code).toBe(2);
      const sql = evidenceQuery({ code, evidence }, key);
      expect((await snapshot.engine.describe(sql)).map(({ name }) => name), code).toEqual(['subject_no', 'evidence_rank', ...evidence.columns.map(({ name }) => name)]);
      for (const row of await snapshot.engine.rows(sql)) expect(Number(row['evidence_rank']), code).toBeLessThanOrEqual(200);
    }
  });

  it('show rows for a hit of every indicator that has one', async () => {
    const hits = await snapshot.engine.rows<{ code: string; taxpayer_key: number }>("select r.code, min(t.taxpayer_key) as taxpayer_key from indicator_results as r join taxpayers as t using (taxpayer_id) where r.outcome = 'hit' group by all order by r.code asc nulls last");
    expect(hits.length).toBeGreaterThan(10);
    for (const { code, taxpayer_key } of hits) expect((await snapshot.engine.rows(evidenceQuery(catalogueEntry(catalogue, code), taxpayer_key))).length, code).toBeGreaterThan(0);
  });

  it('can be prepared as they stand, with the key bound to them', async () => {
    const [hit] = await snapshot.engine.rows<{ code: string; taxpayer_key: number }>("select r.code, t.taxpayer_key from indicator_results as r join taxpayers as t using (taxpayer_id) where r.outcome = 'hit' order by all asc nulls last limit 1");
    const connection = await (await DuckDBInstance.create()).connect();
    for (const { file } of snapshot.manifest.outputs) await connection.run(`create view "${file.replace(/^.*\/|\.parquet$/gu, '')}" as select * from read_parquet('${join(snapshot.folder, file)}')`);
    const entry = catalogueEntry(catalogue, hit!.code);
    const bound = await connection.runAndReadAll(entry.evidence.sql, { taxpayer_key: hit!.taxpayer_key });
    expect(bound.currentRowCount).toBe((await snapshot.engine.rows(evidenceQuery(entry, hit!.taxpayer_key))).length);
    connection.closeSync();
  });
});
