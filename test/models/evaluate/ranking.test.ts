import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBlocks, rankByScore, rankMetrics, thresholdsOf } from '../../../models/evaluate/ranking.ts';

const metricsOf = (labels: readonly number[], scores: readonly number[]) => {
  const ranking = rankByScore(Float64Array.from(scores));
  return rankMetrics(countBlocks(ranking, Uint8Array.from(labels)));
};

/** The definition, pair by pair. */
function pairwiseAuc(labels: readonly number[], scores: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  labels.forEach((one, i) => {
    labels.forEach((other, j) => {
      if (one !== 1 || other !== 0) return;
      pairs += 1;
      sum += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    });
  });
  return sum / pairs;
}

/** The definition, threshold by threshold: each adds its recall at its precision. */
function thresholdwisePrecision(labels: readonly number[], scores: readonly number[]): number {
  const positives = labels.filter((label) => label === 1).length;
  let [recall, sum] = [0, 0];
  for (const least of [...new Set(scores)].sort((a, b) => b - a)) {
    const flagged = labels.filter((_, at) => scores[at]! >= least);
    const found = flagged.filter((label) => label === 1).length;
    sum += (found / positives - recall) * (found / flagged.length);
    recall = found / positives;
  }
  return sum;
}

const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 12 })), { minLength: 2, maxLength: 60 })
  .filter((list) => list.some(([label]) => label === 1) && list.some(([label]) => label === 0));
const sides = (list: readonly (readonly [number, number])[]) => [list.map(([label]) => label), list.map(([, score]) => score)] as const;

describe('AUC and average precision', () => {
  it('are those of scikit-learn 1.9: the examples of its documentation', () => {
    // roc_auc_score = 0.75, average_precision_score = 0.8333…
    const { auc, averagePrecision } = metricsOf([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
    expect(auc).toBe(0.75);
    expect(averagePrecision).toBeCloseTo(5 / 6, 15);
    expect(metricsOf([0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1], [-1, -1, 2, 3, 3, 3, 5, 2, 5, 7, 0, -1]).auc).toBeCloseTo(0.6571428571428571, 15);
  });

  it('are the definitions, ties included', () => {
    fc.assert(fc.property(rows, (list) => {
      const [labels, scores] = sides(list);
      const { auc, averagePrecision } = metricsOf(labels, scores);
      expect(auc).toBeCloseTo(pairwiseAuc(labels, scores), 12);
      expect(averagePrecision).toBeCloseTo(thresholdwisePrecision(labels, scores), 12);
    }));
  });

  it('do not change when the scores are stretched or the rows are shuffled', () => {
    fc.assert(fc.property(rows, fc.integer(), (list, seed) => {
      const [labels, scores] = sides(list);
      const shuffled = list.map((row, at) => ({ row, key: Math.imul(at + 1, seed | 1) })).sort((a, b) => a.key - b.key).map(({ row }) => row);
      const reference = metricsOf(labels, scores);
      expect(metricsOf(labels, scores.map((score) => Math.exp(score) - 5))).toEqual(reference);
      expect(metricsOf(...sides(shuffled))).toEqual(reference);
    }));
  });

  it('upside down the AUC is what is missing to one', () => {
    fc.assert(fc.property(rows, (list) => {
      const [labels, scores] = sides(list);
      expect(metricsOf(labels, scores.map((score) => -score)).auc).toBeCloseTo(1 - metricsOf(labels, scores).auc, 12);
    }));
  });

  it('cannot be told without both classes', () => {
    expect(metricsOf([1, 1], [3, 4]).auc).toBeNaN();
    expect(metricsOf([0, 0], [3, 4])).toEqual({ auc: Number.NaN, averagePrecision: Number.NaN });
  });
});

describe('thresholds', () => {
  it('count everybody from each score up, once for each score', () => {
    const ranking = rankByScore(Float64Array.of(0, 50, 50, 90, 0));
    expect(thresholdsOf(ranking, countBlocks(ranking, Uint8Array.of(0, 1, 0, 1, 0)))).toEqual([
      { score: 90, positives: 1, negatives: 0 },
      { score: 50, positives: 2, negatives: 1 },
      { score: 0, positives: 2, negatives: 3 },
    ]);
  });
});
