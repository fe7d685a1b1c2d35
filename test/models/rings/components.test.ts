import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopGraph, hopsWithinComponents, strongComponents, type HopGraph } from '../../../models/rings/hop-graph.ts';
import { componentsOf, numbered } from '../../../models/rings/union-find.ts';
import { graphs } from './hops.ts';

type Link = readonly [number, number];

/** Who reaches whom, by trying every node between (Floyd and Warshall). */
function reachable(nodeCount: number, links: readonly Link[]): boolean[][] {
  const reaches = Array.from({ length: nodeCount }, (_, a) => Array.from({ length: nodeCount }, (__, b) => a === b || links.some(([from, to]) => from === a && to === b)));
  for (let via = 0; via < nodeCount; via += 1) {
    for (const row of reaches) if (row[via] === true) row.forEach((_, to) => { row[to] ||= reaches[via]![to]!; });
  }
  return reaches;
}

const random = graphs(12, fc.integer({ min: 0, max: 3 }));
const graphOf = (nodeCount: number, hops: readonly (readonly [number, number, number])[]): HopGraph =>
  hopGraph(nodeCount, Int32Array.from(hops, ([from]) => from), Int32Array.from(hops, ([, to]) => to), hops.map(([, , amount]) => amount));
const within = (graph: HopGraph, from: ArrayLike<number>, to: ArrayLike<number>): Int32Array => hopsWithinComponents(strongComponents(graph), from, to);
const pairs = (count: number): Link[] => Array.from({ length: count }, (_, a) => Array.from({ length: count }, (__, b): Link => [a, b])).flat();

describe('rows of a graph', () => {
  it('hold every hop once, by the node it leaves, by amount, then by the node it reaches', () => {
    fc.assert(fc.property(random, ({ nodeCount, hops }) => {
      const { starts, order } = graphOf(nodeCount, hops);
      const rows = Array.from({ length: nodeCount }, (_, node) => [...order.slice(starts[node], starts[node + 1])]);
      const expected = rows.map((_, node) => hops.map((hop, at) => ({ hop, at })).filter(({ hop }) => hop[0] === node)
        .sort((a, b) => a.hop[2] - b.hop[2] || a.hop[1] - b.hop[1]).map(({ at }) => at));
      expect(rows).toEqual(expected);
    }), { numRuns: 200, seed: 1 });
  });
});

describe('strong components', () => {
  it('join two nodes where each reaches the other, and no others', () => {
    fc.assert(fc.property(random, ({ nodeCount, hops }) => {
      const component = strongComponents(graphOf(nodeCount, hops));
      const reaches = reachable(nodeCount, hops.map(([from, to]) => [from, to]));
      for (const [a, b] of pairs(nodeCount)) expect(component[a] === component[b], `${a} ${b}`).toBe(reaches[a]![b]! && reaches[b]![a]!);
    }), { numRuns: 300, seed: 2 });
  });

  it('keep the hops within one, in their order: those from whose end their start is reached', () => {
    fc.assert(fc.property(random, ({ nodeCount, hops }) => {
      const reaches = reachable(nodeCount, hops.map(([from, to]) => [from, to]));
      const inside = hops.flatMap(([from, to], at) => (reaches[to]![from]! ? [at] : []));
      expect([...within(graphOf(nodeCount, hops), hops.map(([from]) => from), hops.map(([, to]) => to))]).toEqual(inside);
    }), { numRuns: 200, seed: 3 });
  });

  it('of a chain of a million nodes are a million, of a ring of a million one, without overflow', () => {
    const count = 1_000_000;
    const nodes = Int32Array.from({ length: count }, (_, node) => node);
    const one = new Uint8Array(count).fill(1);
    const chain = hopGraph(count, nodes.slice(0, -1), nodes.slice(1), one.slice(1));
    expect(new Set(strongComponents(chain)).size).toBe(count);
    expect(within(chain, nodes.slice(0, -1), nodes.slice(1))).toHaveLength(0);
    const ring = hopGraph(count, nodes, nodes.map((node) => (node + 1) % count), one);
    expect(new Set(strongComponents(ring)).size).toBe(1);
    expect(within(ring, nodes, nodes.map((node) => (node + 1) % count))).toHaveLength(count);
  }, 180_000);
});

describe('components of links', () => {
  const linked = random.map(({ nodeCount, hops }) => ({ nodeCount, links: hops.slice(0, nodeCount).map(([a, b]): Link => [a, b]) }));
  const label = (nodeCount: number, links: readonly Link[]) => [...componentsOf(nodeCount, links.map(([a]) => a), links.map(([, b]) => b))];

  it('are named by the lowest node that is reached over links of either direction', () => {
    fc.assert(fc.property(linked, ({ nodeCount, links }) => {
      const reaches = reachable(nodeCount, links.flatMap(([a, b]): Link[] => [[a, b], [b, a]]));
      expect(label(nodeCount, links)).toEqual(reaches.map((row) => row.indexOf(true)));
    }), { numRuns: 300, seed: 4 });
  });

  it('do not depend on the order or direction of the links, nor on links given twice', () => {
    const reordered = linked.chain(({ nodeCount, links }) => fc.record({
      nodeCount: fc.constant(nodeCount), links: fc.constant(links), other: fc.shuffledSubarray([...links, ...links.map(([a, b]): Link => [b, a])], { minLength: 2 * links.length }),
    }));
    fc.assert(fc.property(reordered, ({ nodeCount, links, other }) => {
      expect(label(nodeCount, other)).toEqual(label(nodeCount, links));
    }), { numRuns: 200, seed: 5 });
  });

  it('of a million nodes in a row, linked from the far end, are one', () => {
    const count = 1_000_000;
    const upper = Int32Array.from({ length: count - 1 }, (_, at) => count - 1 - at);
    expect(new Set(componentsOf(count, upper, upper.map((node) => node - 1)))).toEqual(new Set([0]));
  }, 180_000);

  it('leave nodes without links alone', () => {
    expect(label(4, [[3, 1]])).toEqual([0, 1, 2, 1]);
    expect(label(0, [])).toEqual([]);
  });
});

describe('numbers of keys', () => {
  it('are their places among the distinct keys of all columns, sorted as numbers', () => {
    const { keys, places } = numbered([9, 1000, 9], Float64Array.of(200, 9));
    expect([...keys]).toEqual([9, 200, 1000]);
    expect(places.map((column) => [...column])).toEqual([[0, 2, 0], [1, 0]]);
  });

  it('lead back to the keys given', () => {
    // Far apart, or close together as the keys of parties are.
    const key = fc.constantFrom(30, 2 ** 31 - 1).chain((most) => fc.array(fc.array(fc.integer({ min: 0, max: most })), { maxLength: 3 }));
    fc.assert(fc.property(key, (columns) => {
      const { keys, places } = numbered(...columns);
      expect(places.map((column) => [...column].map((place) => keys[place]))).toEqual(columns);
      expect([...keys]).toEqual([...new Set(columns.flat())].sort((a, b) => a - b));
    }), { numRuns: 200, seed: 6 });
  });

  it('of nothing are nothing', () => {
    expect(numbered()).toEqual({ keys: new Float64Array(), places: [] });
    expect(numbered([], []).keys).toHaveLength(0);
  });
});
