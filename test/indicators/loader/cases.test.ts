import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCaseWorld, type OpenCaseWorld } from '../../../pipeline/run/case-world.ts';
import { runCases, runCatalogueCases } from '../../../indicators/loader/cases.ts';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { scaffoldIndicator } from '../../../indicators/loader/scaffold.ts';
import type { Expected, Indicator, IndicatorCase } from '../../../indicators/loader/schema.ts';
import { checkIndicators } from '../../../indicators/loader/sql-checks.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import { FIXTURE } from './hand-made-features.ts';

const catalogue = loadIndicators(FIXTURE);
const indicator = catalogue.find((one) => one.code === 'VR-90')!;

describe('runCases', () => {
  let world: OpenCaseWorld;
  beforeAll(async () => {
    world = await openCaseWorld(compilePeerSql);
  });
  afterAll(() => world.close());

  it('takes each case from delivered rows to its outcome, fast enough for hundreds of them', async () => {
    const started = performance.now();
    const second = await openCaseWorld(compilePeerSql);
    const results = await runCatalogueCases([world, second], catalogue);
    await second.close();
    const perCase = (performance.now() - started) / results.length;
    expect(results.filter((result) => result.faults.length > 0)).toEqual([]);
    expect(results.map((result) => result.code)).toEqual([...Array<string>(4).fill('SS-90'), ...Array<string>(8).fill('VR-90')]);
    expect(perCase).toBeLessThan(1000);
  });

  async function faultsOf(edit: (one: IndicatorCase) => IndicatorCase): Promise<readonly string[]> {
    const [result] = await runCases(world, { ...indicator, cases: [edit(indicator.cases[0]!)] } satisfies Indicator);
    return result?.faults ?? [];
  }
  const expecting = (expected: Expected) => faultsOf((one) => ({ ...one, expect: { T1: expected } }));

  it('says what differs from the expectation, with the reason code found', async () => {
    expect(await expecting({ outcome: 'clear', value: 0.41, branch: 'near', intensity: 0.3, reason_zh: '七月' })).toEqual([
      'T1: outcome: expected clear, found hit',
      'T1: value: expected 0.41, found 0.4',
      'T1: branch: expected near, found high',
      'T1: intensity: expected 0.3, found 0.5',
      expect.stringMatching(/^T1: reason_zh: expected 七月, found 2026年7月8日申请/u),
    ]);
    expect(await faultsOf((one) => ({ ...one, given: { ...one.given, vat_returns: [] } }))).toContainEqual(expect.stringMatching(/expected hit, found not_assessed \(N_COVERAGE\)/u));
  });

  it('names an expected subject that does not exist', async () => {
    expect(await faultsOf((one) => ({ ...one, expect: { T2: { outcome: 'hit' } } }))).toEqual([expect.stringMatching(/^T2: there is no such subject; judged were T1/u)]);
  });

  it('fails a case whose rows do not get through loading, naming table and code', async () => {
    const faults = await faultsOf((one) => ({ ...one, given: { ...one.given, taxpayers: [{ taxpayer_id: 'T1', registered_on: '2015-02-30' }] } }));
    expect(faults).toEqual([expect.stringMatching(/loading quarantines rows of this case: .*taxpayers: E_DATE/u)]);
  });

  it('treats a table that is not listed as absent', async () => {
    const faults = await faultsOf((one) => ({ ...one, given: { taxpayers: one.given['taxpayers'] ?? [], refund_applications: one.given['refund_applications'] ?? [] } }));
    expect(faults[0]).toMatch(/found not_assessed \(N_TABLE_ABSENT\)/u);
  });

  it('gives a scaffolded draft sound SQL and one case that fails until it is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'draft-'));
    scaffoldIndicator({ code: 'VR-43', slug: 'freight-gap', taken: [] }, folder);
    const drafts = loadIndicators(folder);
    rmSync(folder, { recursive: true });
    await expect(checkIndicators(await world.empty(), drafts)).resolves.toBeUndefined();
    expect((await runCatalogueCases([world], drafts)).map((result) => result.faults)).toEqual([['T1: outcome: expected hit, found clear', 'T1: branch: expected main, found null']]);
  });

  it('offers an engine with every table empty for the checks of SQL', async () => {
    await expect(checkIndicators(await world.empty(), catalogue)).resolves.toBeUndefined();
  });
});
