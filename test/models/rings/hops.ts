import fc from 'fast-check';
import { closedLoops, type FoundLoops, type LoopLimits } from '../../../models/rings/closed-loops.ts';

/** One hop: from node, to node, amount in fen, day. */
export type Hop = readonly [from: number, to: number, amount: number, day: number];

export const LIMITS: LoopLimits = { conservedShare: 0.8, longestHops: 6, expandedCounterparties: 500, searchSteps: 1_000_000, componentSteps: 1_000_000_000 };

export function search(nodeCount: number, hops: readonly Hop[], limits: Partial<LoopLimits> = {}): FoundLoops {
  const column = (at: 0 | 1 | 2 | 3): number[] => hops.map((hop) => hop[at]);
  return closedLoops({ nodeCount, from: column(0), to: column(1), amount: column(2), day: column(3) }, { ...LIMITS, ...limits });
}

/** Loops as the nodes they pass, in the order found: `2>0>1`. */
export const paths = (found: FoundLoops, hops: readonly Hop[]): string[] => found.loops.map((loop) => [...loop].map((hop) => hops[hop]![0]).join('>'));

/** The same loop wherever it starts: the lowest node first. */
export function turned(path: string): string {
  const nodes = path.split('>').map(Number);
  const at = nodes.indexOf(Math.min(...nodes));
  return [...nodes.slice(at), ...nodes.slice(0, at)].join('>');
}

export const cutNodes = (found: FoundLoops): number[] => [...found.isCut].flatMap((cut, node) => (cut === 1 ? [node] : []));

/** Random hops between up to `most` nodes, one for each pair at most, and so many for each node at most. */
export function graphs<T>(most: number, facts: fc.Arbitrary<T>, hopsOfNode = most): fc.Arbitrary<{ nodeCount: number; hops: readonly (readonly [number, number, T])[] }> {
  return fc.integer({ min: 2, max: most }).chain((nodeCount) => {
    const node = fc.integer({ min: 0, max: nodeCount - 1 });
    const hop = fc.tuple(node, node, facts).filter(([from, to]) => from !== to);
    const hops = fc.uniqueArray(hop, { maxLength: nodeCount * Math.min(nodeCount - 1, hopsOfNode), selector: ([from, to]) => `${from}>${to}`, size: 'max' });
    return fc.record({ nodeCount: fc.constant(nodeCount), hops });
  });
}
