/** Rows grouped into blocks of equal score, the highest score first. */
export interface Ranking {
  /** Block of each row. */
  readonly blockOf: Int32Array;
  /** Score of each block, falling. */
  readonly blockScores: Float64Array;
}

/** Positives and negatives of each block of a ranking; a resample weights them. */
export interface BlockCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

export interface RankMetrics {
  /** NaN when one of the classes is empty. */
  readonly auc: number;
  /** NaN when there are no positives. */
  readonly averagePrecision: number;
}

/** One step of the curves: everybody from this score up. */
export interface Threshold {
  readonly score: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Ranks rows by score; equal scores share a block, so that the order of the rows shows nowhere. Scores must not be NaN. */
export function rankByScore(score: Float64Array): Ranking {
  const rising = Float64Array.from(score).sort();
  const blockAt = new Map<number, number>();
  for (let at = rising.length - 1; at >= 0; at--) {
    const value = rising[at] ?? 0;
    if (!blockAt.has(value)) blockAt.set(value, blockAt.size);
  }
  return { blockOf: Int32Array.from(score, (value) => blockAt.get(value) ?? 0), blockScores: Float64Array.from(blockAt.keys()) };
}

/** Counts both classes in each block. */
export function countBlocks({ blockOf, blockScores }: Ranking, isPositive: Uint8Array): BlockCounts {
  const [positives, negatives] = [new Float64Array(blockScores.length), new Float64Array(blockScores.length)];
  for (let row = 0; row < blockOf.length; row++) {
    const counts = isPositive[row] === 1 ? positives : negatives;
    const block = blockOf[row] ?? 0;
    counts[block] = (counts[block] ?? 0) + 1;
  }
  return { positives, negatives };
}

/**
 * AUC: the share of pairs of a positive and a negative in which the positive scores higher, a tie counting one half (Mann–Whitney U over the number
 * of pairs). Average precision: the precision at each block, weighted by the recall it adds; a block of ties is one step.
 */
export function rankMetrics({ positives, negatives }: BlockCounts): RankMetrics {
  let [seenPositives, seenNegatives, pairs, area] = [0, 0, 0, 0];
  for (let block = 0; block < positives.length; block++) {
    const [here, others] = [positives[block] ?? 0, negatives[block] ?? 0];
    pairs += others * (seenPositives + here / 2);
    seenPositives += here;
    seenNegatives += others;
    if (here > 0) area += (here * seenPositives) / (seenPositives + seenNegatives);
  }
  return { auc: pairs / (seenPositives * seenNegatives), averagePrecision: area / seenPositives };
}

/** Running counts from the highest score down: the points of the ROC and of the precision-recall curve. */
export function thresholdsOf({ blockScores }: Ranking, counts: BlockCounts): readonly Threshold[] {
  let [positives, negatives] = [0, 0];
  return Array.from(blockScores, (score, block) => {
    positives += counts.positives[block] ?? 0;
    negatives += counts.negatives[block] ?? 0;
    return { score, positives, negatives };
  });
}
