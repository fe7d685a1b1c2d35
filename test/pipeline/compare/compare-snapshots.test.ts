import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../models/compare/comparison.ts';
import { compareSnapshots } from '../../../pipeline/compare/compare-snapshots.ts';
import { findSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { makeSnapshot, OTHER_INPUTS, type MadeCell, type MadeSnapshot, type MadeTaxpayer } from '../../support/grade-snapshot.ts';

const scratch = mkdtempSync(join(tmpdir(), 'compare-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

let made = 0;
async function compare(former: MadeSnapshot, latter: MadeSnapshot, limit?: number): Promise<Comparison> {
  made += 1;
  const [a, b] = await Promise.all([makeSnapshot(join(scratch, `${made}a`), 'A', former), makeSnapshot(join(scratch, `${made}b`), 'B', latter)]);
  return compareSnapshots(a, b, limit === undefined ? {} : { limit });
}

const hit = (points: number, more: Partial<MadeCell> = {}): MadeCell => ({ state: 1, value: 2, points, raw: points, intensity: points / 20, threshold: 1, ...more });
const clear = (value = 0): MadeCell => ({ state: 0, value });
const firm = (id: string, level: string, cells: MadeTaxpayer['cells'] = {}, more: Partial<MadeTaxpayer> = {}): MadeTaxpayer => ({ id, level, cells, ...more });
const causesOf = ({ moved }: Comparison) => moved.map(({ taxpayer_id, cause, causes, is_certain }) => [taxpayer_id, cause, [...causes], is_certain]);

/** One taxpayer whose VR-22 was clear and is a hit now. */
const risen = (cell: MadeCell, before: MadeCell = clear()): [MadeTaxpayer[], MadeTaxpayer[]] => [[firm('T1', 'none', { 'VR-22': before })], [firm('T1', 'low', { 'VR-22': cell })]];

describe('migration', () => {
  const former: MadeSnapshot = {
    taxpayers: [
      firm('T1', 'none', {}, { amount: 0 }), firm('T2', 'high', {}, { color: 'orange', amount: 100 }), firm('T3', 'low', {}, { district: '530302', industry: '5171' }),
      firm('T4', 'medium', {}, { amount: 50, industry: null }), firm('T5', 'none'),
    ],
    claims: [{ id: 'C1', taxpayer: 'T1', lane: 'fast', claimed: 1000 }, { id: 'C2', taxpayer: 'T2', lane: 'normal', level: 'high', claimed: 2000 }, { id: 'C3', taxpayer: 'T3', lane: 'fast', claimed: 5 }],
  };
  const latter: MadeSnapshot = {
    taxpayers: [
      firm('T1', 'medium', {}, { amount: 70 }), firm('T2', 'high', {}, { color: 'red', amount: 90 }), firm('T3', 'none', {}, { district: '530302', industry: '5171' }),
      firm('T5', 'none'), firm('T6', 'low', {}, { amount: 1 }),
    ],
    claims: [{ id: 'C1', taxpayer: 'T1', lane: 'suspend', level: 'medium', claimed: 1000 }, { id: 'C2', taxpayer: 'T2', lane: null, level: null, claimed: 2000 }, { id: 'C4', taxpayer: 'T6', lane: 'normal', claimed: 9 }],
    manifest: { inputs: OTHER_INPUTS },
  };

  it('counts every taxpayer of either night once in each matrix, with the money of both sides', async () => {
    const compared = await compare(former, latter);
    for (const rows of [compared.levels, compared.colors, compared.regions, compared.industries]) {
      expect(rows.reduce((sum, { taxpayers }) => sum + taxpayers, 0)).toBe(6);
      expect(rows.reduce((sum, row) => sum + row.former_amount_yuan, 0)).toBe(150);
      expect(rows.reduce((sum, row) => sum + row.latter_amount_yuan, 0)).toBe(161);
    }
    expect(compared.levels).toContainEqual({ former: 'none', latter: 'medium', taxpayers: 1, former_amount_yuan: 0, latter_amount_yuan: 70 });
    expect(compared.levels).toContainEqual({ former: 'absent', latter: 'low', taxpayers: 1, former_amount_yuan: 0, latter_amount_yuan: 1 });
    expect(compared.levels).toContainEqual({ former: 'medium', latter: 'absent', taxpayers: 1, former_amount_yuan: 50, latter_amount_yuan: 0 });
    expect(compared.colors).toContainEqual({ former: 'orange', latter: 'red', taxpayers: 1, former_amount_yuan: 100, latter_amount_yuan: 90 });
  });

  it('tells regions by four digits and industries by section, or division where there is no letter', async () => {
    const compared = await compare(former, latter);
    expect([...new Set(compared.regions.map(({ place }) => place))]).toEqual(['5301', '5303']);
    expect([...new Set(compared.industries.map(({ place }) => place))]).toEqual(['', '51', 'C']);
    expect(compared.regions.filter(({ place }) => place === '5303')).toEqual([{ place: '5303', former: 'low', latter: 'none', taxpayers: 1, former_amount_yuan: 0, latter_amount_yuan: 0 }]);
  });

  it('counts every claim of either night once, by lane and by level, in yuan claimed', async () => {
    const { lanes, claim_levels } = await compare(former, latter);
    expect(lanes).toEqual([
      { former: 'absent', latter: 'normal', claims: 1, former_claimed_yuan: 0, latter_claimed_yuan: 9 },
      { former: 'fast', latter: 'absent', claims: 1, former_claimed_yuan: 5, latter_claimed_yuan: 0 },
      { former: 'fast', latter: 'suspend', claims: 1, former_claimed_yuan: 1000, latter_claimed_yuan: 1000 },
      { former: 'normal', latter: 'not_tested', claims: 1, former_claimed_yuan: 2000, latter_claimed_yuan: 2000 },
    ]);
    expect(claim_levels.reduce((sum, { claims }) => sum + claims, 0)).toBe(4);
  });

  it('lists those whose level or colour changed and those that entered or left, the highest risers first; a limit bounds the list, not the counts', async () => {
    const compared = await compare(former, latter);
    expect(compared.moved.map(({ taxpayer_id }) => taxpayer_id)).toEqual(['T1', 'T6', 'T2', 'T3', 'T4']);
    expect(compared.causes.find(({ cause }) => cause === 'delivery')).toEqual({ cause: 'delivery', taxpayers: 2, certain: 2, latter_amount_yuan: 1 });
    const short = await compare(former, latter, 1);
    expect([short.moved.length, short.moved_total, short.causes]).toEqual([1, 5, compared.causes]);
  });

  it('needs no claims on either side', async () => {
    const compared = await compare({ taxpayers: former.taxpayers }, latter);
    expect(compared.lanes.every((row) => row.former === 'absent')).toBe(true);
  });
});

describe('the cause of a move', () => {
  it('is data where nothing but the delivery differs', async () => {
    const [a, b] = risen(hit(10));
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS } }))).toEqual([['T1', 'data', ['data'], true]]);
  });

  it('is data where the as-of day differs, though the files are the same', async () => {
    const [a, b] = risen(hit(10));
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { as_of: '2026-11-17' } }))).toEqual([['T1', 'data', ['data'], true]]);
  });

  it('is threshold where a parameter differs and the inputs are the same; an indicator that is only damped differently is carried', async () => {
    const a = [firm('T1', 'medium', { 'VR-22': hit(20), 'VR-30': hit(4, { raw: 10 }) })];
    const b = [firm('T1', 'low', { 'VR-22': clear(2), 'VR-30': hit(10, { raw: 10, intensity: 0.2 }) })];
    const compared = await compare({ taxpayers: a }, { taxpayers: b, manifest: { parameters: { 'VR-22': { minimum: 3 }, 'VR-30': { minimum: 1 } } } });
    expect(causesOf(compared)).toEqual([['T1', 'threshold', ['threshold'], true]]);
    expect(compared.moved[0]?.indicators).toMatchObject([
      { code: 'VR-22', former_points: 20, latter_points: 0, causes: ['threshold'], is_certain: true, is_carried: false },
      { code: 'VR-30', former_points: 4, latter_points: 10, causes: [], is_carried: true },
    ]);
    expect(compared.possible).toMatchObject({ data: false, parameters: ['VR-22'], code: [] });
  });

  it('is threshold where the value is the same to the last digit and the parameter differs, whatever else was delivered', async () => {
    const [a, b] = risen(hit(10), clear(2));
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS, parameters: { 'VR-22': { minimum: 0.5 } } } }))).toEqual([['T1', 'threshold', ['threshold'], true]]);
  });

  it('is threshold where a weight or a cut differs, and unknown rules of an older manifest count as equal', async () => {
    const scoring = { cuts: { red: 80, blue: 10 }, weights: { 'VR-22': 5 }, supports: {} };
    const [a, b] = [[firm('T1', 'low', { 'VR-22': hit(10) })], [firm('T1', 'medium', { 'VR-22': hit(30, { intensity: 0.5 }) })]];
    const heavier = await compare({ taxpayers: a, manifest: { scoring } }, { taxpayers: b, manifest: { scoring: { ...scoring, weights: { 'VR-22': 15 } } } });
    expect(causesOf(heavier)).toEqual([['T1', 'threshold', ['threshold'], true]]);
    const same = [firm('T1', 'none', { 'VR-22': hit(10) })];
    const lowerCut = await compare({ taxpayers: same, manifest: { scoring } }, { taxpayers: a, manifest: { scoring: { ...scoring, cuts: { red: 80, blue: 9 } } } });
    expect(causesOf(lowerCut)).toEqual([['T1', 'threshold', ['threshold'], true]]);
    const unknown = await compare({ taxpayers: same }, { taxpayers: a, manifest: { scoring } });
    expect(causesOf(unknown)).toEqual([['T1', 'code', ['code'], false]]);
  });

  it('is code where only the hash of the indicator differs', async () => {
    const [a, b] = risen(hit(10));
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { sql_sha256: { 'VR-22': 'other', 'VR-30': 'h30' } } }))).toEqual([['T1', 'code', ['code'], true]]);
  });

  it('is code where only the version of the program differs', async () => {
    const [a, b] = risen(hit(10));
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { vatrisk: '0.2.0' } }))).toEqual([['T1', 'code', ['code'], true]]);
  });

  it('is not certain where data and code both changed', async () => {
    const [a, b] = risen(hit(10));
    const compared = await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS, sql_sha256: { 'VR-22': 'other', 'VR-30': 'h30' } } });
    expect(causesOf(compared)).toEqual([['T1', 'data', ['data', 'code'], false]]);
  });

  it('is peers where the value stayed and the cut of the group is seen to have moved', async () => {
    const peer = { peerGroup: '1:C13', peerCount: 40 };
    const a = [firm('T1', 'none', { 'VR-30': clear(2) }), firm('T2', 'low', { 'VR-30': hit(10, { value: 1, threshold: 1.5, ...peer }) })];
    const b = [firm('T1', 'low', { 'VR-30': hit(10, { value: 2, threshold: 2.5, ...peer }) }), firm('T2', 'low', { 'VR-30': hit(10, { value: 1, threshold: 2.5, ...peer }) })];
    const compared = await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS } });
    expect(causesOf(compared)).toEqual([['T1', 'peers', ['peers'], true]]);
    expect(compared.moved[0]?.indicators[0]).toMatchObject({ former_threshold: 1.5, latter_threshold: 2.5, former_value: 2, latter_value: 2 });
  });

  it('is peers or data, not certain, where nobody shows what the cut was before', async () => {
    const a = [firm('T1', 'none', { 'VR-30': clear(2) })];
    const b = [firm('T1', 'low', { 'VR-30': hit(10, { value: 2, threshold: 2.5, peerGroup: '1:C13', peerCount: 40 }) })];
    expect(causesOf(await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS } }))).toEqual([['T1', 'data', ['data', 'peers'], false]]);
  });

  it('of one taxpayer may be several; the one that carried most points leads', async () => {
    const a = [firm('T1', 'none', { 'VR-22': clear(2), 'VR-30': clear(0) })];
    const b = [firm('T1', 'medium', { 'VR-22': hit(4), 'VR-30': hit(16, { value: 9 }) })];
    const compared = await compare({ taxpayers: a }, { taxpayers: b, manifest: { inputs: OTHER_INPUTS, parameters: { 'VR-22': { minimum: 0.5 }, 'VR-30': { minimum: 1 } } } });
    expect(causesOf(compared)).toEqual([['T1', 'data', ['data', 'threshold'], true]]);
    expect(compared.moved[0]?.indicators.map(({ code }) => code)).toEqual(['VR-30', 'VR-22']);
  });

  it('is data where no indicator changed but other facts of the delivery did', async () => {
    const compared = await compare({ taxpayers: [firm('T1', 'medium', { 'VR-22': hit(10) })] }, { taxpayers: [firm('T1', 'high', { 'VR-22': hit(10) }, { color: 'orange' })], manifest: { inputs: OTHER_INPUTS } });
    expect(causesOf(compared)).toEqual([['T1', 'data', ['data'], true]]);
    expect(compared.moved[0]?.indicators).toEqual([]);
  });

  it('follows an indicator that one of the nights did not have', async () => {
    const [a, b] = risen(hit(10));
    const compared = await compare({ taxpayers: a, codes: ['VR-30'], manifest: { sql_sha256: { 'VR-30': 'h30' } } }, { taxpayers: b });
    expect(causesOf(compared)).toEqual([['T1', 'code', ['code'], true]]);
    expect(compared.moved[0]?.indicators[0]).toMatchObject({ code: 'VR-22', former_state: null, latter_state: 1 });
  });
});

describe('what may be compared', () => {
  it('finds a published run, CURRENT, a run that stopped before it was published, and a folder; names what is there when it finds none', async () => {
    const out = join(scratch, 'out');
    const taxpayers = [firm('T1', 'none')];
    await makeSnapshot(join(out, 'snapshots', 'r1'), 'r1', { taxpayers });
    await makeSnapshot(join(out, 'runs', 'r2', 'snapshot'), 'r2', { taxpayers });
    await makeSnapshot(join(out, 'what-if', 'r1'), 'r1', { taxpayers, manifest: { what_if: true } });
    writeFileSync(join(out, 'CURRENT'), 'r1\n');
    const found = ['r1', 'CURRENT', 'r2', 'what-if/r1', join(out, 'what-if', 'r1')].map((name) => findSnapshot(out, name).runId);
    expect(found).toEqual(['r1', 'r1', 'r2', 'what-if/r1', 'what-if/r1']);
    expect(() => findSnapshot(out, 'r3')).toThrow(/r3 is neither.*Known: r1, r2\./u);
  });

  it('refuses a folder that lacks files, naming each', async () => {
    const out = join(scratch, 'partial');
    const whole = await makeSnapshot(join(out, 'snapshots', 'r1'), 'r1', { taxpayers: [firm('T1', 'none')] });
    mkdirSync(join(out, 'snapshots', 'r2'), { recursive: true });
    writeFileSync(join(out, 'snapshots', 'r2', 'manifest.json'), JSON.stringify({ run_id: 'r2', as_of: '2026-11-16', outputs: [{ file: 'rings.parquet' }] }));
    await expect(compareSnapshots(whole, findSnapshot(out, 'r2'))).rejects.toMatchObject({
      code: 'SNAPSHOT_MISSING', details: ['taxpayer_grades.parquet', 'indicator_results.parquet', 'indicator_matrix.parquet'],
    });
  });
});
