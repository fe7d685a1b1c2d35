import { quantileSorted } from 'simple-statistics';
import { seededNumbers } from './chance.ts';
import { rankMetrics, type BlockCounts, type Ranking } from './ranking.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 95 % percentile intervals; null when no resample held both classes. */
export interface BootstrapIntervals {
  readonly auc: Interval | null;
  readonly averagePrecision: Interval | null;
  readonly resamples: number;
  /** Resamples with both classes; the others say nothing of either figure. */
  readonly usable: number;
  readonly clusters: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples: number;
}

export const DEFAULT_RESAMPLES = 1000;
const [LOW, HIGH] = [0.025, 0.975];

/** Where the rows of each cluster fall: a cell is a block and a class. A cluster of one row holds its cell, a larger one the place of its list, negative. */
interface Cells {
  readonly codes: Int32Array;
  readonly lists: readonly Int32Array[];
}

/**
 * Percentile bootstrap (Efron 1979) that draws whole clusters with replacement: members of one ring are no independent evidence. Equal scores of one class
 * are interchangeable, so a resample only counts blocks; nothing is sorted again.
 */
export function bootstrapIntervals(ranking: Ranking, isPositive: Uint8Array, cluster: Int32Array, { seed, resamples }: BootstrapOptions): BootstrapIntervals {
  const cells = cellsOf(ranking, isPositive, cluster);
  const draw = seededNumbers(seed);
  const counts: BlockCounts = { positives: new Float64Array(ranking.blockScores.length), negatives: new Float64Array(ranking.blockScores.length) };
  const [aucs, precisions]: [number[], number[]] = [[], []];
  for (let resample = 0; resample < resamples; resample++) {
    drawCounts(cells, draw, counts);
    const { auc, averagePrecision } = rankMetrics(counts);
    if (Number.isNaN(auc)) continue;
    aucs.push(auc);
    precisions.push(averagePrecision);
  }
  return { auc: intervalOf(aucs), averagePrecision: intervalOf(precisions), resamples, usable: aucs.length, clusters: cells.codes.length };
}

function cellsOf({ blockOf }: Ranking, isPositive: Uint8Array, cluster: Int32Array): Cells {
  const byCluster = new Map<number, number[]>();
  for (let row = 0; row < cluster.length; row++) {
    const cell = 2 * (blockOf[row] ?? 0) + (isPositive[row] ?? 0);
    const held = byCluster.get(cluster[row] ?? 0);
    if (held === undefined) byCluster.set(cluster[row] ?? 0, [cell]);
    else held.push(cell);
  }
  const lists: Int32Array[] = [];
  // Sorted by content: the intervals must not hang on the order of the rows or on how clusters are numbered.
  const clusters = [...byCluster.values()].map((held) => held.sort((a, b) => a - b)).sort(byContent);
  const codes = Int32Array.from(clusters, (held) => (held.length === 1 ? (held[0] ?? 0) : -lists.push(Int32Array.from(held))));
  return { codes, lists };
}

function byContent(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return (a[at] ?? 0) - (b[at] ?? 0);
  return 0;
}

function drawCounts({ codes, lists }: Cells, draw: (below: number) => number, { positives, negatives }: BlockCounts): void {
  positives.fill(0);
  negatives.fill(0);
  const add = (cell: number) => {
    const counts = (cell & 1) === 1 ? positives : negatives;
    counts[cell >> 1] = (counts[cell >> 1] ?? 0) + 1;
  };
  for (let drawn = 0; drawn < codes.length; drawn++) {
    const code = codes[draw(codes.length)] ?? 0;
    if (code >= 0) add(code);
    else for (const cell of lists[-code - 1] ?? []) add(cell);
  }
}

function intervalOf(figures: readonly number[]): Interval | null {
  if (figures.length === 0) return null;
  const sorted = [...figures].sort((a, b) => a - b);
  return { low: quantileSorted(sorted, LOW), high: quantileSorted(sorted, HIGH) };
}
