import { mean, standardDeviation } from 'simple-statistics';
import { countByFold, effective, scoringHits, total, type CalibrationData, type HitSet, type Outcomes } from './calibration-data.ts';
import { fitBetaPrior, shrunkPrecision, weightOfEvidence, type BetaPrior } from './shrinkage.ts';

export type WeightRefusal = 'too_few_hits' | 'same_weight' | 'no_scale';

/** What became of one weight: `to` equals `from` when it stays. */
export interface WeightChoice {
  readonly code: string;
  readonly from: number;
  readonly to: number;
  readonly refused: WeightRefusal | null;
  /** Labelled taxpayers with a hit, and their effective number under the correction. */
  readonly hits: number;
  readonly effective_hits: number;
  readonly precision: number | null;
  readonly precision_shrunk: number | null;
  /** Weight of evidence of a hit, natural logarithm. */
  readonly evidence: number | null;
}

/** Maps evidence to weights: mean and spread of the weights in force are kept. */
export interface WeightScale {
  readonly mean_weight: number;
  readonly mean_evidence: number;
  /** Points of weight for each nat of evidence. */
  readonly weight_for_each_nat: number;
}

export interface WeightFit {
  readonly choices: readonly WeightChoice[];
  readonly prior: BetaPrior | null;
  readonly base_rate: number;
  readonly scale: WeightScale | null;
}

/** Effective hits an indicator needs before its weight is touched, and indicators needed before there is a scale. */
export const LEAST_HITS = 10;
const LEAST_INDICATORS = 3;
const GREATEST_MOVE = 2;
const GREATEST_WEIGHT = 5;

/**
 * Weights from outcomes. Precisions are shrunk by a beta-binomial over the tunable indicators; a weight grows in a straight line with the weight of evidence of a hit,
 * in the scale in which the weights in force keep their mean and their spread, and is 0 when a hit speaks for honesty; whole numbers 0–5, at most two away from the weight in force.
 * `changed` holds the hits of indicators whose threshold moves too. Learns from the taxpayers with a fold.
 */
export function chooseWeights(data: CalibrationData, outcomes: Outcomes, changed: ReadonlyMap<string, HitSet>, leastHits = LEAST_HITS): WeightFit {
  const learned = { ...outcomes, fold: outcomes.fold.map((fold) => (fold < 0 ? -1 : 0)) };
  const all = total(countByFold(outcomes.fold.keys(), learned, 1));
  const baseRate = all.positive / Math.max(1e-9, all.positive + all.negative);
  const counted = [...data.weights].map(([code, from]) => {
    const taxpayers = scoringHits(changed.get(code) ?? data.present.get(code)).filter((at) => (learned.fold[at] ?? -1) === 0);
    const sums = total(countByFold(taxpayers, learned, 1));
    const effectiveHits = effective(sums);
    const precision = effectiveHits === 0 ? null : sums.positive / (sums.positive + sums.negative);
    return { code, from, hits: taxpayers.length, effective_hits: effectiveHits, precision };
  });
  const prior = fitBetaPrior(counted.map(({ effective_hits, precision }) => ({ hits: effective_hits, confirmed: (precision ?? 0) * effective_hits })));
  const judged = counted.map((one) => {
    if (one.precision === null || prior === null) return { ...one, precision_shrunk: null, evidence: null };
    const shrunk = shrunkPrecision({ hits: one.effective_hits, confirmed: one.precision * one.effective_hits }, prior);
    return { ...one, precision_shrunk: shrunk, evidence: weightOfEvidence(shrunk, baseRate) };
  });
  const eligible = judged.filter((one): one is typeof one & { evidence: number } => one.evidence !== null && one.effective_hits >= leastHits);
  const scale = eligible.length < LEAST_INDICATORS ? null : scaleOf(eligible);
  return { prior, base_rate: baseRate, scale, choices: judged.map((one) => ({ ...one, ...moved(one, scale, leastHits) })) };
}

function moved({ from, evidence, effective_hits }: { from: number; evidence: number | null; effective_hits: number }, scale: WeightScale | null, leastHits: number): Pick<WeightChoice, 'to' | 'refused'> {
  if (evidence === null || effective_hits < leastHits) return { to: from, refused: 'too_few_hits' };
  if (scale === null) return { to: from, refused: 'no_scale' };
  const target = Math.round(weightAt(evidence, scale));
  const to = Math.min(from + GREATEST_MOVE, Math.max(from - GREATEST_MOVE, target));
  return { to, refused: to === from ? 'same_weight' : null };
}

function weightAt(evidence: number, { mean_weight, mean_evidence, weight_for_each_nat }: WeightScale): number {
  if (evidence <= 0) return 0;
  return Math.min(GREATEST_WEIGHT, Math.max(0, mean_weight + weight_for_each_nat * (evidence - mean_evidence)));
}

/** Null when the indicators do not differ in evidence. */
function scaleOf(indicators: readonly { readonly from: number; readonly evidence: number }[]): WeightScale | null {
  const [weights, evidence] = [indicators.map(({ from }) => from), indicators.map((one) => one.evidence)];
  const spread = standardDeviation(evidence);
  return spread < 1e-9 ? null : { mean_weight: mean(weights), mean_evidence: mean(evidence), weight_for_each_nat: standardDeviation(weights) / spread };
}
