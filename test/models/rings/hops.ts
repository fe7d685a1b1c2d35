import fc from 'fast-check';
import { closedLoops, type FoundLoops, type LoopLimits } from '../../../models/rings/closed-loops.ts';
import { hopGraph } from '../../../models/rings/hop-graph.ts';

/** One hop: from node, to node, amount in fen, day. */
export type Hop = readonly [from: number, to: number, amount: number, day: number];

export const LIMITS: LoopLimits = { conservedShare: 0.8, longestHops: 6, expandedCounterparties: 500, searchSteps: 1_000_000 };

export function search(nodeCount: number, hops: readonly Hop[], limits: Partial<LoopLimits> = {}): FoundLoops {
  const amounts = hops.map(([, , amount]) => amount);
  const graph = hopGraph(nodeCount, Int32Array.from(hops, ([from]) => from), Int32Array.from(hops, ([, to]) => to), amounts);
  return closedLoops(graph, amounts, hops.map(([, , , day]) => day), { ...LIMITS, ...limits });
}

/** Loops as the nodes they pass, in the order found: `2>0>1`. */
export const paths = (found: FoundLoops, hops: readonly Hop[]): string[] => found.loops.map((loop) => loop.map((hop) => hops[hop]![0]).join('>'));

/** The same loop wherever it starts: the lowest node first. */
export function turned(path: string): string {
  const nodes = path.split('>').map(Number);
  const at = nodes.indexOf(Math.min(...nodes));
  return [...nodes.slice(at), ...nodes.slice(0, at)].join('>');
}

export const cutNodes = (found: FoundLoops): number[] => [...found.isCut].flatMap((cut, node) => (cut === 1 ? [node] : []));

/** Random hops between up to `most` nodes, one for each pair at most. */
export function graphs<T>(most: number, facts: fc.Arbitrary<T>): fc.Arbitrary<{ nodeCount: number; hops: readonly (readonly [number, number, T])[] }> {
  return fc.integer({ min: 2, max: most }).chain((nodeCount) => {
    const node = fc.integer({ min: 0, max: nodeCount - 1 });
    const hop = fc.tuple(node, node, facts).filter(([from, to]) => from !== to);
    const hops = fc.uniqueArray(hop, { maxLength: nodeCount * (nodeCount - 1), selector: ([from, to]) => `${from}>${to}`, size: 'max' });
    return fc.record({ nodeCount: fc.constant(nodeCount), hops });
  });
}
