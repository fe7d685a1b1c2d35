import { seededRandom, shuffled } from '../../pipeline/shared/seeded-random.ts';
import type { CalibrationData, Outcomes } from './calibration-data.ts';
import { chooseThresholds, type ThresholdChoice } from './choose-thresholds.ts';
import { chooseWeights, LEAST_HITS, type WeightFit } from './choose-weights.ts';
import { changedHits, compareOn, crossValidate, isOrderLost, isPrecisionGained, learnThresholds, learnWeights, movedWeights, type Comparison, type Learn, type Tested } from './cross-validate.ts';
import type { TimeSplit } from './folds.ts';
import { averagePrecision } from './ranking.ts';
import { NO_CHANGES, Rescorer, type Changes } from './rescore.ts';

export type Refusal = 'outcomes_unrelated_to_scores' | 'nothing_moves' | 'gain_within_one_standard_error' | 'order_lost_elsewhere' | 'gain_as_large_with_permuted_outcomes' | 'no_gain_on_later_reviews';

/** Whether one part of the proposal (thresholds, or weights) holds out of fold. */
export interface PartVerdict {
  readonly proposed: boolean;
  readonly refused: Refusal | null;
  readonly out_of_fold: Comparison;
  /** Learned from earlier, tested on later reviews; null without days of review. */
  readonly by_time: Tested | null;
  /** Share of permutations of the outcomes (the real order counts as one) that gain as much; null when they were not needed. */
  readonly permutation_share: number | null;
}

export interface Proposal {
  readonly thresholds: PartVerdict & { readonly choices: readonly ThresholdChoice[] };
  readonly weights: PartVerdict & { readonly fit: WeightFit };
  /** What is proposed, as scores see it. */
  readonly changes: Changes;
  /** Share of permutations of the outcomes (the real order counts as one) that the scores in force order as well: small when outcomes belong to these taxpayers. */
  readonly unrelated_share: number;
  /** That share is small enough for anything to be proposed. */
  readonly is_related: boolean;
  /** Both parts together against the parameters in force. */
  readonly whole: Comparison;
}

export interface ProposalOptions {
  readonly folds: number;
  readonly seed: number;
  readonly split: TimeSplit | null;
  readonly permutations?: number;
  readonly leastHits?: number;
}

const PERMUTATIONS = 99;
/** Largest share of permutations that may do as well: with 99 of them, none. */
const LARGEST_SHARE = 0.01;
/** The same for the question whether outcomes belong to these taxpayers at all, which guards every part: stricter, because each part is another chance to be wrong. */
const RELATED_PERMUTATIONS = 999;
const UNRELATED_SHARE = 0.001;

/**
 * Proposes thresholds, then weights on top of them. A part is proposed only when the whole way of learning it, repeated without each fold, orders the fold
 * left out better by more than one standard error (average precision, without loss of the area under the curve), better than it does in any permutation of the
 * outcomes, and no worse on later reviews. Nothing is
 * proposed when the scores in force order the outcomes no better than permuted ones: such outcomes are those of other taxpayers, or chance.
 */
export function propose(data: CalibrationData, outcomes: Outcomes, options: ProposalOptions): Proposal {
  const scorer = new Rescorer(data);
  const { folds, leastHits = LEAST_HITS } = options;
  const nothing: Learn = () => NO_CHANGES;
  const thresholdsOf: Learn = (training) => learnThresholds(data, training, folds);
  const choices = chooseThresholds(data, outcomes, folds);
  const moves = choices.some(({ from, to }) => from !== to);
  const unrelatedShare = presentShare(scorer, outcomes, options.seed);
  const isRelated = unrelatedShare <= UNRELATED_SHARE;
  const thresholds = verdict({ scorer, outcomes, options, isRelated, before: nothing, after: thresholdsOf, moves });
  const before = thresholds.proposed ? thresholdsOf : nothing;
  const hits = thresholds.proposed ? changedHits(data, choices) : NO_CHANGES.hits;
  const fit = chooseWeights(data, outcomes, hits, leastHits);
  const after: Learn = (training) => learnWeights(data, training, before(training), leastHits);
  const weights = verdict({ scorer, outcomes, options, isRelated, before, after, moves: movedWeights(fit).size > 0 });
  return {
    thresholds: { ...thresholds, choices },
    weights: { ...weights, fit },
    changes: { hits, weights: weights.proposed ? movedWeights(fit) : NO_CHANGES.weights },
    unrelated_share: unrelatedShare,
    is_related: isRelated,
    whole: crossValidate(scorer, outcomes, folds, nothing, weights.proposed ? after : before),
  };
}

interface Question {
  readonly scorer: Rescorer;
  readonly outcomes: Outcomes;
  readonly options: ProposalOptions;
  readonly before: Learn;
  readonly after: Learn;
  readonly isRelated: boolean;
  /** Something moves when all folds are learned from. */
  readonly moves: boolean;
}

function verdict(question: Question): PartVerdict {
  const { scorer, outcomes, options, before, after, moves } = question;
  const outOfFold = crossValidate(scorer, outcomes, options.folds, before, after);
  const found = { out_of_fold: outOfFold, by_time: laterReviews(question), permutation_share: null };
  const refuse = (refused: Refusal, permutationShare: number | null = null): PartVerdict => ({ ...found, proposed: false, refused, permutation_share: permutationShare });
  if (!question.isRelated) return refuse('outcomes_unrelated_to_scores');
  if (!moves) return refuse('nothing_moves');
  if (!isPrecisionGained(outOfFold)) return refuse('gain_within_one_standard_error');
  if (isOrderLost(outOfFold)) return refuse('order_lost_elsewhere');
  if (found.by_time !== null && (found.by_time.after.average_precision ?? 0) < (found.by_time.before.average_precision ?? 0)) return refuse('no_gain_on_later_reviews');
  const share = permutationShare(question, outOfFold.average_precision.mean);
  if (share > LARGEST_SHARE) return refuse('gain_as_large_with_permuted_outcomes', share);
  return { ...found, proposed: true, refused: null, permutation_share: share };
}

function laterReviews({ scorer, outcomes, options: { split }, before, after }: Question): Tested | null {
  if (split === null) return null;
  const training = { ...outcomes, fold: outcomes.fold.map((fold, at) => (split[at] === 1 ? fold : -1)) };
  const later = [...split.keys()].filter((at) => split[at] === 2);
  return compareOn(scorer, outcomes, later, before(training), after(training));
}

/** Outcomes dealt anew to the taxpayers, each with its fold and weight. */
function* permuted(outcomes: Outcomes, seed: number, permutations: number): Generator<Outcomes> {
  const random = seededRandom(seed);
  for (let turn = 0; turn < permutations; turn += 1) {
    const order = shuffled([...outcomes.fold.keys()], random);
    yield {
      isPositive: Uint8Array.from(order, (at) => outcomes.isPositive[at] ?? 0),
      weight: Float64Array.from(order, (at) => outcomes.weight[at] ?? 0),
      fold: Int32Array.from(order, (at) => outcomes.fold[at] ?? -1),
    };
  }
}

/** Share of permutations in which learning gains as much: what is gained there is luck. */
function permutationShare({ scorer, outcomes, options, before, after }: Question, gain: number): number {
  const { permutations = PERMUTATIONS, seed, folds } = options;
  let asGood = 1;
  for (const dealt of permuted(outcomes, seed + 1, permutations)) if (crossValidate(scorer, dealt, folds, before, after).average_precision.mean >= gain) asGood += 1;
  return asGood / (permutations + 1);
}

/** Share of permutations that the scores in force order as well as the real outcomes. Ends early once it is too large to matter. */
function presentShare(scorer: Rescorer, outcomes: Outcomes, seed: number): number {
  const score = scorer.scores([...outcomes.fold.keys()], NO_CHANGES);
  const real = averagePrecision({ ...outcomes, score }) ?? 0;
  let [asGood, turns] = [1, 1];
  for (const dealt of permuted(outcomes, seed + 2, RELATED_PERMUTATIONS)) {
    turns += 1;
    if ((averagePrecision({ ...dealt, score }) ?? 0) >= real) asGood += 1;
    if (asGood > 5) break;
  }
  return asGood / turns;
}
