import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { jsonOf, runCli, SAMPLE, type CliResult } from '../../support/cli.ts';
import { cutDelivery } from '../../support/delivery-cut.ts';
import { snapshotFile, wholeSnapshot } from '../../support/snapshots.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const DAY = '2026-06-30';
const scratch = mkdtempSync(join(tmpdir(), 'as-of-'));
const [asOf, cut] = [join(scratch, 'as-of'), join(scratch, 'cut')];
let results: readonly CliResult[];
let rows: { readonly kept: number; readonly dropped: number };

beforeAll(async () => {
  rows = cutDelivery(SAMPLE, join(scratch, 'delivery'), DAY);
  results = await Promise.all([
    runCli('run', '--input', SAMPLE, '--out', asOf, '--as-of', DAY),
    runCli('run', '--input', join(scratch, 'delivery'), '--out', cut),
  ]);
  for (const { code, stderr } of results) expect(code, stderr).toBe(0);
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('--as-of a past day', () => {
  it('is compared with a delivery that really lacks what came later', () => {
    expect(rows.dropped).toBeGreaterThan(1000);
    expect(rows.kept).toBeGreaterThan(10_000);
    expect(results.map(jsonOf)).toEqual([expect.objectContaining({ as_of: DAY }), expect.objectContaining({ as_of: DAY })]);
  });

  it.each(['taxpayer_grades', 'claim_grades', 'indicator_matrix', 'indicator_results'])('gives the same bytes of %s as a delivery cut to the rows known on that day', (name) => {
    expect(wholeSnapshot(asOf).get(`${name}.parquet`)).toBe(wholeSnapshot(cut).get(`${name}.parquet`));
  });

  it('knows no application made later', async () => {
    const engine = await openDuckDb();
    const later = await engine.rows(`select count(*) as claims, count(*) filter (period > '${DAY.slice(0, 7)}') as later from '${snapshotFile(asOf, 'claim_grades.parquet')}'`);
    await engine.close();
    expect(later).toEqual([{ claims: expect.any(Number) as number, later: 0 }]);
    expect((later[0] as { claims: number }).claims).toBeGreaterThan(0);
  });
});
