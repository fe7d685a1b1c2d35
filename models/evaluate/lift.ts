import { countPositives } from './columns.ts';
import { rateOf, shareOf, type Rate } from './rate.ts';

/** One finding: an indicator (or its tier, or its family) hit a labelled taxpayer. */
export interface Hit {
  readonly group: string;
  /** Row of the labelled taxpayer. */
  readonly row: number;
}

/** Labelled taxpayers hit by one group of findings: precision, recall, and how many times the base rate the precision is. */
export interface LiftRow {
  readonly group: string;
  readonly precision: Rate;
  readonly recall: Rate;
  /** Precision over the rate of positives among all labelled; null without hits or positives. */
  readonly lift: number | null;
}

/** One row for each of `groups`, those nobody was hit by included; a taxpayer counts once, however many findings it has. */
export function liftRows(groups: readonly string[], hits: readonly Hit[], isPositive: Uint8Array): readonly LiftRow[] {
  const rowsOf = new Map<string, Set<number>>(groups.map((group) => [group, new Set()]));
  for (const { group, row } of hits) rowsOf.get(group)?.add(row);
  const positives = countPositives(isPositive);
  const baseRate = shareOf(positives, isPositive.length);
  return [...rowsOf].map(([group, rows]) => {
    const found = [...rows].reduce((sum, row) => sum + (isPositive[row] ?? 0), 0);
    const precision = rateOf(found, rows.size);
    return { group, precision, recall: rateOf(found, positives), lift: precision.share === null || baseRate === null || baseRate === 0 ? null : precision.share / baseRate };
  });
}
