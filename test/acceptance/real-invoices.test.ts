import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadIndicators } from '../../indicators/loader/load.ts';
import { nightly } from '../../pipeline/commands/run.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { openSnapshot, type Snapshot } from '../../pipeline/snapshot/open-snapshot.ts';
import { adaptCumcm, type AdaptReport } from '../support/cumcm/adapt-cumcm.ts';
import type { PlantedFaults } from '../support/cumcm/plant.ts';

const SOURCE = packagePath('..', 'shared', 'data');
const PRESENT = existsSync(join(SOURCE, 'cumcm_dev_invoices.csv'));

/** Firms that have what each fault needs inside the 24 months the indicators look at. */
const FAULTS: PlantedFaults = {
  leaveOutOutput: { firm: 'T005' },
  claimVoid: { firm: 'T004' },
  claimTwice: { firm: 'T011' },
};

interface Outcome {
  readonly taxpayer_id: string;
  readonly vr09: number;
  readonly vr11: number;
  readonly vr22: number;
}

describe.skipIf(!PRESENT)('real invoices of 24 firms (skipped when the third-party data is absent)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vatrisk-real-'));
  let report: AdaptReport;
  let clean: Snapshot;
  let planted: Snapshot;

  beforeAll(async () => {
    report = await adaptCumcm(SOURCE, join(folder, 'clean'));
    await adaptCumcm(SOURCE, join(folder, 'planted'), { plant: FAULTS });
    clean = await run('clean');
    planted = await run('planted');
  });
  afterAll(async () => {
    await clean.close();
    await planted.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(name: string): Promise<Snapshot> {
    const out = join(folder, `${name}-out`);
    await nightly({ input: [join(folder, name)], out, set: ['ingest.id_profile=opaque'] }, new AbortController().signal);
    return openSnapshot(out);
  }

  const outcomes = (snapshot: Snapshot) =>
    snapshot.engine.rows<Outcome>(
      'select taxpayer_id, VR_09_state as vr09, VR_11_state as vr11, VR_22_state as vr22 from indicator_matrix order by taxpayer_id asc nulls last',
    );

  it('accounts for every row of every file', async () => {
    const files = await clean.engine.rows<{ table_name: string; delivered: number; accounted: number }>(
      `select table_name, sum(count) filter (measure = 'delivered') as delivered,
         sum(count) filter (measure in ('accepted', 'duplicates', 'quarantined')) as accounted
       from quality where subject = '' and measure <> 'warning' group by table_name order by table_name asc nulls last`,
    );
    expect(files.map(({ delivered, accounted }) => delivered - accounted)).toEqual(files.map(() => 0));
    expect(Object.fromEntries(files.map(({ table_name, delivered }) => [table_name, delivered]))).toEqual(report.rows);
  });

  it('counts what is odd about the data without losing a row to it', async () => {
    const warnings = await clean.engine.rows<{ code: string; n: number }>(
      "select code, cast(sum(count) as bigint) as n from quality where measure = 'warning' and subject = '' and table_name = 'invoices' group by code",
    );
    const count = Object.fromEntries(warnings.map(({ code, n }) => [code, n]));
    expect(count).toMatchObject({ W_NO_CODE: 16736, W_NUMBER_PADDED: 9954, W_STATUS_INFERRED: 273 });
    const [rejected] = await clean.engine.rows<{ n: number }>('select count(*) as n from quarantine');
    expect(rejected?.n).toBe(0);
  });

  it('the reconciliation indicators are clear where the derived returns agree with the invoices', async () => {
    expect(report.disagreements).toEqual([]);
    const hits = (await outcomes(clean)).filter(({ vr09, vr11, vr22 }) => [vr09, vr11, vr22].includes(1));
    expect(hits).toEqual([]);
    const assessed = (await outcomes(clean)).filter(({ vr22 }) => vr22 === 0 || vr22 === 2);
    expect(assessed.length).toBeGreaterThanOrEqual(20);
  });

  it('no firm is high, and what is not assessed is named', async () => {
    const levels = await clean.engine.rows<{ level: string }>("select level from taxpayer_grades where level in ('high', 'medium')");
    expect(levels).toEqual([]);
    const rows = await clean.engine.rows<Record<string, number>>('select * from indicator_matrix');
    const absent = new Set(rows.flatMap((row) => Object.entries(row).flatMap(([column, state]) => (column.endsWith('_state') && state === 20 ? [column.slice(0, 5).replace('_', '-')] : []))));
    const delivered = new Set([...Object.keys(report.rows)]);
    // the firms are general taxpayers: what looks at small-scale taxpayers of their own time alone does not apply to them
    const lacking = loadIndicators().filter(({ needs }) => needs.some((table) => !delivered.has(table))).map(({ code }) => code);
    expect([...absent].sort()).toEqual(lacking);
  });

  it('three planted faults change the three firms and nobody else', async () => {
    const before = await outcomes(clean);
    const after = await outcomes(planted);
    const changed = after.filter((row, at) => JSON.stringify(row) !== JSON.stringify(before[at]));
    expect(changed).toMatchObject([
      { taxpayer_id: 'T004', vr11: 1 },
      { taxpayer_id: 'T005', vr22: 1 },
      { taxpayer_id: 'T011', vr11: 1 },
    ]);
    const grades = (snapshot: Snapshot) =>
      snapshot.engine.rows<{ taxpayer_id: string }>("select * from taxpayer_grades where taxpayer_id not in ('T004', 'T005', 'T011') order by taxpayer_id asc nulls last");
    expect(await grades(planted)).toEqual(await grades(clean));
  });
});
