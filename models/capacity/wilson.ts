export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % quantile of the standard normal. */
const Z = 1.959963984540054;

/** Share of `found` in `count` with its 95 % interval by Wilson's score (1927): right for small counts, never outside 0–1. Null without cases. */
export function wilson(found: number, count: number): Interval | null {
  if (count === 0) return null;
  const share = found / count;
  const shrink = 1 + (Z * Z) / count;
  const centre = (share + (Z * Z) / (2 * count)) / shrink;
  const half = (Z / shrink) * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  return { share, low: found === 0 ? 0 : Math.max(0, centre - half), high: found === count ? 1 : Math.min(1, centre + half) };
}
