/** Hits of one indicator: how many, in effective taxpayers, and how many of them were confirmed. */
export interface HitCount {
  readonly hits: number;
  readonly confirmed: number;
}

/** A beta distribution of precisions: its mean, and how many hits of evidence it is worth. */
export interface BetaPrior {
  readonly mean: number;
  readonly strength: number;
}

/** Precisions that differ less than chance would have them are pooled: the prior is then worth this many hits, in practice all there are. */
const POOLED = 10_000;
/** No precision is believed to be 0 or 1. */
const LEAST = 0.001;

/**
 * Prior of the precision of an indicator from all of them: beta-binomial by the method of moments (Kleinman 1973, proportions with extraneous variance),
 * groups weighted by their hits. Null without a group that has hits.
 */
export function fitBetaPrior(counts: readonly HitCount[]): BetaPrior | null {
  const groups = counts.filter(({ hits }) => hits > 0);
  const total = sum(groups.map(({ hits }) => hits));
  if (total === 0) return null;
  const mean = Math.min(1 - LEAST, Math.max(LEAST, sum(groups.map(({ confirmed }) => confirmed)) / total));
  const within = mean * (1 - mean);
  const spread = sum(groups.map(({ hits, confirmed }) => hits * (confirmed / hits - mean) ** 2));
  const free = groups.length - 1;
  const room = within * (total - sum(groups.map(({ hits }) => hits ** 2)) / total - free);
  const correlation = room <= 0 ? 0 : (spread - within * free) / room;
  const strength = correlation <= 0 ? POOLED : Math.min(POOLED, Math.max(1, 1 / correlation - 1));
  return { mean, strength };
}

/** Precision of one indicator shrunk towards the prior: the mean of the posterior. */
export function shrunkPrecision({ hits, confirmed }: HitCount, { mean, strength }: BetaPrior): number {
  return (confirmed + mean * strength) / (hits + strength);
}

/** Weight of evidence of a hit: by how much it moves the log-odds of a confirmed doubt, natural logarithm (Good 1950). */
export function weightOfEvidence(precision: number, baseRate: number): number {
  return logit(precision) - logit(baseRate);
}

function logit(share: number): number {
  const inside = Math.min(1 - LEAST, Math.max(LEAST, share));
  return Math.log(inside / (1 - inside));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
