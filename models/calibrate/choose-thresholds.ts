import { countByFold, effective, scoringHits, total, type CalibrationData, type FoldCount, type HitSet, type Outcomes, type ThresholdTrial } from './calibration-data.ts';
import { gainOf, isAboveNoise, type Gain } from './gain.ts';

export type ThresholdRefusal = 'no_effect' | 'too_few_changed' | 'within_noise' | 'another_threshold_of_the_indicator';

/** What became of one threshold: `to` equals `from` when it stays. */
export interface ThresholdChoice {
  readonly code: string;
  readonly parameter: string;
  readonly tier: string;
  readonly from: number;
  readonly to: number;
  readonly refused: ThresholdRefusal | null;
  /** Held-out log-likelihood of outcomes given hit or no hit, above that under the value in force; nats for each labelled taxpayer. */
  readonly gain: Gain;
  /** Taxpayers, in effective number, whose hit appears or goes. */
  readonly changed: number;
  readonly hits_from: number;
  readonly hits_to: number;
  /** Share of positives among the hits, as counted. */
  readonly precision_from: number | null;
  readonly precision_to: number | null;
}

/** Effective taxpayers whose hit must appear or go before a threshold is worth a thought. */
const LEAST_CHANGED = 5;
/** Taxpayers that the base rate counts for in the rate of those with and without a hit. */
const PSEUDO = 2;

/**
 * Chooses values for the thresholds from folds 0 … folds − 1. Each value is judged by how well rates of hit and no hit, learned from all folds but one, tell
 * the outcomes of that one. One standard error rule (Breiman et al. 1984, section 3.4.3): the best value counts only when its gain is above one standard
 * error and at most one fold contradicts; then the value nearest to the one in force within one standard error of the best is taken. At most one threshold of an
 * indicator moves: two together were never judged.
 */
export function chooseThresholds(data: CalibrationData, outcomes: Outcomes, folds: number): readonly ThresholdChoice[] {
  const all = countByFold(outcomes.fold.keys(), outcomes, folds);
  const choices = data.trials.map((trial) => chooseOne(trial, data.present.get(trial.code), outcomes, all));
  return choices.map((choice) => {
    if (choice.refused !== null) return choice;
    const rivals = choices.filter(({ code, refused }) => code === choice.code && refused === null);
    const best = [...rivals].sort((a, b) => b.gain.mean - a.gain.mean || (a.parameter < b.parameter ? -1 : 1))[0];
    return best === choice ? choice : { ...choice, to: choice.from, refused: 'another_threshold_of_the_indicator' };
  });
}

function chooseOne(trial: ThresholdTrial, presentHits: HitSet | undefined, outcomes: Outcomes, all: readonly FoldCount[]): ThresholdChoice {
  const present = scoringHits(presentHits);
  const before = heldOut(countByFold(present, outcomes, all.length), all);
  const tried = trial.tried.map(({ value, hits }) => {
    const found = scoringHits(hits);
    const after = heldOut(countByFold(found, outcomes, all.length), all);
    return { value, gain: gainOf(after.map((fit, at) => fit - (before[at] ?? 0))), changed: changedBetween(present, found, outcomes), hits: found.length, precision: precisionOf(found, outcomes) };
  });
  const stay = { code: trial.code, parameter: trial.parameter, tier: trial.tier, from: trial.from, hits_from: present.length, precision_from: precisionOf(present, outcomes) };
  const moving = tried.filter(({ changed }) => changed > 0);
  const best = [...moving].sort((a, b) => b.gain.mean - a.gain.mean || distance(a, trial) - distance(b, trial))[0];
  if (best === undefined) return { ...stay, to: trial.from, refused: 'no_effect', gain: gainOf([]), changed: 0, hits_to: present.length, precision_to: stay.precision_from };
  const near = moving.filter(({ gain, changed }) => changed >= LEAST_CHANGED && isConvincing(gain) && gain.mean >= best.gain.mean - best.gain.standard_error);
  const chosen = near.sort((a, b) => distance(a, trial) - distance(b, trial))[0];
  const shown = chosen ?? best;
  const refused = chosen !== undefined ? null : best.changed < LEAST_CHANGED ? 'too_few_changed' : 'within_noise';
  return { ...stay, to: chosen?.value ?? trial.from, refused, gain: shown.gain, changed: shown.changed, hits_to: shown.hits, precision_to: shown.precision };
}

function isConvincing(gain: Gain): boolean {
  return isAboveNoise(gain) && gain.by_fold.filter((one) => one < 0).length <= 1;
}

function distance({ value }: { readonly value: number }, { from }: ThresholdTrial): number {
  return Math.abs(Math.log(value / from));
}

/** Log-likelihood of each fold under rates learned from the others, for each of its taxpayers. */
function heldOut(hits: readonly FoldCount[], all: readonly FoldCount[]): number[] {
  const [hitSum, allSum] = [total(hits), total(all)];
  return all.map((own, at) => {
    const hit = hits[at] ?? { positive: 0, negative: 0, squares: 0 };
    const base = (allSum.positive - own.positive) / Math.max(1e-9, allSum.positive + allSum.negative - own.positive - own.negative);
    const rate = (positive: number, negative: number): number => (positive + PSEUDO * base) / (positive + negative + PSEUDO);
    const [hitPositive, hitNegative] = [hitSum.positive - hit.positive, hitSum.negative - hit.negative];
    const withHit = rate(hitPositive, hitNegative);
    const without = rate(allSum.positive - own.positive - hitPositive, allSum.negative - own.negative - hitNegative);
    const fit = likelihood(hit.positive, hit.negative, withHit) + likelihood(own.positive - hit.positive, own.negative - hit.negative, without);
    return fit / Math.max(1e-9, own.positive + own.negative);
  });
}

function likelihood(positive: number, negative: number, rate: number): number {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, rate));
  return positive * Math.log(inside) + negative * Math.log(1 - inside);
}

function precisionOf(taxpayers: readonly number[], outcomes: Outcomes): number | null {
  const { positive, negative } = total(countByFold(taxpayers, { ...outcomes, fold: outcomes.fold.map((fold) => (fold < 0 ? -1 : 0)) }, 1));
  return positive + negative === 0 ? null : positive / (positive + negative);
}

function changedBetween(before: readonly number[], after: readonly number[], outcomes: Outcomes): number {
  const [had, has] = [new Set(before), new Set(after)];
  const moved = [...before.filter((at) => !has.has(at)), ...after.filter((at) => !had.has(at))];
  const known = moved.filter((at) => (outcomes.fold[at] ?? -1) >= 0);
  return effective(total(countByFold(known, { ...outcomes, fold: new Int32Array(outcomes.fold.length) }, 1)));
}
