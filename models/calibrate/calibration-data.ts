import type { GradingRules, JudgedHit } from '../grade/grade-of.ts';

/** Hits of one indicator: number of the labelled taxpayer → the hit. */
export type HitSet = ReadonlyMap<number, JudgedHit>;

/** A threshold with what its indicator finds under each value tried. */
export interface ThresholdTrial {
  readonly code: string;
  readonly parameter: string;
  readonly tier: string;
  readonly from: number;
  readonly tried: readonly { readonly value: number; readonly hits: HitSet }[];
}

/** What the indicators say about the labelled taxpayers, who are numbered from 0. Nothing in here knows an outcome. */
export interface CalibrationData {
  readonly size: number;
  /** Hits and watch notes by which each is judged under the parameters in force, by code. */
  readonly present: ReadonlyMap<string, HitSet>;
  readonly trials: readonly ThresholdTrial[];
  /** Indicators whose weight may move, and their weights in force. */
  readonly weights: ReadonlyMap<string, number>;
  readonly rules: GradingRules;
}

/** What is known of the labelled taxpayers, in columns of one length. */
export interface Outcomes {
  readonly isPositive: Uint8Array;
  /** How many taxpayers of the province each stands for. */
  readonly weight: Float64Array;
  /** Fold of each; −1: not to be learned from. */
  readonly fold: Int32Array;
}

/** Sums over the taxpayers of one fold. */
export interface FoldCount {
  readonly positive: number;
  readonly negative: number;
  /** Sum of squared weights. */
  readonly squares: number;
}

const NOTHING: FoldCount = { positive: 0, negative: 0, squares: 0 };

/** Sums by fold over some taxpayers; those of fold −1 are left out. */
export function countByFold(taxpayers: Iterable<number>, { isPositive, weight, fold }: Outcomes, folds: number): FoldCount[] {
  const counts = Array.from({ length: folds }, () => ({ ...NOTHING }));
  for (const at of taxpayers) {
    const count = counts[fold[at] ?? -1] as { positive: number; negative: number; squares: number } | undefined;
    if (count === undefined) continue;
    const stands = weight[at] ?? 0;
    if (isPositive[at] === 1) count.positive += stands;
    else count.negative += stands;
    count.squares += stands * stands;
  }
  return counts;
}

/** Sum of some folds' sums. */
export function total(counts: readonly FoldCount[]): FoldCount {
  return counts.reduce(
    (sum, one) => ({ positive: sum.positive + one.positive, negative: sum.negative + one.negative, squares: sum.squares + one.squares }),
    NOTHING,
  );
}

/** Effective number of taxpayers behind weighted sums (Kish 1965): their number when all weights are equal. */
export function effective({ positive, negative, squares }: FoldCount): number {
  return squares === 0 ? 0 : (positive + negative) ** 2 / squares;
}

/** Taxpayers with a hit that gives points. */
export function scoringHits(hits: HitSet | undefined): number[] {
  return [...(hits ?? [])].flatMap(([taxpayer, hit]) => (hit.is_hit && hit.scores ? [taxpayer] : []));
}
