import { rankByScore, rankMetrics, type BlockCounts } from '../evaluate/ranking.ts';

/** Labelled taxpayers as columns of one length; `weight` is how many taxpayers each stands for. */
export interface Ranked {
  readonly score: ArrayLike<number>;
  readonly isPositive: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** Area under the receiver operating curve: the chance that a positive stands before a negative, ties counted half. Null without both. */
export function areaUnderCurve(ranked: Ranked): number | null {
  const { auc } = rankMetrics(weightedBlocks(ranked));
  return Number.isNaN(auc) ? null : auc;
}

/** Average precision: precision at each score, averaged over the positives found there; a tie is taken as a whole. Null without positives. */
export function averagePrecision(ranked: Ranked): number | null {
  const { averagePrecision: value } = rankMetrics(weightedBlocks(ranked));
  return Number.isNaN(value) ? null : value;
}

/** Expected precision of the first `capacity` taxpayers (by weight) when those of one score are taken at random. Null without anyone. */
export function precisionAt(ranked: Ranked, capacity: number): number | null {
  const { positives, negatives } = weightedBlocks(ranked);
  let [found, taken] = [0, 0];
  for (let block = 0; block < positives.length; block += 1) {
    const [positive, whole] = [positives[block] ?? 0, (positives[block] ?? 0) + (negatives[block] ?? 0)];
    if (whole === 0) continue;
    const share = Math.min(1, (capacity - taken) / whole);
    found += positive * share;
    taken += whole * share;
    if (share < 1) break;
  }
  return taken === 0 ? null : found / taken;
}

/** Weights of both classes in each block of equal scores, the highest score first. */
function weightedBlocks({ score, isPositive, weight }: Ranked): BlockCounts {
  const { blockOf, blockScores } = rankByScore(Float64Array.from(score));
  const [positives, negatives] = [new Float64Array(blockScores.length), new Float64Array(blockScores.length)];
  for (let at = 0; at < blockOf.length; at += 1) {
    const counts = isPositive[at] === 1 ? positives : negatives;
    const block = blockOf[at] ?? 0;
    counts[block] = (counts[block] ?? 0) + (weight[at] ?? 0);
  }
  return { positives, negatives };
}
