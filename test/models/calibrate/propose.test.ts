import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { CalibrationData, HitSet, Outcomes, ThresholdTrial } from '../../../models/calibrate/calibration-data.ts';
import { proposeShares } from '../../../models/calibrate/expected-share.ts';
import { assignFolds } from '../../../models/calibrate/folds.ts';
import { gainOf } from '../../../models/calibrate/gain.ts';
import { propose } from '../../../models/calibrate/propose.ts';
import { tunableParameters, tunableWeights, valuesToTry } from '../../../models/calibrate/tunable.ts';
import type { GradingRules, JudgedHit } from '../../../models/grade/grade-of.ts';
import { loadScoringRules, rulesInForce } from '../../../models/score/scoring-rules.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { seededRandom, shuffled } from '../../../pipeline/shared/seeded-random.ts';

const catalogue = loadIndicators().filter(({ status }) => status === 'active');
const rules = rulesInForce(catalogue, await loadScoringRules((await loadConfig()).scoring)) as unknown as GradingRules;
const SIZE = 1200;
/** Indicators of different families without a correlation group in common, and the precision planted for each. */
const PLANTED = [['VR-16', 0.7], ['VR-28', 0.02], ['VR-39', 0.55], ['VR-13', 0.02], ['VR-27', 0.45], ['VR-19', 0.3], ['LT-05', 0.05]] as const;

const hitOf = (code: string, intensity = 1): JudgedHit => {
  const { family, correlation_group, weight } = catalogue.find((one) => one.code === code)!;
  return { code, family, correlation_group, weight, intensity, tier: 'T4', is_hit: true, scores: true, ineligible: false, recompute: false, suspend: false, service: false, material: false, red_trigger: false, live_claim: false, open_claim: false };
};

/** A province in which hits tell what was planted; a lower threshold of VR-27 finds more of the guilty, its higher one loses them, VR-28's tells nothing. */
function constructed(seed: number, isShuffled = false): { data: CalibrationData; outcomes: Outcomes; isPositive: Uint8Array } {
  const random = seededRandom(seed);
  const isPositive = Uint8Array.from({ length: SIZE }, () => Number(random() < 0.12));
  const draw = (code: string, onPositive: number, onNegative: number): HitSet =>
    new Map([...isPositive.keys()].flatMap((at) => (random() < (isPositive[at] === 1 ? onPositive : onNegative) ? [[at, hitOf(code)] as const] : [])));
  const rates = (precision: number, share: number): [number, number] => [(precision * share) / 0.12, ((1 - precision) * share) / 0.88];
  const present = new Map(PLANTED.map(([code, precision]) => [code, draw(code, ...rates(precision, 0.05))]));
  const more = new Map([...present.get('VR-27')!, ...draw('VR-27', 0.4, 0.02)]);
  const less = new Map([...present.get('VR-27')!].filter(([at]) => at % 2 === 0));
  const noise = new Map([...present.get('VR-28')!, ...draw('VR-28', 0.03, 0.03)]);
  const trials: ThresholdTrial[] = [
    { code: 'VR-27', parameter: 'wide_gap', tier: 'T4', from: 0.5, tried: [{ value: 0.4, hits: more }, { value: 0.625, hits: less }] },
    { code: 'VR-28', parameter: 'excess_ratio_minimum', tier: 'T3', from: 0.3, tried: [{ value: 0.24, hits: noise }] },
  ];
  const truth = isShuffled ? Uint8Array.from(shuffled([...isPositive], random)) : isPositive;
  const fold = assignFolds([...truth].map((one) => ({ ring: null, isPositive: one === 1 })), 5, seed)!;
  const data = { size: SIZE, present, trials, weights: new Map(PLANTED.map(([code]) => [code, hitOf(code).weight])), rules };
  return { data, outcomes: { isPositive: truth, weight: new Float64Array(SIZE).fill(1), fold }, isPositive };
}

const options = { folds: 5, seed: 42, split: null };

describe('a proposal', () => {
  it('finds planted differences: lowers the threshold that finds more, raises what is right and lowers what is wrong', () => {
    const { data, outcomes } = constructed(1);
    const { thresholds, weights, changes, whole } = propose(data, outcomes, options);
    expect(thresholds.refused).toBeNull();
    expect(thresholds.choices.map(({ parameter, to }) => [parameter, to])).toEqual([['wide_gap', 0.4], ['excess_ratio_minimum', 0.3]]);
    expect(weights.refused).toBeNull();
    const of = (code: string) => weights.fit.choices.find((choice) => choice.code === code)!;
    for (const code of ['VR-28', 'VR-13', 'LT-05']) expect(of(code).to, code).toBeLessThan(of(code).from);
    expect(of('VR-16').to).toBe(5);
    for (const { from, to } of weights.fit.choices) expect(Math.abs(to - from)).toBeLessThanOrEqual(2);
    expect(changes.weights.size).toBeGreaterThanOrEqual(3);
    expect(whole.average_precision.mean).toBeGreaterThan(0.02);
    expect(weights.permutation_share).toBe(0.01);
    expect(propose(data, outcomes, options)).toEqual({ thresholds, weights, changes, whole, unrelated_share: 0.001, is_related: true });
  });

  it('orders weights by shrunk precision, and keeps that of an indicator with few hits', () => {
    const { data, outcomes } = constructed(1);
    const present = new Map(data.present).set('VR-19', new Map([...data.present.get('VR-19')!].slice(0, 6)));
    const { choices } = propose({ ...data, present }, outcomes, { ...options, permutations: 1 }).weights.fit;
    expect(choices.find(({ code }) => code === 'VR-19')).toMatchObject({ refused: 'too_few_hits', hits: 6 });
    const judged = choices.filter(({ refused }) => refused !== 'too_few_hits').sort((a, b) => a.precision_shrunk! - b.precision_shrunk!);
    expect(judged.map(({ evidence }) => evidence!)).toEqual(judged.map(({ evidence }) => evidence!).sort((a, b) => a - b));
  });

  it('of shuffled outcomes proposes nothing', () => {
    const proposed = Array.from({ length: 100 }, (_, seed) => {
      const { data, outcomes } = constructed(100 + seed, true);
      const { thresholds, weights, changes } = propose(data, outcomes, options);
      expect(thresholds.proposed || weights.proposed).toBe(changes.hits.size + changes.weights.size > 0);
      return changes.hits.size + changes.weights.size > 0;
    });
    expect(proposed.filter(Boolean)).toEqual([]);
  });

  it('is not kept when later reviews do not bear it out', () => {
    const { data, outcomes } = constructed(1);
    expect(propose(data, outcomes, { ...options, split: Uint8Array.from({ length: SIZE }, (_, at) => (at % 4 === 0 ? 2 : 1)) }).weights).toMatchObject({ proposed: true, refused: null });
    // What later reviews find has turned round: the worst indicators of the earlier ones are right, the best are wrong.
    const split = Uint8Array.from({ length: SIZE }, (_, at) => (at % 10 === 0 ? 2 : 1));
    const wrong = new Set(['VR-28', 'VR-13', 'LT-05'].flatMap((code) => [...data.present.get(code)!.keys()]));
    const isPositive = outcomes.isPositive.map((one, at) => (split[at] === 2 ? Number(wrong.has(at)) : one));
    const turned = propose(data, { ...outcomes, isPositive }, { ...options, split });
    expect(turned.thresholds.refused).toBe('no_gain_on_later_reviews');
    expect(turned.thresholds.by_time!.after.average_precision!).toBeLessThan(turned.thresholds.by_time!.before.average_precision!);
    expect([turned.changes.hits.size, turned.changes.weights.size]).toEqual([0, 0]);
  });
});

describe('expected shares', () => {
  const present = { red: 0.7, orange: 0.4, yellow: 0.15, blue: 0.03, none: 0.005 };
  const colors = Array.from({ length: 1000 }, (_, at) => (at < 40 ? 'red' : at < 90 ? 'orange' : at < 190 ? 'yellow' : at < 400 ? 'blue' : 'none'));
  const outcomesOf = (shareOf: (color: keyof typeof present) => number): Outcomes => {
    const random = seededRandom(5);
    const isPositive = Uint8Array.from(colors, (color) => Number(random() < shareOf(color)));
    return { isPositive, weight: new Float64Array(1000).fill(1), fold: assignFolds([...isPositive].map((one) => ({ ring: null, isPositive: one === 1 })), 5, 1)! };
  };

  it('follow outcomes, shrunk and non-increasing, with counts', () => {
    const found = proposeShares(colors, outcomesOf((color) => ({ red: 0.2, orange: 0.9, yellow: 0.3, blue: 0.1, none: 0.02 })[color]), present, { folds: 5, seed: 1, isRelated: true });
    expect(found.refused).toBeNull();
    const shares = found.colors.map(({ to }) => to);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    for (const { share, from, to, labelled } of found.colors.filter(({ color }) => color === 'blue' || color === 'none')) {
      expect(labelled).toBeGreaterThan(200);
      expect(to).toBeGreaterThanOrEqual(Math.min(share!, from) - 1e-4);
      expect(to).toBeLessThanOrEqual(Math.max(share!, from) + 1e-4);
    }
    expect(found.colors[0]!.to).toBe(found.colors[1]!.to);
  });

  it('stay when colours tell nothing', () => {
    for (const share of [0.05, 0.15, 0.4]) expect(proposeShares(colors, outcomesOf(() => share), present, { folds: 5, seed: 1, isRelated: true }).proposed).toBe(false);
  });
});

describe('what may be tuned', () => {
  const weights = tunableWeights(catalogue, rules.family_caps);
  const inForce = Object.fromEntries(catalogue.map(({ code, parameters }) => [code, Object.fromEntries(Object.entries(parameters ?? {}).map(([name, { values }]) => [name, values.at(-1)!.value]))]));
  const parameters = tunableParameters(catalogue, inForce);

  it('is never of tier T1 or T2', () => {
    expect(parameters.length).toBeGreaterThan(30);
    expect(weights.length).toBeGreaterThan(20);
    for (const code of weights) {
      const branches = catalogue.find((one) => one.code === code)!.branches.filter(({ outcome, effect }) => outcome === 'hit' && ['none', 'suspend'].includes(effect));
      expect(branches.map(({ tier }) => tier).filter((tier) => tier === 'T1' || tier === 'T2'), code).toEqual([]);
    }
    for (const { code, parameter } of parameters) {
      const { parameters: all, branches } = catalogue.find((one) => one.code === code)!;
      expect(['T3', 'T4']).toContain(all![parameter]!.tier);
      expect(all![parameter]!.values.every(({ source }) => source === undefined)).toBe(true);
      const lawful = branches.filter(({ tier }) => tier === 'T1' || tier === 'T2').map(({ when, threshold }) => `${when} ${threshold ?? ''}`).join(' ');
      expect(lawful.split(/[^a-z0-9_]+/u), `${code}.${parameter}`).not.toContain(parameter);
    }
    for (const code of ['VR-11', 'VR-22', 'VR-15', 'VR-14', 'VR-23', 'VR-42', 'DF-06', 'LT-07']) expect(weights).not.toContain(code);
  });

  it('tries sensible values of each unit', () => {
    expect(valuesToTry(0.7, 'ratio')).toEqual([0.35, 0.469, 0.56, 0.875]);
    expect(valuesToTry(3, 'count')).toEqual([2, 4, 5, 6]);
    expect(valuesToTry(1, 'count')).toEqual([2]);
    expect(valuesToTry(0, 'count')).toEqual([]);
    expect(valuesToTry(50_000, 'yuan')).toEqual([25_000, 33_500, 40_000, 62_500, 75_000, 100_000]);
    expect(valuesToTry(-0.2, 'ratio')).toEqual([-0.4, -0.3, -0.25, -0.16, -0.134, -0.1]);
  });

  it('is measured with a standard error over folds', () => {
    expect(gainOf([1, 2, 3, 4])).toEqual({ mean: 2.5, standard_error: Math.sqrt(5 / 3 / 4), by_fold: [1, 2, 3, 4] });
  });
});
