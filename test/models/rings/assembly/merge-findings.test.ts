import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeFindings, type MergedRing, type MergeLimits } from '../../../../models/rings/assembly/merge-findings.ts';

type Tie = readonly [kind: number, first: number, second: number];

const LIMITS: MergeLimits = { mostMembers: 1000, overlap: 0.5, leastMembers: new Map([[1, 3], [2, 2], [3, 4]]) };
const merged = (ties: readonly Tie[], limits: Partial<MergeLimits> = {}): readonly MergedRing[] =>
  mergeFindings({ kind: ties.map(([kind]) => kind), first: ties.map(([, first]) => first), second: ties.map(([, , second]) => second) }, { ...LIMITS, ...limits });
const members = (rings: readonly MergedRing[]): (readonly number[])[] => rings.map((ring) => ring.members);
/** `1: 10 11 12`, a finding a line, each ring on its own. */
const spelled = (rings: readonly MergedRing[]): string[][] => rings.map(({ findings }) => findings.map(({ kind, members: keys }) => `${kind}: ${keys.join(' ')}`).sort());

/** A path through these parties. */
const path = (kind: number, ...parties: readonly number[]): Tie[] => parties.slice(1).map((second, at) => [kind, parties[at]!, second]);
/** Everybody with everybody. */
const clique = (kind: number, parties: readonly number[]): Tie[] => parties.flatMap((first, at) => parties.slice(at + 1).map((second): Tie => [kind, first, second]));
const span = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);
const mostMembers = (rings: readonly MergedRing[]): number => Math.max(...rings.flatMap(({ findings }) => findings.map((finding) => finding.members.length)));

const ties = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })), { maxLength: 30, size: 'max', selector: (tie) => tie.join() });

/** The same by trying everything: sets that touch grow together until none do, then findings that overlap, pair by pair. */
function bruteForce(given: readonly Tie[]): string[][] {
  const grown = <T>(sets: readonly T[][], touch: (a: T[], b: T[]) => boolean): T[][] => {
    for (const [at, one] of sets.entries()) {
      const other = sets.findIndex((set, place) => place > at && touch(one, set));
      if (other !== -1) return grown([...sets.filter((_, place) => place !== at && place !== other), [...one, ...sets[other]!]], touch);
    }
    return [...sets];
  };
  const findings = [1, 2, 3].flatMap((kind) => {
    const pairs = given.filter(([one]) => one === kind).map(([, first, second]) => [first, second]);
    return grown(pairs, (a, b) => a.some((member) => b.includes(member))).map((set) => ({ kind, keys: new Set(set) })).filter(({ keys }) => keys.size >= LIMITS.leastMembers.get(kind)!);
  });
  type Found = (typeof findings)[number];
  const overlaps = (a: Found, b: Found): boolean => {
    const common = [...a.keys].filter((member) => b.keys.has(member)).length;
    return common >= 2 && 2 * common >= Math.min(a.keys.size, b.keys.size);
  };
  const rings = grown(findings.map((finding) => [finding]), (a, b) => a.some((one) => b.some((other) => overlaps(one, other))));
  return rings.map((ring) => ring.map(({ kind, keys }) => `${kind}: ${[...keys].sort((a, b) => a - b).join(' ')}`).sort());
}

const sorted = (rings: readonly string[][]): string[] => rings.map((ring) => ring.join(', ')).sort();

describe('findings', () => {
  it('are the parties whom ties of one kind connect; those of another kind connect nobody', () => {
    expect(spelled(merged([...path(1, 10, 11, 12), ...path(2, 12, 20), ...path(1, 30, 31, 32)]))).toEqual([['1: 10 11 12'], ['2: 12 20'], ['1: 30 31 32']]);
  });

  it('have as many members as their kind asks for; two, where nothing is asked', () => {
    expect(members(merged([...path(1, 1, 2), ...path(3, 11, 12, 13), ...path(9, 21, 21), ...path(2, 31, 31)]))).toEqual([]);
    expect(members(merged([...path(1, 1, 2, 3), ...path(3, 11, 12, 13, 14), ...path(9, 21, 22), ...path(2, 31, 32)]))).toEqual([[1, 2, 3], [11, 12, 13, 14], [21, 22], [31, 32]]);
  });

  it('of nobody are none', () => {
    expect(merged([])).toEqual([]);
  });
});

describe('rings', () => {
  it('are those that trying everything finds, in 200 random sets of ties', () => {
    let rings = 0;
    let joined = 0;
    fc.assert(fc.property(ties, (given) => {
      const found = merged(given);
      expect(sorted(spelled(found))).toEqual(sorted(bruteForce(given)));
      rings += found.length;
      joined += found.filter(({ findings }) => findings.length > 1).length;
    }), { numRuns: 200, seed: 20260801 });
    expect(rings, 'rings in all').toBeGreaterThan(200);
    expect(joined, 'rings of several findings').toBeGreaterThan(50);
  });

  it('come out the same, and in the same order, whatever the order and direction of the ties', () => {
    const turned = ties.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 })));
    fc.assert(fc.property(turned, ([given, other, turns]) => {
      expect(merged(other.map(([kind, first, second], at): Tie => (turns[at] === true ? [kind, second, first] : [kind, first, second])))).toEqual(merged(given));
    }), { numRuns: 200, seed: 20260802 });
  });

  it('hold sorted members, each once, of all their findings', () => {
    expect(members(merged([...path(1, 10, 2, 3), ...path(2, 2, 3, 40)]))).toEqual([[2, 3, 10, 40]]);
  });

  it('stay two where findings have one member in common', () => {
    expect(members(merged([...path(1, 1, 2, 3), ...path(2, 3, 4)]))).toEqual([[1, 2, 3], [3, 4]]);
  });

  it('are one from exactly half of the smaller finding on', () => {
    const large = path(1, 1, 2, 3, 4, 5, 6, 7);
    expect(members(merged([...large, ...path(2, 6, 7, 8, 9)]))).toEqual([span(1, 9)]);
    expect(members(merged([...large, ...path(2, 6, 7, 8, 9, 10)]))).toEqual([span(1, 7), span(6, 5)]);
    expect(members(merged([...large, ...path(2, 6, 7, 8, 9, 10)], { overlap: 0.4 }))).toEqual([span(1, 10)]);
  });

  it('join over a finding between them', () => {
    expect(members(merged([...path(1, 1, 2, 3), ...path(2, 2, 3, 4, 5), ...path(3, 4, 5, 6, 7)]))).toEqual([span(1, 7)]);
  });
});

describe('a finding that is too large', () => {
  // Five circles of friends, each a clique of eight, one tie from each to the next.
  const circles = span(0, 5).map((circle) => span(10 * circle + 1, 8));
  const chained = [...circles.flatMap((parties) => clique(1, parties)), ...span(0, 4).map((circle): Tie => [1, 10 * circle + 8, 10 * circle + 11])];
  const cuts = (rings: readonly MergedRing[]): boolean[] => rings.flatMap(({ findings }) => findings.map(({ isCut }) => isCut));

  it('is whole up to the limit', () => {
    const rings = merged(chained, { mostMembers: 40 });
    expect(members(rings)).toEqual([circles.flat()]);
    expect(cuts(rings)).toEqual([false]);
  });

  it('is parted into communities above it, each marked as cut', () => {
    const rings = merged([...chained, ...path(1, 91, 92, 93)], { mostMembers: 39 });
    expect(members(rings)).toEqual([...circles, [91, 92, 93]]);
    expect(cuts(rings)).toEqual([true, true, true, true, true, false]);
  });

  it('is parted alike whatever the order of the ties, and loses nobody', () => {
    const dense = fc.integer({ min: 40, max: 120 }).chain((count) => fc.array(fc.tuple(fc.nat(count), fc.nat(count)), { minLength: count, maxLength: 2 * count }).map((links) => (
      [...path(1, ...span(0, count + 1)), ...links.map(([first, second]): Tie => [1, first, second])])));
    const shuffled = dense.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })));
    fc.assert(fc.property(shuffled, ([given, other]) => {
      const rings = merged(given, { mostMembers: 30 });
      expect(merged(other, { mostMembers: 30 })).toEqual(rings);
      expect(rings.flatMap((ring) => ring.members).sort((a, b) => a - b)).toEqual([...new Set(given.flatMap(([, first, second]) => [first, second]))].sort((a, b) => a - b));
      expect(cuts(rings)).not.toContain(false);
      expect(rings.length).toBeGreaterThan(1);
      expect(mostMembers(rings)).toBeLessThan(new Set(given.flatMap(([, first]) => [first])).size);
    }), { numRuns: 100, seed: 20260803 });
  });

  it('loses nobody where a community would be smaller than its kind asks for', () => {
    const alone = merged(chained, { mostMembers: 39, leastMembers: new Map([[1, 8]]) });
    expect(members(alone)).toEqual(circles);
    for (const least of [9, 17, 41]) {
      const rings = merged(chained, { mostMembers: 39, leastMembers: new Map([[1, least]]) });
      const sizes = members(rings).map(({ length }) => length);
      expect(members(rings).flat().sort((a, b) => a - b), `${least}`).toEqual(least > 40 ? [] : circles.flat());
      for (const size of sizes) expect(size).toBeGreaterThanOrEqual(least);
    }
  });
});
