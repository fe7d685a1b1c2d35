import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { crossedLimits, largestChanges, worstVerdict } from '../../../models/drift/limits.ts';
import { runDrift, type DeliveredTables, type DriftRow } from '../../../models/drift/run-drift.ts';
import { openPair, sideOf } from '../../../pipeline/compare/open-pair.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { makeSnapshot, type MadeClaim, type MadeSnapshot, type MadeTaxpayer } from '../../support/grade-snapshot.ts';

const scratch = mkdtempSync(join(tmpdir(), 'drift-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});
const usual = (await loadConfig()).drift;
/** The usual limits for nights of a few taxpayers. */
const small = { ...usual, minimum_taxpayers: 50, minimum_cases: 20 };

let made = 0;
async function driftOf(former: MadeSnapshot | null, latter: MadeSnapshot, rules = small, tables?: DeliveredTables): Promise<readonly DriftRow[]> {
  made += 1;
  const a = former === null ? null : sideOf(await makeSnapshot(join(scratch, `${made}a`), 'A', former));
  const engine = await openPair(a, sideOf(await makeSnapshot(join(scratch, `${made}b`), 'B', latter)));
  try {
    return await runDrift(engine, rules, tables);
  } finally {
    await engine.close();
  }
}

const find = (rows: readonly DriftRow[], measure: string, code: string) => rows.find((row) => row.measure === measure && row.code === code);
const scores = (...values: number[]): MadeSnapshot => ({ taxpayers: values.map((score, at) => ({ id: `T${at}`, level: 'none', score })) });

/** `size` taxpayers of which the first so many are high and a hit, and the last so many not assessed in VR-30. */
function night(size: number, high: number, notAssessed = 0): MadeSnapshot {
  return {
    taxpayers: Array.from({ length: size }, (_, at): MadeTaxpayer => ({
      id: `T${at}`, level: at < high ? 'high' : 'none', score: 0,
      cells: { ...(at < high ? { 'VR-22': { state: 1, value: 2 } } : {}), ...(at >= size - notAssessed ? { 'VR-30': { state: 20 } } : {}) },
    })),
  };
}

describe('the stability index', () => {
  // Four taxpayers a night in k = 12 bands; a band of n counts (n + 0.5) / (4 + 6):
  //   band      0      0-10   10-20  100    the other eight
  //   former    2      1      0      1      0      → p 0.25 0.15 0.05 0.15, 0.05 each
  //   latter    1      0      1      2      0      → q 0.15 0.05 0.15 0.25, 0.05 each
  //   (q − p) · ln(q / p): −0.10 · ln 0.6 + −0.10 · ln(1/3) + 0.10 · ln 3 + 0.10 · ln(5/3)
  //   = 0.051083 + 0.109861 + 0.109861 + 0.051083 = 0.321888
  it('is the number worked out by hand, and its terms stand in the bands', async () => {
    const rows = await driftOf(scores(0, 0, 9.9, 100), scores(0, 10, 100, 100));
    expect(find(rows, 'score_psi', 'all')).toMatchObject({ psi: 0.321888, former: 27.475, latter: 52.5, former_count: 4, latter_count: 4 });
    const terms = rows.filter(({ measure }) => measure === 'score_band');
    expect(terms.map(({ code }) => code)).toEqual(['0', '0-10', '10-20', '100', '20-30', '30-40', '40-50', '50-60', '60-70', '70-80', '80-90', '90-100']);
    expect(terms.reduce((sum, { psi }) => sum + (psi ?? 0), 0)).toBeCloseTo(0.321888, 6);
    expect(find(rows, 'score_band', '100')).toMatchObject({ former: 0.25, latter: 0.5, psi: 0.051082562 });
  });

  it('puts every edge into the band that begins there', async () => {
    const rows = await driftOf(scores(0, 0.1, 10, 19.9, 20, 29.9, 30, 60, 69.9, 70, 99.9, 100), scores(0));
    const counts = Object.fromEntries(rows.filter(({ measure }) => measure === 'score_band').map(({ code, former }) => [code, Math.round((former ?? 0) * 12)]));
    expect(counts).toEqual({ 0: 1, '0-10': 1, '10-20': 2, '20-30': 2, '30-40': 1, '40-50': 0, '50-60': 0, '60-70': 2, '70-80': 1, '80-90': 0, '90-100': 1, 100: 1 });
  });

  it('of the same scores is 0, and judges nothing below the smallest number of taxpayers', async () => {
    expect(find(await driftOf(scores(0, 50), scores(50, 0)), 'score_psi', 'all')).toMatchObject({ psi: 0, verdict: 'none' });
    expect(find(await driftOf(scores(0, 0, 9.9, 100), scores(0, 10, 100, 100)), 'score_psi', 'all')?.verdict).toBe('none');
    const judged = await driftOf(scores(0, 0, 9.9, 100), scores(0, 10, 100, 100), { ...small, minimum_taxpayers: 4 });
    expect(find(judged, 'score_psi', 'all')?.verdict).toBe('stop');
    // one level is a slice whose scores move with its size: it may be watched, it never stops a night
    expect(find(judged, 'score_psi', 'none')).toMatchObject({ psi: 0.321888, verdict: 'watch' });
  });
});

describe('shares and rates', () => {
  it('stand with their change and two-proportion z', async () => {
    // 10 and 20 of 100: pooled 0.15, z = 0.1 / √(0.15 · 0.85 · (1/100 + 1/100)) = 0.1 / 0.0504975 = 1.980295
    const row = find(await driftOf(night(100, 10), night(100, 20)), 'hit_rate', 'VR-22');
    expect(row).toMatchObject({ former: 0.1, latter: 0.2, former_count: 100, latter_count: 100, verdict: 'none' });
    expect([row?.change, row?.z]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(1.980295, 6)]);
    expect(find(await driftOf(night(400, 40), night(400, 80)), 'hit_rate', 'VR-22')?.verdict).toBe('watch');
  });

  it('stop at a level that more than doubles and grows by more than the allowed points, and at nothing less', async () => {
    const verdict = async (former: number, latter: number, size = 1000) => find(await driftOf(night(size, former), night(size, latter)), 'level_share', 'high')?.verdict;
    expect([await verdict(10, 25), await verdict(10, 20), await verdict(0, 11)]).toEqual(['stop', 'none', 'stop']);
    expect([await verdict(1, 5), await verdict(300, 500)]).toEqual(['none', 'watch']);
    expect(await verdict(1, 20, 40)).toBe('none');
  });

  it('stop at an indicator that can no longer be assessed, and name it with its figures', async () => {
    const rows = await driftOf(night(100, 5, 3), night(100, 5, 100));
    expect(find(rows, 'not_assessed_rate', 'VR-30')).toMatchObject({ former: 0.03, latter: 1, verdict: 'stop' });
    expect(crossedLimits(rows, small)).toEqual(['VR-30: not assessed 3.00 % → 100.00 % of 100 taxpayers it applies to, allowed less than 20 points more']);
    const fewer = await driftOf(night(100, 5, 3), night(100, 5, 15));
    expect(find(fewer, 'not_assessed_rate', 'VR-30')?.verdict).toBe('watch');
  });

  it('of the lanes are watched, and left out where a night had no claims', async () => {
    const claims = (fast: number): MadeClaim[] => Array.from({ length: 100 }, (_, at) => ({ id: `C${at}`, taxpayer: `T${at}`, lane: at < fast ? 'fast' : 'suspend', claimed: 1 }));
    const taxpayers = night(100, 0).taxpayers;
    const rows = await driftOf({ taxpayers, claims: claims(80) }, { taxpayers, claims: claims(20) });
    expect(find(rows, 'lane_share', 'fast')).toMatchObject({ former: 0.8, latter: 0.2, verdict: 'watch' });
    expect((await driftOf({ taxpayers, claims: claims(80) }, { taxpayers })).filter(({ measure }) => measure === 'lane_share')).toEqual([]);
  });

  it('name a table that came before and not now, to be watched; one that came anew is only told', async () => {
    const tables = { former: ['invoices', 'input_uses'], latter: ['invoices', 'persons'] };
    const rows = await driftOf(night(100, 0), night(100, 0), small, tables);
    expect(rows.filter(({ measure }) => measure === 'table_delivered').map(({ code, former, latter, verdict }) => [code, former, latter, verdict])).toEqual([['input_uses', 1, 0, 'watch'], ['persons', 0, 1, 'none']]);
    expect(await driftOf(null, night(100, 0), small, tables)).toEqual([]);
  });

  it('of a quiet night cross nothing; the largest changes come first', async () => {
    const rows = await driftOf(night(1000, 20, 10), night(1000, 25, 40));
    expect([worstVerdict(rows), crossedLimits(rows, small)]).toEqual(['none', []]);
    expect(largestChanges(rows, 3).map(({ measure, code }) => `${measure} ${code}`)).toEqual(['not_assessed_rate VR-30', 'hit_rate VR-22', 'level_share high']);
    expect(new Set(rows.map(({ measure, code }) => `${measure} ${code}`)).size).toBe(rows.length);
  });
});

describe('the guard of the cuts', () => {
  const claims: MadeClaim[] = Array.from({ length: 200 }, (_, at) => ({ id: `C${at}`, taxpayer: `T${at}`, lane: 'normal', claimed: 1 }));
  const reds = (count: number, ring?: string): MadeSnapshot => ({
    taxpayers: Array.from({ length: 400 }, (_, at): MadeTaxpayer => ({ id: `T${at}`, level: at < count ? 'high' : 'none', ...(ring === undefined ? {} : { ring }) })), claims,
  });

  it('warns when more than 0.5 % of the scored claimants are red without a ring, first night or not', async () => {
    const rows = await driftOf(null, reds(2));
    expect(rows).toEqual([
      expect.objectContaining({ measure: 'threshold_drift', code: 'orange', latter: 0, verdict: 'none', latter_count: 200 }),
      expect.objectContaining({ measure: 'threshold_drift', code: 'red', former: null, latter: 0.01, verdict: 'watch', latter_count: 200 }),
    ]);
    expect(worstVerdict(rows)).toBe('watch');
  });

  it('does not warn at exactly the limit, nor where a ring explains them', async () => {
    expect(worstVerdict(await driftOf(null, reds(1)))).toBe('none');
    expect(worstVerdict(await driftOf(null, reds(9, 'R1')))).toBe('none');
    // one of ten claimants is ten per cent, and still one taxpayer
    expect(worstVerdict(await driftOf(null, { ...reds(1), claims: claims.slice(0, 10) }))).toBe('none');
  });

  it('says nothing where nobody claims: the table of a first night is empty', async () => {
    expect(await driftOf(null, night(100, 50))).toEqual([]);
  });
});
