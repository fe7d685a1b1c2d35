import { gainOf, isAboveNoise, type Gain } from './gain.ts';
import { areaUnderCurve, averagePrecision, precisionAt } from './ranking.ts';
import type { CalibrationData, HitSet, Outcomes } from './calibration-data.ts';
import { chooseThresholds, type ThresholdChoice } from './choose-thresholds.ts';
import { chooseWeights, type WeightFit } from './choose-weights.ts';
import { NO_CHANGES, Rescorer, type Changes } from './rescore.ts';

/** How well scores order the taxpayers they were not learned from. */
export interface Quality {
  readonly auc: number | null;
  readonly average_precision: number | null;
  /** Precision of as many taxpayers as are yellow or worse under the parameters in force (at least one). */
  readonly precision_at_capacity: number | null;
}

export interface Tested {
  readonly before: Quality;
  readonly after: Quality;
}

export interface Comparison {
  readonly average_precision: Gain;
  readonly auc: Gain;
  readonly by_fold: readonly Tested[];
}

/** Learns changes from the taxpayers that have a fold. */
export type Learn = (outcomes: Outcomes) => Changes;

export function changedHits(data: CalibrationData, choices: readonly ThresholdChoice[]): ReadonlyMap<string, HitSet> {
  const moved = choices.filter(({ from, to }) => from !== to);
  return new Map(moved.flatMap(({ code, parameter, to }) => {
    const hits = data.trials.find((trial) => trial.code === code && trial.parameter === parameter)?.tried.find(({ value }) => value === to)?.hits;
    return hits === undefined ? [] : [[code, hits] as const];
  }));
}

/** Changes of thresholds alone. */
export function learnThresholds(data: CalibrationData, outcomes: Outcomes, folds: number): Changes {
  return { ...NO_CHANGES, hits: changedHits(data, chooseThresholds(data, outcomes, folds)) };
}

export function movedWeights({ choices }: WeightFit): ReadonlyMap<string, number> {
  return new Map(choices.flatMap(({ code, from, to }) => (from === to ? [] : [[code, to] as const])));
}

/** Compares two ways of learning, each from all folds but one, on the taxpayers of that one. Taxpayers of fold −1 are in neither. */
export function crossValidate(scorer: Rescorer, outcomes: Outcomes, folds: number, before: Learn, after: Learn): Comparison {
  const tested = Array.from({ length: folds }, (_, out) => {
    const training = { ...outcomes, fold: outcomes.fold.map((fold) => (fold === out ? -1 : fold)) };
    const members = [...outcomes.fold.keys()].filter((at) => outcomes.fold[at] === out);
    return compareOn(scorer, outcomes, members, before(training), after(training));
  });
  const gain = (of: (quality: Quality) => number | null): Gain => gainOf(tested.map((fold) => (of(fold.after) ?? 0) - (of(fold.before) ?? 0)));
  return { average_precision: gain((quality) => quality.average_precision), auc: gain(({ auc }) => auc), by_fold: tested };
}

/** Quality of two sets of changes on the same taxpayers. */
export function compareOn(scorer: Rescorer, outcomes: Outcomes, members: readonly number[], before: Changes, after: Changes): Tested {
  const isPositive = members.map((at) => outcomes.isPositive[at] ?? 0);
  const weight = members.map((at) => outcomes.weight[at] ?? 0);
  const capacity = capacityOf(scorer, members, weight);
  const quality = (changes: Changes): Quality => {
    const ranked = { score: scorer.scores(members, changes), isPositive, weight };
    return { auc: areaUnderCurve(ranked), average_precision: averagePrecision(ranked), precision_at_capacity: precisionAt(ranked, capacity) };
  };
  return { before: quality(before), after: quality(after) };
}

function capacityOf(scorer: Rescorer, members: readonly number[], weight: readonly number[]): number {
  const scores = scorer.scores(members, NO_CHANGES);
  const taken = weight.filter((_, at) => (scores[at] ?? 0) >= scorer.yellowCut);
  return Math.max(1, taken.reduce((sum, one) => sum + one, 0));
}

/** Average precision gains more than one standard error. */
export function isPrecisionGained({ average_precision }: Comparison): boolean {
  return isAboveNoise(average_precision);
}

/** The area under the curve falls by more than one standard error: what the top of the order gains, the rest loses. */
export function isOrderLost({ auc }: Comparison): boolean {
  return auc.mean < -auc.standard_error;
}

/** Weights learned under given changes of thresholds, on top of them. */
export function learnWeights(data: CalibrationData, outcomes: Outcomes, { hits }: Changes, leastHits: number): Changes {
  return { hits, weights: movedWeights(chooseWeights(data, outcomes, hits, leastHits)) };
}
