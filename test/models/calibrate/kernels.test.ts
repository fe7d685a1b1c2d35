import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds, splitByTime } from '../../../models/calibrate/folds.ts';
import { nonIncreasing } from '../../../models/calibrate/isotonic.ts';
import { areaUnderCurve, averagePrecision, precisionAt } from '../../../models/calibrate/ranking.ts';
import { fitBetaPrior, shrunkPrecision, weightOfEvidence } from '../../../models/calibrate/shrinkage.ts';
import { seededRandom, shuffled } from '../../../pipeline/shared/seeded-random.ts';

describe('shrinkage of precisions', () => {
  /*
   * Numbers from Python, in exact fractions:
   *   counts = [(40,22),(60,20),(30,12),(25,17),(8,2)]; N = sum(n); m = len(counts); p = F(sum(k), N)
   *   S = sum(n*(F(k,n)-p)**2); rho = (S-p*(1-p)*(m-1)) / (p*(1-p)*(N-F(sum(n*n),N)-(m-1))); M = 1/rho-1
   *   shrunk = (k+p*M)/(n+M)
   */
  const counts = [[40, 22], [60, 20], [30, 12], [25, 17], [8, 2]].map(([hits, confirmed]) => ({ hits: hits!, confirmed: confirmed! }));

  it('equals numbers worked out elsewhere', () => {
    const prior = fitBetaPrior(counts)!;
    expect(prior.mean).toBeCloseTo(REFERENCE.mean, 12);
    expect(prior.strength).toBeCloseTo(REFERENCE.strength, 9);
    counts.forEach((count, at) => {
      expect(shrunkPrecision(count, prior)).toBeCloseTo(REFERENCE.shrunk[at]!, 12);
    });
    expect(weightOfEvidence(shrunkPrecision(counts[0]!, prior), 0.1)).toBeCloseTo(REFERENCE.evidence, 12);
  });

  it('pools indicators that do not differ, and has nothing to say without hits', () => {
    expect(fitBetaPrior([{ hits: 10, confirmed: 3 }, { hits: 20, confirmed: 6 }])).toEqual({ mean: 0.3, strength: 10_000 });
    expect(fitBetaPrior([{ hits: 0, confirmed: 0 }])).toBeNull();
    expect(fitBetaPrior([{ hits: 4, confirmed: 0 }])!.mean).toBeGreaterThan(0);
  });

  it('always lies between the count and the prior', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 12 }), (pairs) => {
      const drawn = pairs.map(([a, b]) => ({ hits: a + b, confirmed: a }));
      const prior = fitBetaPrior(drawn);
      if (prior === null) return;
      for (const one of drawn.filter(({ hits }) => hits > 0)) {
        const [low, high] = [Math.min(prior.mean, one.confirmed / one.hits), Math.max(prior.mean, one.confirmed / one.hits)];
        expect(shrunkPrecision(one, prior)).toBeGreaterThanOrEqual(low - 1e-12);
        expect(shrunkPrecision(one, prior)).toBeLessThanOrEqual(high + 1e-12);
      }
    }));
  });
});

const REFERENCE = {
  mean: 0.44785276073619634, strength: 13.924868900273736, shrunk: [0.5236228025346921, 0.354904802269863, 0.41517007190802446, 0.596952324731241, 0.37565975957896663], evidence: 2.2917861878821713,
};

describe('shares made non-increasing', () => {
  it('equal the min-max formula, worked out for every position by itself', () => {
    const cell = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 9 }));
    fc.assert(fc.property(fc.array(cell, { minLength: 1, maxLength: 9 }), (cells) => {
      const mean = (from: number, to: number) => {
        const block = cells.slice(from, to + 1);
        return block.reduce((sum, [value, weight]) => sum + value * weight, 0) / block.reduce((sum, [, weight]) => sum + weight, 0);
      };
      const expected = cells.map((_, at) => Math.min(...cells.slice(0, at + 1).map((__, from) => Math.max(...cells.slice(at).map((___, past) => mean(from, at + past))))));
      const found = nonIncreasing(cells.map(([value]) => value), cells.map(([, weight]) => weight));
      found.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at]!, 9);
      });
    }));
  });

  it('keep what is in order already', () => {
    expect(nonIncreasing([0.7, 0.4, 0.4, 0.1], [1, 2, 3, 4])).toEqual([0.7, 0.4, 0.4, 0.1]);
  });
});

describe('ranking', () => {
  const rows = fc.array(fc.record({ score: fc.integer({ min: 0, max: 6 }), isPositive: fc.boolean(), weight: fc.integer({ min: 1, max: 4 }) }), { minLength: 2, maxLength: 30 })
    .filter((all) => all.some(({ isPositive }) => isPositive) && all.some(({ isPositive }) => !isPositive));
  const columns = (all: readonly { score: number; isPositive: boolean; weight: number }[]) => ({ score: all.map(({ score }) => score), isPositive: all.map(({ isPositive }) => Number(isPositive)), weight: all.map(({ weight }) => weight) });

  it('gives the area under the curve of all pairs', () => {
    fc.assert(fc.property(rows, (all) => {
      let [won, pairs] = [0, 0];
      for (const a of all.filter(({ isPositive }) => isPositive)) {
        for (const b of all.filter(({ isPositive }) => !isPositive)) {
          pairs += a.weight * b.weight;
          won += a.weight * b.weight * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
        }
      }
      expect(areaUnderCurve(columns(all))).toBeCloseTo(won / pairs, 10);
    }));
  });

  it('weighs one row of weight n like n rows', () => {
    fc.assert(fc.property(rows, fc.integer({ min: 1, max: 40 }), (all, capacity) => {
      const many = all.flatMap((row) => Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })));
      expect(averagePrecision(columns(all))).toBeCloseTo(averagePrecision(columns(many))!, 10);
      expect(precisionAt(columns(all), capacity)).toBeCloseTo(precisionAt(columns(many), capacity)!, 10);
    }));
  });

  it('knows small cases by hand', () => {
    const small = { score: [9, 8, 7, 7], isPositive: [1, 0, 1, 0], weight: [1, 1, 1, 1] };
    expect(averagePrecision(small)).toBeCloseTo((1 + 2 / 4) / 2, 12);
    expect(precisionAt(small, 3)).toBeCloseTo((1 + 0.5) / 3, 12);
    expect(areaUnderCurve({ ...small, isPositive: [0, 0, 0, 0] })).toBeNull();
  });
});

describe('folds', () => {
  const rows = fc.array(fc.record({ ring: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), isPositive: fc.boolean() }), { minLength: 1, maxLength: 80 });

  it('never split a ring, are the same for the same seed, and hold both outcomes', () => {
    fc.assert(fc.property(rows, fc.integer({ min: 2, max: 6 }), fc.integer(), (all, folds, seed) => {
      const fold = assignFolds(all, folds, seed);
      expect(assignFolds(all, folds, seed)).toEqual(fold);
      if (fold === null) return;
      for (const ring of new Set(all.flatMap((row) => row.ring ?? []))) {
        expect(new Set(all.flatMap((row, at) => (row.ring === ring ? [fold[at]] : []))).size).toBe(1);
      }
      for (let number = 0; number < folds; number += 1) {
        const members = all.filter((_, at) => fold[at] === number);
        expect(members.some(({ isPositive }) => isPositive) && members.some(({ isPositive }) => !isPositive)).toBe(true);
      }
    }), { numRuns: 500 });
  });

  it('are balanced, and cannot be formed from fewer rings than folds', () => {
    const all = Array.from({ length: 200 }, (_, at) => ({ ring: at < 12 ? `r${at % 4}` : null, isPositive: at < 30 }));
    const fold = assignFolds(all, 5, 1)!;
    const positives = [0, 1, 2, 3, 4].map((number) => all.filter(({ isPositive }, at) => isPositive && fold[at] === number).length);
    expect(Math.max(...positives) - Math.min(...positives)).toBeLessThanOrEqual(1);
    expect(assignFolds([...Array(20).keys()].map((at) => ({ ring: at < 10 ? 'one' : null, isPositive: at < 10 })), 3, 1)).toBeNull();
  });

  it('by time never test on a ring that was learned from', () => {
    const all = Array.from({ length: 100 }, (_, at) => ({ ring: at % 10 === 0 ? 'long' : null, isPositive: at % 3 === 0, reviewedOn: `2026-${String(1 + Math.floor(at / 10)).padStart(2, '0')}-01` }));
    const split = splitByTime(all)!;
    expect(all.filter(({ ring }, at) => ring === 'long' && split[at] === 2)).toEqual([]);
    const days = (part: number) => all.flatMap(({ reviewedOn }, at) => (split[at] === part ? [reviewedOn] : []));
    expect(days(1).sort().at(-1)! < days(2).sort()[0]!).toBe(true);
    expect(splitByTime(all.map((row) => ({ ...row, reviewedOn: null })))).toBeNull();
    expect(splitByTime(all.map((row) => ({ ...row, isPositive: row.reviewedOn < '2026-05-01' })))).toBeNull();
  });
});

describe('random numbers from a seed', () => {
  it('are uniform, repeat themselves, and shuffle without loss', () => {
    const random = seededRandom(7);
    const drawn = Array.from({ length: 20_000 }, random);
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 2);
    expect(Math.min(...drawn) >= 0 && Math.max(...drawn) < 1).toBe(true);
    expect(seededRandom(7)()).toBe(drawn[0]);
    expect(seededRandom(8)()).not.toBe(drawn[0]);
    expect(shuffled([...Array(50).keys()], random).sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });
});
