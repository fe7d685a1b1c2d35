import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { CalibrationData } from '../../../models/calibrate/calibration-data.ts';
import { gather, learn, openGround, type Calibration, type Ground } from '../../../pipeline/calibrate/calibrate.ts';
import { renderParameters } from '../../../pipeline/calibrate/parameter-file.ts';
import { readOutcomes } from '../../../pipeline/calibrate/read-outcomes.ts';
import { readReviewed } from '../../../pipeline/calibrate/reviewed.ts';
import { activeCatalogue, nightly } from '../../../pipeline/commands/run.ts';
import { whatIf } from '../../../pipeline/commands/what-if.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';
import { seededRandom, shuffled } from '../../../pipeline/shared/seeded-random.ts';
import { openSnapshot } from '../../../pipeline/snapshot/open-snapshot.ts';
import { SAMPLE } from '../../support/cli.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'calibrate-'));
const out = join(scratch, 'out');
const TRUTH = packagePath('data-samples', 'small', 'truth', 'labels.csv');
const settings = { folds: 5, seed: 42 };
const { indicators, catalogueHash } = activeCatalogue();
let ground: Ground;
let data: CalibrationData;
let ids: readonly string[];

const write = (text: string): string => {
  const file = join(scratch, 'labels.csv');
  writeFileSync(file, text);
  return file;
};
/** Calibrates on hits that were gathered once; an indicator needs `leastHits` effective hits. */
async function calibrated(file: string, leastHits: number): Promise<Calibration> {
  const labels = await readOutcomes(ground.snapshot.engine, file);
  const reviewed = await readReviewed(ground.snapshot, labels, settings.folds, settings.seed);
  expect(reviewed.ids).toEqual(ids);
  return { runId: ground.snapshot.runId, asOf: ground.snapshot.manifest.as_of, labels, reviewed, ...(await learn(ground, data, reviewed, { ...settings, leastHits })) };
}
/** Outcomes that follow some indicators and contradict others. */
const planted = (codes: readonly string[]): string => {
  const positive = new Set(codes.flatMap((code) => [...(data.present.get(code) ?? [])].flatMap(([at, hit]) => (hit.is_hit ? [at] : []))));
  return write(`taxpayer_id,label\n${ids.map((id, at) => `${id},${positive.has(at) ? '属实' : '不属实'}`).join('\n')}\n`);
};

beforeAll(async () => {
  await nightly({ input: [SAMPLE], out }, new AbortController().signal);
  ground = openGround(await openSnapshot(out), { outDirectory: out, indicators, catalogueHash });
  const reviewed = await readReviewed(ground.snapshot, await readOutcomes(ground.snapshot.engine, TRUTH), settings.folds, settings.seed);
  ids = reviewed.ids;
  data = await gather(ground, reviewed);
});
afterAll(async () => {
  await ground.snapshot.close();
  rmSync(scratch, { recursive: true });
});

describe('the trials', () => {
  it('judge each indicator as the night did where a value changes nothing, and only T3 and T4', () => {
    for (const { code, parameter, tier, tried } of data.trials) {
      expect(['T3', 'T4'], `${code}.${parameter}`).toContain(tier);
      const present = data.present.get(code);
      for (const [at, hit] of present ?? []) {
        const again = tried.map(({ hits }) => hits.get(at)).find((other) => other?.intensity === hit.intensity && other.is_hit === hit.is_hit);
        if (again !== undefined) expect(again).toMatchObject({ code, family: hit.family, weight: hit.weight, scores: hit.scores, suspend: hit.suspend });
      }
    }
    expect(data.trials.some(({ code, tried }) => tried.some(({ hits }) => hits.size !== (data.present.get(code)?.size ?? 0)))).toBe(true);
  });
});

describe('a calibration of the sample', () => {
  it('of the truth has too few hits to move a weight, says so, and writes the same bytes each time', async () => {
    const calibration = await calibrated(TRUTH, 10);
    const text = renderParameters(calibration, settings);
    expect(renderParameters(await calibrated(TRUTH, 10), settings)).toBe(text);
    expect(calibration.weights).toEqual({});
    const { evidence } = parse(text) as { evidence: { labels: { sha256: string }; correction: { note: string }; weights: { refused: string | null }[] } };
    expect(evidence).toMatchObject({ run_id: ground.snapshot.runId, folds: 5, seed: 42, labels: { taxpayers: 200, positives: 29, not_in_snapshot: 0 }, correction: { kind: 'none' } });
    expect(evidence.labels.sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(evidence.correction.note).toContain('no correction was possible');
    expect(evidence.weights.every(({ refused }) => refused !== null)).toBe(true);
  });

  it('of shuffled labels proposes nothing at all', async () => {
    const truth = readFileSync(TRUTH, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
    for (let seed = 1; seed <= 6; seed += 1) {
      const dealt = shuffled(truth, seededRandom(seed));
      const found = await calibrated(write(`taxpayer_id,label,ring_id\n${truth.map(([id], at) => `${id},${dealt[at]![1]},${dealt[at]![4]}`).join('\n')}\n`), 3);
      expect([found.indicators, found.weights, found.expectedShare], `seed ${seed}`).toEqual([{}, {}, {}]);
    }
  });

  it('writes a file that a what-if accepts, and that changes only what it says', async () => {
    const found = await calibrated(planted(['VR-31', 'VR-38', 'LT-05', 'VR-16', 'VR-26', 'VR-33']), 3);
    expect(Object.keys(found.weights).length + Object.keys(found.indicators).length + Object.keys(found.expectedShare).length).toBeGreaterThan(0);
    const file = join(scratch, 'planted.yaml');
    writeFileSync(file, renderParameters(found, settings));
    const tree = parse(readFileSync(file, 'utf8')) as { indicators: object; scoring: { weights?: Record<string, number>; expected_share?: Record<string, number> } };
    expect(tree.indicators).toEqual(found.indicators);
    const lawful = indicators.filter(({ branches }) => branches.some(({ tier, outcome, effect }) => outcome === 'hit' && ['none', 'suspend'].includes(effect) && (tier === 'T1' || tier === 'T2'))).map(({ code }) => code);
    expect(Object.keys(tree.scoring.weights ?? {}).filter((code) => lawful.includes(code))).toEqual([]);
    const tried = await whatIf({ out, parameters: file }, () => undefined);
    expect([...tried.judged].sort()).toEqual(Object.keys(found.indicators).sort());
    const [before, after] = [join(ground.snapshot.folder, 'manifest.json'), join(tried.folder, 'manifest.json')].map((path) => JSON.parse(readFileSync(path, 'utf8')) as { scoring: { weights: object; expected_share: object }; parameters: Record<string, object> });
    expect(after!.scoring).toEqual({ ...before!.scoring, weights: { ...before!.scoring.weights, ...tree.scoring.weights }, expected_share: { ...before!.scoring.expected_share, ...tree.scoring.expected_share } });
    const changed = Object.fromEntries(Object.entries(found.indicators).map(([code, values]) => [code, { ...before!.parameters[code], ...values }]));
    expect(after!.parameters).toEqual({ ...before!.parameters, ...changed });
  });
});

describe('labels', () => {
  const rejected = (text: string) => readOutcomes(ground.snapshot.engine, write(text));
  const reviewed = async (text: string, folds = 5) => readReviewed(ground.snapshot, await rejected(text), folds, 1);

  it('are refused with every faulty line, without telling what it says', async () => {
    await expect(rejected('taxpayer_id,label,reviewed_on\nA,perhaps,2026-01-01\n,fraud,2026-01-01\nB,honest,2026-02-30\n')).rejects.toMatchObject({
      code: 'LABELS_INVALID', details: [expect.stringContaining('line 2: label'), 'line 3: no taxpayer_id', expect.stringContaining('line 4: reviewed_on')],
    });
    await expect(rejected('id,label\nA,1\n')).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    await expect(rejected('taxpayer_id,label\nA,1\nA,0\n')).rejects.toMatchObject({ details: ['lines 2, 3: one taxpayer with contradicting labels of one day'] });
    await expect(readOutcomes(ground.snapshot.engine, join(scratch, 'absent.csv'))).rejects.toMatchObject({ code: 'LABELS_INVALID' });
  });

  it('know the words of both languages; the newest review counts, and who was ever chosen counts as chosen', async () => {
    const { outcomes } = await rejected('taxpayer_id,label,selection,reviewed_on\na,属实,risk,2026-01-01\na,不属实,random,2026-02-01\nb,Confirmed,random,2026-01-01\nc,cleared,,\n');
    expect(outcomes.map(({ taxpayer_id, isPositive, selection, reviewedOn }) => [taxpayer_id, isPositive, selection, reviewedOn])).toEqual([['A', false, 'chosen', '2026-02-01'], ['B', true, 'random', '2026-01-01'], ['C', false, 'chosen', null]]);
  });

  it('must hold 20 positives, some negatives, and rings enough for the folds', async () => {
    const lines = (positives: number, ring: (at: number) => string) => `taxpayer_id,label,ring_id\n${ids.map((id, at) => `${id},${at < positives ? 1 : 0},${at < positives ? ring(at) : ''}`).join('\n')}\n`;
    await expect(reviewed(lines(19, () => ''))).rejects.toMatchObject({ code: 'LABELS_TOO_FEW' });
    await expect(reviewed(lines(200, () => ''))).rejects.toMatchObject({ code: 'LABELS_TOO_FEW' });
    await expect(reviewed(lines(30, (at) => `ring-${at % 4}`))).rejects.toMatchObject({ code: 'LABELS_TOO_FEW' });
    expect((await reviewed(lines(30, (at) => `ring-${at % 5}`))).positives).toBe(30);
  });

  it('with a control sample stand for the whole snapshot', async () => {
    const text = `taxpayer_id,label,selection\n${ids.slice(0, 120).map((id, at) => `${id},${at % 4 === 0 ? 1 : 0},${at % 3 === 0 ? 'risk' : 'random'}`).join('\n')}\n`;
    const { correction } = await reviewed(text);
    expect(correction.kind).toBe('post_stratified');
    const uncovered = correction.strata.reduce((sum, stratum) => sum + stratum.uncovered, 0);
    expect([...correction.weight].reduce((sum, weight) => sum + weight, 0) + uncovered).toBeCloseTo(200, 9);
  });
});
