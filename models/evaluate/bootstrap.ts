import { quantileSorted } from 'simple-statistics';
import { seededChance, type Chance } from './chance.ts';
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
const DRAWN_AT_A_TIME = 4096;
const NO_CELLS = new Int32Array();

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
  const chance = seededChance(seed);
  const cellCounts = new Int32Array(2 * ranking.blockScores.length);
  const counts: BlockCounts = { positives: new Float64Array(ranking.blockScores.length), negatives: new Float64Array(ranking.blockScores.length) };
  const [aucs, precisions]: [number[], number[]] = [[], []];
  for (let resample = 0; resample < resamples; resample++) {
    drawCells(cells, chance, cellCounts);
    for (let block = 0; block < ranking.blockScores.length; block++) {
      counts.negatives[block] = cellCounts[2 * block] ?? 0;
      counts.positives[block] = cellCounts[2 * block + 1] ?? 0;
    }
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

/** Draws as many clusters as there are and counts their rows by cell. */
function drawCells({ codes, lists }: Cells, chance: Chance, cellCounts: Int32Array): void {
  cellCounts.fill(0);
  const drawn = new Uint32Array(DRAWN_AT_A_TIME);
  for (let from = 0; from < codes.length; from += DRAWN_AT_A_TIME) {
    const part = drawn.subarray(0, Math.min(DRAWN_AT_A_TIME, codes.length - from));
    chance.fill(part, codes.length);
    for (let at = 0; at < part.length; at++) {
      const code = codes[part[at] ?? 0] ?? 0;
      if (code >= 0) cellCounts[code] = (cellCounts[code] ?? 0) + 1;
      else addList(lists[-code - 1] ?? NO_CELLS, cellCounts);
    }
  }
}

function addList(list: Int32Array, cellCounts: Int32Array): void {
  for (let at = 0; at < list.length; at++) {
    const cell = list[at] ?? 0;
    cellCounts[cell] = (cellCounts[cell] ?? 0) + 1;
  }
}

function intervalOf(figures: readonly number[]): Interval | null {
  if (figures.length === 0) return null;
  const sorted = [...figures].sort((a, b) => a - b);
  return { low: quantileSorted(sorted, LOW), high: quantileSorted(sorted, HIGH) };
}
