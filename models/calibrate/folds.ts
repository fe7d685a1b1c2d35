import { seededRandom, shuffled } from '../../pipeline/shared/seeded-random.ts';

/** One labelled taxpayer, as far as folds care. */
export interface FoldRow {
  /** Ring of the taxpayer in the labels, or null: then it stands by itself. */
  readonly ring: string | null;
  readonly isPositive: boolean;
}

interface Unit {
  readonly rows: readonly number[];
  readonly positives: number;
}

/**
 * Fold (0 … folds − 1) of every row. A ring is one unit and never straddles folds; units with positives are dealt first, each to the fold with the fewest
 * positives, then the others to the fold with the fewest rows. The seed decides among equals. Null when some fold would hold no positive or no negative.
 */
export function assignFolds(rows: readonly FoldRow[], folds: number, seed: number): Int32Array | null {
  const units = shuffled(unitsOf(rows), seededRandom(seed)).sort((a, b) => b.positives - a.positives || b.rows.length - a.rows.length);
  const [sizes, positives] = [new Float64Array(folds), new Float64Array(folds)];
  const fold = new Int32Array(rows.length);
  for (const unit of units) {
    const chosen = fewest(unit.positives > 0 ? positives : sizes, sizes);
    for (const row of unit.rows) fold[row] = chosen;
    sizes[chosen] = (sizes[chosen] ?? 0) + unit.rows.length;
    positives[chosen] = (positives[chosen] ?? 0) + unit.positives;
  }
  const isUsable = positives.every((count, at) => count > 0 && count < (sizes[at] ?? 0));
  return isUsable ? fold : null;
}

function unitsOf(rows: readonly FoldRow[]): Unit[] {
  const rings = new Map<string, number[]>();
  rows.forEach(({ ring }, at) => {
    const key = ring === null ? `#${at}` : `ring ${ring}`;
    const unit = rings.get(key);
    if (unit === undefined) rings.set(key, [at]);
    else unit.push(at);
  });
  return [...rings.values()].map((members) => ({ rows: members, positives: members.filter((at) => rows[at]?.isPositive === true).length }));
}

function fewest(first: Float64Array, second: Float64Array): number {
  let best = 0;
  for (let at = 1; at < first.length; at += 1) {
    const [a, b] = [(first[at] ?? 0) - (first[best] ?? 0), (second[at] ?? 0) - (second[best] ?? 0)];
    if (a < 0 || (a === 0 && b < 0)) best = at;
  }
  return best;
}

/** Rows to learn from (1) and to test on (2) by the day of review; 0: left out, because its ring is learned from. */
export type TimeSplit = Uint8Array;

/** Share of the reviewed rows, by day, that is learned from. */
const EARLIER = 0.7;
const LEAST_POSITIVES = 5;

/**
 * Learns from the earlier reviews and tests on the later ones. A ring with a row among the earlier ones is not tested on. Null when a row lacks its day, or
 * either part would hold fewer than five positives or no negative.
 */
export function splitByTime(rows: readonly (FoldRow & { readonly reviewedOn: string | null })[]): TimeSplit | null {
  const days = rows.map(({ reviewedOn }) => reviewedOn ?? '').sort();
  if (days.length === 0 || days[0] === '') return null;
  const lastDay = days[Math.floor(EARLIER * (days.length - 1))] ?? '';
  const isEarlier = (at: number): boolean => (rows[at]?.reviewedOn ?? '') <= lastDay;
  const learned = new Set(rows.flatMap(({ ring }, at) => (ring !== null && isEarlier(at) ? [ring] : [])));
  const split = Uint8Array.from(rows, ({ ring }, at) => (isEarlier(at) ? 1 : ring !== null && learned.has(ring) ? 0 : 2));
  const enough = [1, 2].every((part) => {
    const members = rows.filter((_, at) => split[at] === part);
    const positives = members.filter(({ isPositive }) => isPositive).length;
    return positives >= LEAST_POSITIVES && positives < members.length;
  });
  return enough ? split : null;
}
