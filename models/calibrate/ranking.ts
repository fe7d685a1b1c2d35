/** Labelled taxpayers as columns of one length; `weight` is how many taxpayers each stands for. */
export interface Ranked {
  readonly score: ArrayLike<number>;
  readonly isPositive: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** Taxpayers of one score, highest score first; weights of the positive and the negative ones. */
interface Tie {
  readonly positive: number;
  readonly negative: number;
}

/** Area under the receiver operating curve: the chance that a positive stands before a negative, ties counted half. Null without both. */
export function areaUnderCurve(ranked: Ranked): number | null {
  const ties = tiesOf(ranked);
  const [positives, negatives] = totals(ties);
  if (positives === 0 || negatives === 0) return null;
  let [before, area] = [0, 0];
  for (const { positive, negative } of ties) {
    area += negative * (before + positive / 2);
    before += positive;
  }
  return area / (positives * negatives);
}

/** Average precision: precision at each score, averaged over the positives found there; a tie is taken as a whole. Null without positives. */
export function averagePrecision(ranked: Ranked): number | null {
  const ties = tiesOf(ranked);
  const [positives] = totals(ties);
  if (positives === 0) return null;
  let [found, taken, total] = [0, 0, 0];
  for (const { positive, negative } of ties) {
    found += positive;
    taken += positive + negative;
    total += positive * (found / taken);
  }
  return total / positives;
}

/** Expected precision of the first `capacity` taxpayers (by weight) when those of one score are taken at random. Null without anyone. */
export function precisionAt(ranked: Ranked, capacity: number): number | null {
  let [found, taken] = [0, 0];
  for (const { positive, negative } of tiesOf(ranked)) {
    const share = Math.min(1, (capacity - taken) / (positive + negative));
    found += positive * share;
    taken += (positive + negative) * share;
    if (share < 1) break;
  }
  return taken === 0 ? null : found / taken;
}

function tiesOf({ score, isPositive, weight }: Ranked): Tie[] {
  const byScore = new Map<number, { positive: number; negative: number }>();
  for (let at = 0; at < score.length; at += 1) {
    const value = score[at] ?? 0;
    const tie = byScore.get(value) ?? { positive: 0, negative: 0 };
    if (isPositive[at] === 1) tie.positive += weight[at] ?? 0;
    else tie.negative += weight[at] ?? 0;
    byScore.set(value, tie);
  }
  return [...byScore].sort(([a], [b]) => b - a).map(([, tie]) => tie).filter(({ positive, negative }) => positive + negative > 0);
}

function totals(ties: readonly Tie[]): [positives: number, negatives: number] {
  return [ties.reduce((sum, { positive }) => sum + positive, 0), ties.reduce((sum, { negative }) => sum + negative, 0)];
}
