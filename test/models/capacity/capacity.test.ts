import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulative, placeOfficers } from '../../../models/capacity/place-officers.ts';
import { wilson } from '../../../models/capacity/wilson.ts';

const regions = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 }), { minLength: 1, maxLength: 4 });

/** The greatest worth of all splits, tried one by one. */
function bruteForce(worths: readonly (readonly number[])[], officers: number): number {
  const [first, ...rest] = worths;
  if (first === undefined) return 0;
  const sums = cumulative(first);
  return Math.max(...Array.from({ length: Math.min(officers, first.length) + 1 }, (_, here) => sums[here]! + bruteForce(rest, officers - here)));
}

describe('placing officers', () => {
  it('is worth as much as the best of all splits, also where a later case is worth more than an earlier one', () => {
    fc.assert(fc.property(regions, fc.integer({ min: 0, max: 12 }), (worths, officers) => {
      const placed = placeOfficers(worths.map((by_officer, at) => ({ region: String(at), by_officer })), officers);
      expect(placed.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(officers);
      placed.forEach((count, at) => {
        expect(count).toBeLessThanOrEqual(worths[at]!.length);
      });
      const worth = placed.reduce((sum, count, at) => sum + cumulative(worths[at]!)[count]!, 0);
      expect(worth).toBeCloseTo(bruteForce(worths, officers), 9);
    }), { numRuns: 400 });
  });

  it('passes over a poor beginning for a rich end', () => {
    expect(placeOfficers([{ region: 'a', by_officer: [0, 0, 100] }, { region: 'b', by_officer: [20, 20, 20] }], 3)).toEqual([3, 0]);
  });
});

describe("Wilson's interval", () => {
  it('equals the roots of its quadratic, and stays between 0 and 1', () => {
    // From Python: the bounds are the roots p of (found / count - p)² = z² p (1 - p) / count.
    expect(wilson(15, 20)!.low).toBeCloseTo(0.5312992, 6);
    expect(wilson(15, 20)!.high).toBeCloseTo(0.8881380, 6);
    expect(wilson(0, 10)).toMatchObject({ share: 0, low: 0 });
    expect(wilson(0, 10)!.high).toBeCloseTo(0.2775328, 6);
    expect(wilson(10, 10)!.high).toBe(1);
    expect(wilson(0, 0)).toBeNull();
  });
});
