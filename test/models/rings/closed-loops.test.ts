import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutNodes, graphs, paths, search, turned, type Hop } from './hops.ts';

/** Every loop there is, by trying every path from every node: those that keep 4/5 of their largest hop and run forward in time from some hop on. */
function everyLoop(nodeCount: number, hops: readonly Hop[], longest: number): string[] {
  const found: string[] = [];
  const walk = (path: readonly Hop[], start: number): void => {
    const at = path.at(-1)?.[1] ?? start;
    if (path.length > 0 && at === start) {
      if (keepsValue(path) && runsForward(path)) found.push(path.map(([from]) => from).join('>'));
      return;
    }
    if (path.length === longest) return;
    for (const hop of hops) {
      const [from, to] = hop;
      // Only loops whose lowest node is the start, so that each is met once.
      if (from === at && to >= start && (to === start || !path.some((one) => one[0] === to))) walk([...path, hop], start);
    }
  };
  for (let start = 0; start < nodeCount; start += 1) walk([], start);
  return found.sort();
}

function keepsValue(path: readonly Hop[]): boolean {
  const amounts = path.map(([, , amount]) => BigInt(amount)).sort((a, b) => Number(a - b));
  return 5n * amounts[0]! >= 4n * amounts.at(-1)!;
}

function runsForward(path: readonly Hop[]): boolean {
  return path.some((_, start) => {
    const days = [...path.slice(start), ...path.slice(0, start)].map(([, , , day]) => day);
    return days.every((day, at) => at === 0 || day >= days[at - 1]!);
  });
}

const flat = ({ nodeCount, hops }: { nodeCount: number; hops: readonly (readonly [number, number, readonly [number, number]])[] }) => (
  { nodeCount, hops: hops.map(([from, to, [amount, day]]): Hop => [from, to, amount, day]) });
const narrow = fc.constantFrom(79_999, 80_000, 80_001, 90_000, 99_999, 100_000, 100_001, 124_999, 125_000);
const wide = fc.integer({ min: 1_000_000, max: 1_600_000 });
/** Up to twelve nodes and few hops: trying every path of twelve hops comes to an end. */
const sparse = graphs(12, fc.tuple(fc.constantFrom(90_000, 100_000, 110_000), fc.integer({ min: 1, max: 4 })), 2);
/** A way round all of up to twelve nodes, with a few hops across: long loops, which random hops seldom make. */
const round = fc.integer({ min: 7, max: 12 }).chain((nodeCount) => {
  const across = fc.record({ from: fc.nat(nodeCount - 1), on: fc.integer({ min: 2, max: nodeCount - 1 }), day: fc.integer({ min: 0, max: nodeCount }) });
  const amounts = fc.array(fc.constantFrom(90_000, 100_000, 110_000), { minLength: nodeCount, maxLength: nodeCount });
  return fc.tuple(amounts, fc.uniqueArray(across, { maxLength: 6, selector: ({ from, on }) => `${from}>${on}` })).map(([ofRound, chords]) => ({
    nodeCount,
    hops: [
      ...ofRound.map((amount, node): Hop => [node, (node + 1) % nodeCount, amount, node]),
      ...chords.map(({ from, on, day }): Hop => [from, (from + on) % nodeCount, 100_000, day]),
    ],
  }));
});
const fewDays = fc.integer({ min: 1, max: 3 });
const manyDays = fc.integer({ min: 1, max: 90 });
const searched = fc.oneof(
  graphs(8, fc.tuple(narrow, fewDays)), graphs(8, fc.tuple(wide, manyDays)), graphs(7, fc.tuple(narrow, fc.constant(5))), graphs(8, fc.tuple(fc.constant(100_000), manyDays)),
).map(flat);

describe('closed loops', () => {
  it('of up to twelve hops are all the loops that trying every path finds', () => {
    const lengths = new Set<number>();
    fc.assert(fc.property(fc.oneof(sparse.map(flat), round), fc.integer({ min: 2, max: 12 }), ({ nodeCount, hops }, longestHops) => {
      const found = search(nodeCount, hops, { longestHops });
      expect(paths(found, hops).map(turned).sort()).toEqual(everyLoop(nodeCount, hops, longestHops));
      expect(cutNodes(found)).toEqual([]);
      for (const { length } of found.loops) lengths.add(length);
    }), { numRuns: 300, seed: 20260723 });
    expect([...lengths].sort((a, b) => a - b), 'lengths found').toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('are all the loops that trying every path finds, each once, for any longest length', () => {
    let loops = 0;
    fc.assert(fc.property(searched, fc.integer({ min: 2, max: 9 }), ({ nodeCount, hops }, longestHops) => {
      const found = search(nodeCount, hops, { longestHops });
      expect(paths(found, hops).map(turned).sort()).toEqual(everyLoop(nodeCount, hops, longestHops));
      expect(cutNodes(found)).toEqual([]);
      loops += found.loops.length;
    }), { numRuns: 400, seed: 20260720 });
    expect(loops, 'loops in the random graphs').toBeGreaterThan(1000);
  });

  it('are connected hops that return to their first node, in the order of their days', () => {
    fc.assert(fc.property(searched, ({ nodeCount, hops }) => {
      for (const loop of search(nodeCount, hops).loops) {
        const walked = [...loop].map((hop) => hops[hop]!);
        walked.forEach((hop, at) => { expect(hop[1]).toBe(walked[(at + 1) % walked.length]![0]); });
        walked.slice(1).forEach((hop, at) => { expect(hop[3]).toBeGreaterThanOrEqual(walked[at]![3]); });
      }
    }), { numRuns: 100, seed: 20260721 });
  });

  it('come out the same, and in the same order, whatever the order of the hops given', () => {
    const shuffled = searched.chain(({ nodeCount, hops }) => fc.record({
      nodeCount: fc.constant(nodeCount), hops: fc.constant(hops), other: fc.shuffledSubarray([...hops], { minLength: hops.length, maxLength: hops.length }),
      searchSteps: fc.constantFrom(3, 10, 1_000_000), expandedCounterparties: fc.constantFrom(3, 500), componentSteps: fc.constantFrom(0, 5, 30, 200, 1_000_000),
    }));
    fc.assert(fc.property(shuffled, ({ nodeCount, hops, other, ...limits }) => {
      const [one, two] = [search(nodeCount, hops, limits), search(nodeCount, other, limits)];
      expect(paths(two, other)).toEqual(paths(one, hops));
      expect(cutNodes(two)).toEqual(cutNodes(one));
      expect(two.componentsCut).toBe(one.componentsCut);
    }), { numRuns: 300, seed: 20260722 });
  });
});

describe('value and time', () => {
  const march = (day: number) => 59 + day;

  it('find 1.00, 0.98 and 0.95 million that come back in a month, from the hop that starts it', () => {
    const hops: Hop[] = [[1, 2, 98_000_000, march(15)], [2, 0, 95_000_000, march(32)], [0, 1, 100_000_000, march(2)]];
    expect(paths(search(3, hops), hops)).toEqual(['0>1>2']);
  });

  it('do not find it where 0.40 million comes back, or where no hop starts it forward in time', () => {
    const poor: Hop[] = [[0, 1, 100_000_000, march(2)], [1, 2, 98_000_000, march(15)], [2, 0, 40_000_000, march(32)]];
    const backward: Hop[] = [[0, 1, 100_000_000, march(2)], [1, 2, 98_000_000, march(-8)], [2, 0, 95_000_000, march(-18)]];
    expect(search(3, poor).loops).toEqual([]);
    expect(search(3, backward).loops).toEqual([]);
  });

  it('hold at exactly the conserved share and not one fen under it, from small amounts to the largest', () => {
    for (const fifth of [1, 3, 200_000, 7_777_777, 123_456_789_012, 99_999_999_999_999]) {
      const pair = (less: number): Hop[] => [[0, 1, 5 * fifth, 1], [1, 0, 4 * fifth - less, 2]];
      expect(search(2, pair(0)).loops, `${fifth}`).toHaveLength(1);
      expect(search(2, pair(1)).loops, `${fifth}`).toHaveLength(0);
    }
  });

  it('hold the share against the largest hop of the whole loop, not of neighbours', () => {
    const fading: Hop[] = [[0, 1, 100_000, 1], [1, 2, 90_000, 2], [2, 3, 81_000, 3], [3, 0, 79_000, 4]];
    expect(search(4, fading).loops).toEqual([]);
    expect(search(4, fading, { conservedShare: 0.79 }).loops).toHaveLength(1);
  });

  it('find a loop of one day once, from its lowest node', () => {
    const hops: Hop[] = [[2, 1, 100_000, 7], [1, 3, 100_000, 7], [3, 2, 100_000, 7]];
    expect(paths(search(4, hops), hops)).toEqual(['1>3>2']);
  });
});

describe('limits of the search', () => {
  const circle = (length: number): Hop[] => Array.from({ length }, (_, node) => [node, (node + 1) % length, 100_000, node]);

  it.each([6, 12])('find a loop of %d hops where so many are allowed, and none longer', (longestHops) => {
    expect(search(longestHops, circle(longestHops), { longestHops }).loops).toHaveLength(1);
    expect(search(longestHops, circle(longestHops), { longestHops: longestHops - 1 }).loops).toHaveLength(0);
    expect(search(longestHops + 1, circle(longestHops + 1), { longestHops }).loops).toHaveLength(0);
  });

  // Node 0 buys from and sells to 1 … 4: four counterparties in eight hops. 1 and 2 trade with each other as well, 5 and 6 only so.
  const star: Hop[] = [
    ...[1, 2, 3, 4].flatMap((node): Hop[] => [[0, node, 100_000, 1], [node, 0, 100_000, 2]]), [1, 2, 100_000, 1], [2, 1, 100_000, 2], [5, 6, 100_000, 1], [6, 5, 100_000, 2],
  ];

  it('do not walk through a node with more counterparties than allowed, and mark who was cut', () => {
    const allowed = search(7, star, { expandedCounterparties: 4 });
    expect(paths(allowed, star).map(turned).sort()).toEqual(['0>1', '0>1>2', '0>2', '0>2>1', '0>3', '0>4', '1>2', '5>6']);
    expect(cutNodes(allowed)).toEqual([]);
    const over = search(7, star, { expandedCounterparties: 3 });
    expect(paths(over, star)).toEqual(['1>2', '5>6']);
    expect(cutNodes(over)).toEqual([0, 1, 2, 3, 4]);
  });

  it('stop after the steps allowed from a hop and mark the path that was cut', () => {
    const nodes = Array.from({ length: 8 }, (_, node) => node);
    const dense = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to): Hop => [from, to, 100_000, 1]));
    const apart: Hop[] = [[8, 9, 100_000, 1], [9, 8, 100_000, 2]];
    const whole = search(10, [...dense, ...apart], { longestHops: 4 });
    expect(cutNodes(whole)).toEqual([]);
    const cut = search(10, [...dense, ...apart], { longestHops: 4, searchSteps: 20 });
    expect(cutNodes(cut)).toEqual(nodes);
    expect(cut.loops.length).toBeLessThan(whole.loops.length);
    expect(paths(whole, [...dense, ...apart])).toEqual(expect.arrayContaining(paths(cut, [...dense, ...apart])));
    expect(paths(cut, [...dense, ...apart])).toContain('8>9');
  });

  it('mark nobody where the search needs exactly the steps allowed', () => {
    expect(cutNodes(search(3, circle(3), { searchSteps: 2 }))).toEqual([]);
    expect(search(3, circle(3), { searchSteps: 2 }).loops).toHaveLength(1);
    expect(cutNodes(search(3, circle(3), { searchSteps: 1 }))).toEqual([0, 1, 2]);
    expect(search(3, circle(3), { searchSteps: 1 }).loops).toHaveLength(0);
  });
});

describe('budget of a component', () => {
  const dense = (first: number, count: number): Hop[] => Array.from({ length: count }, (_, at) => first + at)
    .flatMap((from, _, nodes) => nodes.filter((to) => to !== from).map((to): Hop => [from, to, 100_000, 1]));
  const apart: Hop[] = [[8, 9, 100_000, 1], [9, 8, 100_000, 2]];

  it('that does not suffice cuts that component, marks its nodes and leaves the others alone', () => {
    const hops = [...dense(0, 8), ...apart];
    const cut = search(10, hops, { componentSteps: 600 });
    expect(cut.componentsCut).toBe(1);
    expect(cutNodes(cut)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(paths(cut, hops)).toContain('8>9');
    expect(cut.loops.length).toBeGreaterThan(1);
    expect(paths(search(10, hops), hops)).toEqual(expect.arrayContaining(paths(cut, hops)));
  });

  it('of nothing searches nothing and marks every node of a component', () => {
    const none = search(11, [...dense(0, 8), ...apart, [9, 10, 100_000, 3]], { componentSteps: 0 });
    expect(none.loops).toEqual([]);
    expect(none.componentsCut).toBe(2);
    expect(cutNodes(none)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('goes on to the hops that need more where others leave something over', () => {
    // Four nodes that all trade with each other, on a way round of two hundred hops that lead nowhere at once: another amount.
    const wayRound = Array.from({ length: 200 }, (_, at): Hop => [at === 0 ? 0 : 3 + at, at === 199 ? 0 : 4 + at, 10_000_000, 1]);
    const hops = [...dense(0, 4), ...wayRound];
    const whole = search(203, hops);
    const shared = search(203, hops, { componentSteps: 4000 });
    expect(shared.componentsCut).toBe(0);
    expect(paths(shared, hops)).toEqual(paths(whole, hops));
    // With an equal share and no more, a hop of the four has not seen all its loops.
    const [share, apartHops] = [Math.floor(4000 / hops.length), dense(0, 4)];
    expect(search(4, apartHops, { componentSteps: share * apartHops.length }).componentsCut).toBe(1);
  });

  it('or any other limit that hides a loop has marked one of its nodes at least', () => {
    const limits = fc.record({
      searchSteps: fc.constantFrom(1, 4, 20, 1_000_000), expandedCounterparties: fc.constantFrom(2, 4, 500), componentSteps: fc.constantFrom(0, 10, 100, 1000, 1_000_000),
    });
    let hidden = 0;
    fc.assert(fc.property(searched, limits, ({ nodeCount, hops }, some) => {
      const cut = search(nodeCount, hops, some);
      const found = new Set(paths(cut, hops).map(turned));
      const marked = new Set(cutNodes(cut));
      const missing = everyLoop(nodeCount, hops, 6).filter((loop) => !found.has(loop));
      for (const loop of missing) expect(loop.split('>').some((node) => marked.has(Number(node))), loop).toBe(true);
      hidden += missing.length;
    }), { numRuns: 300, seed: 20260724 });
    expect(hidden, 'loops hidden by limits').toBeGreaterThan(1000);
  });
});
