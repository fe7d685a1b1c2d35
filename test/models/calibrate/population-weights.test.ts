import { describe, expect, it } from 'vitest';
import { populationWeights } from '../../../models/calibrate/population-weights.ts';
import { seededRandom, shuffled } from '../../../pipeline/shared/seeded-random.ts';

const LEVELS = ['high', 'low', 'medium', 'none'] as const;

/** A province in which an indicator hits, grades follow hits in part, and the truth is known. */
function province(size: number, random: () => number) {
  return Array.from({ length: size }, () => {
    const isPositive = random() < 0.06;
    const isHit = random() < (isPositive ? 0.5 : 0.08);
    const level = isHit ? (random() < 0.5 ? 'high' : 'medium') : random() < 0.2 ? 'low' : 'none';
    return { isPositive, isHit, level };
  });
}

/** Cases of high grade that look bad are chosen; 60 of each level are drawn at random. */
function reviews(all: ReturnType<typeof province>, random: () => number) {
  const chosen = all.map(({ level, isPositive }) => (level === 'high' && random() < (isPositive ? 0.9 : 0.3)) || (level === 'medium' && random() < (isPositive ? 0.6 : 0.1)));
  const drawn = new Set(LEVELS.flatMap((level) => shuffled(all.flatMap((one, at) => (one.level === level ? [at] : [])), random).slice(0, 60)));
  return all.flatMap((one, at) => {
    const selection = chosen[at] === true ? ('chosen' as const) : drawn.has(at) ? ('random' as const) : null;
    return selection === null ? [] : [{ ...one, stratum: one.level, selection }];
  });
}

const precision = (rows: readonly { isPositive: boolean; isHit: boolean }[], weight: ArrayLike<number> = new Float64Array(rows.length).fill(1)): number => {
  const sum = (test: (row: { isPositive: boolean; isHit: boolean }) => boolean) => rows.reduce((total, row, at) => total + (test(row) ? weight[at]! : 0), 0);
  return sum(({ isHit, isPositive }) => isHit && isPositive) / sum(({ isHit }) => isHit);
};

describe('correction for the selection of cases', () => {
  it('recovers the true precision, which the bare labels overstate', () => {
    const errors = Array.from({ length: 20 }, (_, seed) => {
      const random = seededRandom(seed);
      const all = province(6000, random);
      const rows = reviews(all, random);
      const population = new Map(LEVELS.map((level) => [level as string, all.filter((one) => one.level === level).length]));
      const corrected = populationWeights(rows, population);
      expect(corrected.kind).toBe('post_stratified');
      expect([...corrected.weight].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(all.length, 6);
      return { bare: precision(rows) - precision(all), corrected: precision(rows, corrected.weight) - precision(all) };
    });
    const mean = (of: (error: (typeof errors)[number]) => number) => errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
    expect(mean(({ bare }) => bare)).toBeGreaterThan(0.15);
    expect(Math.abs(mean(({ corrected }) => corrected))).toBeLessThan(0.02);
  });

  it('says for whom nobody stands, and corrects nothing without a random draw', () => {
    const rows = [{ stratum: 'high', selection: 'chosen' as const }, { stratum: 'none', selection: 'random' as const }, { stratum: 'none', selection: 'random' as const }];
    const corrected = populationWeights(rows, new Map([['none', 10], ['high', 4]]));
    expect([...corrected.weight]).toEqual([1, 5, 5]);
    expect(corrected.strata).toEqual([
      { stratum: 'high', population: 4, random: 0, chosen: 1, random_weight: null, uncovered: 3 },
      { stratum: 'none', population: 10, random: 2, chosen: 0, random_weight: 5, uncovered: 0 },
    ]);
    expect(populationWeights(rows.map((row) => ({ ...row, selection: 'chosen' as const })), new Map([['high', 9]]))).toEqual({ kind: 'none', strata: [], weight: new Float64Array([1, 1, 1]) });
  });
});
