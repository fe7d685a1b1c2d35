/** Standard normal quantile of 0.975: half of what two-sided 95 % leaves outside lies above it. */
const Z = 1.959963984540054;

/** A share with its parts and its 95 % interval; all three are null when nothing was counted. */
export interface Rate {
  readonly part: number;
  readonly whole: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** `part` of `whole` with Wilson's score interval (E. B. Wilson, Journal of the American Statistical Association 22, 1927). */
export function rateOf(part: number, whole: number): Rate {
  if (whole === 0) return { part, whole, share: null, low: null, high: null };
  const share = part / whole;
  const square = Z ** 2 / whole;
  const centre = (share + square / 2) / (1 + square);
  const half = (Z / (1 + square)) * Math.sqrt((share * (1 - share) + square / 4) / whole);
  // At 0 and at 1 the bound is exact; rounding must not leave it a hair off.
  return { part, whole, share, low: part === 0 ? 0 : centre - half, high: part === whole ? 1 : centre + half };
}

/** `part` over `whole`, null when there is no whole. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
