import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indicatorByCode, loadIndicators } from '../../../indicators/loader/load.ts';
import type { Overrides } from '../../../indicators/loader/schema.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { evidenceQuery, readEvidence } from '../../../pipeline/explain/read-evidence.ts';
import { buildCatalogue, writeCatalogue } from '../../../pipeline/snapshot/build-catalogue.ts';
import { openSnapshot, type Snapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { publishSnapshot } from '../../../pipeline/snapshot/publish.ts';
import { writeManifest, writeOutputs } from '../../../pipeline/snapshot/write-snapshot.ts';
import { FIXTURE } from '../../indicators/loader/hand-made-features.ts';

const out = mkdtempSync(join(tmpdir(), 'evidence-'));
const written = indicatorByCode(loadIndicators(FIXTURE), 'VR-90');
// Shows the returns with input from the limit on, so that the parameter decides which rows are evidence.
const indicator = { ...written, evidenceSql: `${written.evidenceSql}\njoin params as p on p.subject_no = a.subject_no and v.input_tax_m12 >= p.share_forbidden` };

/** Publishes a night of two taxpayers with ten returns each, of 1 to 10 yuan of input tax. */
async function publishNight(engine: Engine, runId: string, overrides: Overrides, more: object = {}): Promise<void> {
  const folder = join(out, 'runs', runId, 'snapshot');
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  const tables = ['taxpayers', 'feat_subject', 'vat_returns'].map((table) => ({ name: `evidence/${table}`, sql: `select * from ${table}`, orderBy: 'taxpayer_key' }));
  const outputs = await writeOutputs(engine, tables, { folder, threads: 1 });
  const catalogue = writeCatalogue(folder, buildCatalogue({ indicators: [indicator], overrides, rules: { weights: {}, authority_families: [] }, asOf: '2026-07-20' }));
  writeManifest(folder, { run_id: runId, as_of: '2026-07-20', outputs, catalogue, ...more });
  publishSnapshot(out, runId, folder);
}

const nights: Snapshot[] = [];
const night = async (runId: string) => {
  const opened = await openSnapshot(out, runId);
  nights.push(opened);
  return opened;
};

beforeAll(async () => {
  const engine = await openDuckDb();
  await engine.exec(`create table taxpayers as select n as taxpayer_key, 'T' || n as taxpayer_id from range(1, 3) as r(n);
    create table feat_subject as select taxpayer_key as subject_no, taxpayer_key, ${2026 * 12 + 5} as p_ym, date '2026-07-08' as rule_on from taxpayers;
    create table vat_returns as select taxpayer_key, ${2026 * 12 + 5} as ym, '2026-06' as period, cast(n as decimal(18,2)) as input_tax_m12, 1 as source_file_no, n as source_row_no from taxpayers, range(1, 11) as r(n)`);
  await publishNight(engine, 'r1', {});
  await publishNight(engine, 'r2', { 'VR-90': { share_forbidden: 8 } });
  await publishNight(engine, 'r3', {}, { catalogue: undefined });
  await publishNight(engine, 'r4', {}, { what_if: true });
  await engine.close();
});
afterAll(async () => {
  for (const one of nights) await one.close();
  rmSync(out, { recursive: true });
});

describe('evidence', () => {
  it('is told by the query and the parameters of its own night, also after the next night was published with others', async () => {
    const [former, latter] = [await readEvidence(await night('r1'), 'T2', 'vr-90'), await readEvidence(await night('r2'), 'T2', 'VR-90')];
    expect([former.rows.length, latter.rows.length]).toEqual([9, 3]);
    expect([former.sql.includes('cast(2 as double) end as share_forbidden'), latter.sql.includes('cast(8 as double) end as share_forbidden')]).toEqual([true, true]);
    expect(former.rows[0]).toEqual({ subject_no: 2, evidence_rank: 1, period: '2026-06', input_tax_yuan: 2, source_file_no: 1, source_row_no: 2 });
    expect({ ...former, rows: [], sql: '' }).toEqual({ asOf: '2026-07-20', snapshotId: 'r1', taxpayer_id: 'T2', code: 'VR-90', rows: [], sql: '' });
  });

  it('comes with the SQL that returns the same rows again', async () => {
    const snapshot = await night('r2');
    const { rows, sql } = await readEvidence(snapshot, 'T1', 'VR-90');
    expect(await snapshot.engine.rows(sql)).toEqual(rows);
    expect(rows.every((row) => row['subject_no'] === 1)).toBe(true);
  });

  it.each([
    ['r1', 'T9', 'VR-90', 'TAXPAYER_UNKNOWN'], ['r1', "T1' or true --", 'VR-90', 'TAXPAYER_UNKNOWN'], ['r1', 'T1', 'VR-91', 'INDICATOR_UNKNOWN'],
    ['r3', 'T1', 'VR-90', 'SNAPSHOT_OLD'], ['r4', 'T1', 'VR-90', 'SNAPSHOT_MISSING'],
  ])('of %s for %s and %s ends in %s', async (runId, taxpayerId, code, error) => {
    const snapshot = await night(runId);
    await expect(readEvidence(snapshot, taxpayerId, code)).rejects.toMatchObject({ code: error });
  });
});

describe('evidenceQuery', () => {
  const entry = { code: 'VR-90', evidence: { order: { zh: '顺序', en: 'order' }, columns: [], sql: 'select * from feat_subject as s where s.taxpayer_key = $taxpayer_key limit 9' } };

  it('puts the key where the query leaves room for it and changes nothing else', () => {
    expect(evidenceQuery(entry, 17)).toBe('select * from feat_subject as s where s.taxpayer_key = 17 limit 9');
    expect(evidenceQuery(entry, 0)).toContain('= 0 limit');
  });

  it.each(['1 or true', '17', '', null, undefined, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, [17], { valueOf: () => 17 }])('refuses %j, without repeating it', (key) => {
    let told: unknown;
    try {
      evidenceQuery(entry, key as number);
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({ code: 'USAGE' });
    expect((told as Error).message).not.toContain('or true');
  });

  it.each(['select 1', 'select $taxpayer_key, $taxpayer_key'])('refuses a query that does not name the taxpayer once: %s', (sql) => {
    expect(() => evidenceQuery({ ...entry, evidence: { ...entry.evidence, sql } }, 1)).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OLD' }) as Error);
  });
});
