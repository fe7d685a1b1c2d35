import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from '../../../models/evaluate/bootstrap.ts';
import { seededChance } from '../../../models/evaluate/chance.ts';
import { countBlocks, rankByScore, rankMetrics } from '../../../models/evaluate/ranking.ts';

/** Standard normal by Box–Muller. */
function normals(seed: number): () => number {
  const chance = seededChance(seed);
  const uniform = () => (chance.next(2 ** 30) + 0.5) / 2 ** 30;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Two normal classes one and a half deviations apart: the true AUC is Φ(1.5/√2) = 0.8555778. */
function sample(seed: number, positives: number, negatives: number) {
  const normal = normals(seed);
  const isPositive = Uint8Array.from({ length: positives + negatives }, (_, row) => (row < positives ? 1 : 0));
  const score = Float64Array.from(isPositive, (label) => normal() + 1.5 * label);
  return { isPositive, score, singles: Int32Array.from(isPositive.keys()) };
}
const TRUE_AUC = 0.8555778;

describe('the bootstrap', () => {
  it('gives the same intervals for the same seed, others for another, whatever the order of the rows', () => {
    const { isPositive, score, singles } = sample(1, 30, 120);
    const intervals = (seed: number) => bootstrapIntervals(rankByScore(score), isPositive, singles, { seed, resamples: 300 });
    const turned = bootstrapIntervals(rankByScore(score.toReversed()), isPositive.toReversed(), singles, { seed: 7, resamples: 300 });
    expect(intervals(7)).toEqual(intervals(7));
    expect(turned).toEqual(intervals(7));
    expect(intervals(8).auc).not.toEqual(intervals(7).auc);
    expect(intervals(7)).toMatchObject({ resamples: 300, usable: 300, clusters: 150 });
  });

  it('covers the true AUC of a known distribution about as often as it says', () => {
    let covered = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { isPositive, score, singles } = sample(seed, 60, 60);
      const { auc } = bootstrapIntervals(rankByScore(score), isPositive, singles, { seed, resamples: 200 });
      if (auc !== null && auc.low <= TRUE_AUC && TRUE_AUC <= auc.high) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(176); // 88 %, three deviations below 95 %
    expect(covered).toBeLessThanOrEqual(199);
  });

  it('holds the estimate, and is wider when members of a ring are drawn together', () => {
    const { isPositive, score, singles } = sample(3, 60, 600);
    // rings of ten that score alike: ten rows, one piece of evidence
    const alike = score.map((value, row) => (row < 60 ? (score[10 * Math.floor(row / 10)] ?? value) : value));
    const rings = singles.map((row) => (row < 60 ? 10 * Math.floor(row / 10) : row));
    const ranking = rankByScore(alike);
    const { auc } = rankMetrics(countBlocks(ranking, isPositive));
    const [alone, together] = [singles, rings].map((cluster) => bootstrapIntervals(ranking, isPositive, cluster, { seed: 5, resamples: 500 }));
    const width = (interval: { low: number; high: number } | null | undefined) => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(alone?.auc?.low).toBeLessThan(auc);
    expect(alone?.auc?.high).toBeGreaterThan(auc);
    expect(width(together?.auc)).toBeGreaterThan(2 * width(alone?.auc));
    expect(together?.clusters).toBe(606);
  });

  it('leaves out resamples without both classes, and says so', () => {
    const ranking = rankByScore(Float64Array.of(1, 0, 0));
    const found = bootstrapIntervals(ranking, Uint8Array.of(1, 0, 0), Int32Array.of(0, 1, 2), { seed: 1, resamples: 200 });
    expect(found.usable).toBeLessThan(200);
    expect(found.auc).toEqual({ low: 1, high: 1 });
    expect(bootstrapIntervals(ranking, Uint8Array.of(0, 0, 0), Int32Array.of(0, 1, 2), { seed: 1, resamples: 10 })).toMatchObject({ auc: null, averagePrecision: null, usable: 0 });
  });
});

describe('the source of chance', () => {
  it('draws every number about as often', () => {
    const chance = seededChance(42);
    const counts = new Array<number>(10).fill(0);
    for (let drawn = 0; drawn < 100_000; drawn++) counts[chance.next(10)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 0.1 % of samples lie above, nine degrees of freedom
  });
});
