import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulative, placeOfficers } from '../../../models/capacity/place-officers.ts';

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
