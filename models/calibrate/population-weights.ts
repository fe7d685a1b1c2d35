/** How a labelled taxpayer came to be reviewed: drawn at random, chosen for its grade, or not told. */
export type Selection = 'random' | 'chosen' | 'unknown';

/** One stratum (level of the snapshot) of the correction. */
export interface Stratum {
  readonly stratum: string;
  /** Taxpayers of the stratum in the snapshot. */
  readonly population: number;
  readonly random: number;
  readonly chosen: number;
  /** How many taxpayers one row drawn at random stands for; null without such rows. */
  readonly random_weight: number | null;
  /** Taxpayers of the stratum for whom no row stands. */
  readonly uncovered: number;
}

export interface Correction {
  readonly kind: 'none' | 'post_stratified';
  readonly strata: readonly Stratum[];
  /** Taxpayers each row stands for. */
  readonly weight: Float64Array;
}

/**
 * Undoes the selection of reviewed taxpayers by their grade. Within a stratum the chosen ones were taken with certainty and stand for themselves; those drawn
 * at random stand for all others of it, each for (population − chosen) / random. Sums of these weights are Horvitz–Thompson totals post-stratified to the
 * known sizes of the strata, their quotients Hájek estimators (Särndal, Swensson and Wretman 1992, sections 5.7 and 7.6). A stratum without random rows keeps
 * its other taxpayers uncovered, which is reported. Without any random row nothing can be corrected: every weight is 1.
 */
export function populationWeights(rows: readonly { readonly stratum: string; readonly selection: Selection }[], population: ReadonlyMap<string, number>): Correction {
  if (!rows.some(({ selection }) => selection === 'random')) return { kind: 'none', strata: [], weight: new Float64Array(rows.length).fill(1) };
  const strata = [...population].sort(([a], [b]) => (a < b ? -1 : 1)).map(([stratum, size]): Stratum => {
    const members = rows.filter((row) => row.stratum === stratum);
    const random = members.filter(({ selection }) => selection === 'random').length;
    const others = size - (members.length - random);
    return { stratum, population: size, random, chosen: members.length - random, random_weight: random === 0 ? null : others / random, uncovered: random === 0 ? others : 0 };
  });
  const weights = new Map(strata.map(({ stratum, random_weight }) => [stratum, random_weight ?? 1]));
  return { kind: 'post_stratified', strata, weight: Float64Array.from(rows, ({ stratum, selection }) => (selection === 'random' ? (weights.get(stratum) ?? 1) : 1)) };
}
