import { countPositives, type LabelledColumns } from './columns.ts';
import { rateOf, shareOf, type Rate } from './rate.ts';

/** What an office that can look at so many taxpayers would find. */
export interface CapacityFigures {
  /** Taxpayers looked at: the capacity, or all when there are fewer. */
  readonly capacity: number;
  readonly precision: Rate;
  readonly recall: Rate;
  /** Yuan that the labels of the positives looked at name, and of all positives; null when no positive names an amount. */
  readonly caught_yuan: number | null;
  readonly all_yuan: number | null;
  readonly caught_share: number | null;
  /** Score of the last one looked at; null when nobody was. */
  readonly cut_score: number | null;
  /** Taxpayers with exactly that score, and how many of them are among those looked at. */
  readonly tied_at_cut: number;
  readonly tied_looked_at: number;
}

/** Looks at the first `capacity` rows by (score falling, amount at risk falling, taxpayer id rising). */
export function capacityFigures(columns: LabelledColumns, capacity: number): CapacityFigures {
  const { isPositive, score } = columns;
  const order = inspectionOrder(columns);
  const taken = order.subarray(0, capacity);
  const last = taken.at(-1);
  const cutScore = last === undefined ? null : (score[last] ?? 0);
  let [found, tiedLookedAt] = [0, 0];
  for (const row of taken) {
    found += isPositive[row] ?? 0;
    if (score[row] === cutScore) tiedLookedAt += 1;
  }
  const [caught, all] = [yuanOfPositives(columns, taken), yuanOfPositives(columns, order)];
  return {
    capacity: taken.length,
    precision: rateOf(found, taken.length),
    recall: rateOf(found, countPositives(isPositive)),
    caught_yuan: all === null ? null : (caught ?? 0),
    all_yuan: all,
    caught_share: all === null ? null : shareOf(caught ?? 0, all),
    cut_score: cutScore,
    tied_at_cut: score.reduce((tied, value) => tied + (value === cutScore ? 1 : 0), 0),
    tied_looked_at: tiedLookedAt,
  };
}

/** Rows in the order in which an office would look at them. */
export function inspectionOrder({ score, amountAtRiskYuan }: LabelledColumns): Uint32Array {
  return Uint32Array.from(score.keys()).sort(
    (a, b) => (score[b] ?? 0) - (score[a] ?? 0) || (amountAtRiskYuan[b] ?? 0) - (amountAtRiskYuan[a] ?? 0) || a - b,
  );
}

/** Summed in cents, so that the order of the rows does not show in the last digits. */
function yuanOfPositives({ isPositive, amountYuan }: LabelledColumns, rows: Uint32Array): number | null {
  let [cents, named] = [0, 0];
  for (const row of rows) {
    const yuan = amountYuan[row] ?? Number.NaN;
    if (isPositive[row] !== 1 || Number.isNaN(yuan)) continue;
    cents += Math.round(100 * yuan);
    named += 1;
  }
  return named === 0 ? null : cents / 100;
}
