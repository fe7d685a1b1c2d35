/** What the queue of a region is worth to its first officers. */
export interface RegionValue {
  readonly region: string;
  /** Worth of the cases of the first, second, … officer, as far as the queue reaches. */
  readonly by_officer: readonly number[];
}

/**
 * How many officers each region should have so that the cases they take are worth most in all. The worth of one officer after the other may rise and fall
 * along a queue, so the best place for the next one is no safe step; all splits are compared by dynamic programming over regions (multiple-choice knapsack,
 * Kellerer, Pferschy and Pisinger 2004, chapter 11). Officers whom no queue needs are in no region. Among splits worth the same, regions earlier in the list get more.
 */
export function placeOfficers(regions: readonly RegionValue[], everyone: number): readonly number[] {
  const officers = Math.min(everyone, regions.reduce((sum, { by_officer }) => sum + by_officer.length, 0));
  let best = new Float64Array(officers + 1);
  const chosen: Int32Array[] = [];
  for (let at = regions.length - 1; at >= 0; at -= 1) {
    const worth = cumulative(regions[at]?.by_officer ?? []);
    const next = new Float64Array(officers + 1);
    const choice = new Int32Array(officers + 1);
    for (let left = 0; left <= officers; left += 1) {
      for (let here = Math.min(left, worth.length - 1); here >= 0; here -= 1) {
        const value = (worth[here] ?? 0) + (best[left - here] ?? 0);
        if (here === Math.min(left, worth.length - 1) || value > (next[left] ?? 0) + 1e-9 * Math.abs(value)) [next[left], choice[left]] = [value, here];
      }
    }
    best = next;
    chosen.unshift(choice);
  }
  let left = officers;
  return chosen.map((choice) => {
    const here = choice[left] ?? 0;
    left -= here;
    return here;
  });
}

/** Worth of the first 0, 1, 2, … officers of a region together. */
export function cumulative(byOfficer: readonly number[]): Float64Array {
  const sums = new Float64Array(byOfficer.length + 1);
  byOfficer.forEach((value, at) => {
    sums[at + 1] = (sums[at] ?? 0) + value;
  });
  return sums;
}
