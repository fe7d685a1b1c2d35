import { hopGraph, hopsWithinComponents, numbers, picked, sortedBy, strongComponents } from './hop-graph.ts';
import { hubs } from './hubs.ts';
import { LoopSearch, type HopRows, type SearchLimits, type StartOutcome } from './loop-search.ts';

export interface LoopLimits extends SearchLimits {
  /** A node with more distinct counterparties inside its component is not walked through. */
  readonly expandedCounterparties: number;
  /** What the search of one strong component may cost: hops passed, and ten for each hop of a loop. */
  readonly componentSteps: number;
}

/** Hops as columns, one at most from a node to another; nodes are 0 … nodeCount - 1, amounts whole fen. */
export interface Hops {
  readonly nodeCount: number;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  readonly amount: ArrayLike<number>;
  readonly day: ArrayLike<number>;
}

export interface FoundLoops {
  /** Numbers of the hops of each loop in the order of their days; the first is the one that may start it. */
  readonly loops: readonly Int32Array[];
  /** 1 for nodes on a path that was cut short by a limit: loops through them may be missing. */
  readonly isCut: Uint8Array;
  /** Hops within strong components. */
  readonly hopsSearched: number;
  /** Strong components whose budget did not suffice. */
  readonly componentsCut: number;
}

/**
 * Every simple loop of 2 … longestHops hops that conserves value (smallest hop ≥ conservedShare × largest) and whose days do not decrease from some
 * starting hop on (VR-35; simple temporal cycles as in Kumar and Calders, PVLDB 11 (2018) 1441–1453, with value conservation). Each loop is found once:
 * where all its days are equal, any hop could start it, and only the one that leaves the lowest node does. Loops come in the order of their starting
 * hops (by node left, amount, node reached), whatever the order of the hops given.
 */
export function closedLoops(hops: Hops, limits: LoopLimits): FoundLoops {
  const { nodeCount } = hops;
  const component = strongComponents(hopGraph(nodeCount, hops.from, hops.to));
  const inside = hopsWithinComponents(component, hops.from, hops.to);
  const rows = hopRows(nodeCount, hops, inside, limits);
  const { graph, startOf, isHub } = rows;
  const isCut = Uint8Array.from(isHub);
  const found = new Map<number, readonly Int32Array[]>();
  const search = new LoopSearch(rows, limits);
  let componentsCut = 0;
  for (const starts of startsByComponent(rows, component)) {
    const unfinished = searchComponent(starts, limits.componentSteps, (start, allowedCost) => {
      const outcome = search.from(start, allowedCost);
      if (outcome.loops.length > 0) found.set(start, outcome.loops);
      for (const node of outcome.cutNodes) isCut[node] = 1;
      return outcome;
    });
    if (unfinished.length > 0) componentsCut += 1;
    for (const start of unfinished) isCut[startOf[start] ?? 0] = isCut[graph.to[start] ?? 0] = 1;
  }
  const given = (place: number): number => inside[graph.order[place] ?? 0] ?? 0;
  const loops = [...found].sort(([a], [b]) => a - b).flatMap(([, ofStart]) => ofStart.map((loop) => loop.map(given)));
  return { loops, isCut, hopsSearched: inside.length, componentsCut };
}

/** The hops inside components in rows by node, with their facts in the same order: what is read together lies together. */
function hopRows(nodeCount: number, hops: Hops, inside: Int32Array, limits: LoopLimits): HopRows {
  const from = picked(hops.from, inside);
  const amount = picked(hops.amount, inside);
  const graph = hopGraph(nodeCount, from, picked(hops.to, inside), amount);
  const startOf = Int32Array.from(picked(from, graph.order));
  const incoming = hopGraph(nodeCount, graph.to, startOf);
  return {
    graph,
    incoming,
    startOf,
    amount: picked(amount, graph.order),
    day: picked(hops.day, picked(inside, graph.order)),
    isHub: hubs(graph, incoming, limits.expandedCounterparties),
  };
}

/** Places of the hops that may start a loop, those of one strong component together. No loop starts at a hub. */
function* startsByComponent({ graph, startOf, isHub }: HopRows, component: Int32Array): Generator<Int32Array> {
  const componentOf = picked(component, startOf);
  const places = numbers(startOf.length).filter((place) => isHub[startOf[place] ?? 0] === 0);
  const sorted = sortedBy(places, graph.nodeCount, componentOf);
  for (let first = 0; first < sorted.length; ) {
    let end = first + 1;
    while (end < sorted.length && componentOf[sorted[end] ?? 0] === componentOf[sorted[first] ?? 0]) end += 1;
    yield sorted.subarray(first, end);
    first = end;
  }
}

/**
 * Searches from every start of a component and returns those left unfinished when the budget is used up. Each start may cost the same part of what is
 * left; those that need more are searched anew once it is known what the others left over. Only where so many loops are found that writing them alone
 * exceeds the budget, starts that come later are left out.
 */
function searchComponent(starts: Int32Array, budget: number, searchFrom: (start: number, allowedCost: number) => StartOutcome): Int32Array {
  let left = budget;
  let pending = starts;
  for (let allowed = 0, part = 0; pending.length > 0; allowed = part) {
    part = Math.floor(left / pending.length);
    if (part <= allowed) break;
    const allowedNow = part;
    pending = pending.filter((start) => {
      if (left <= 0) return true;
      const { cost, isOutOfBudget } = searchFrom(start, allowedNow);
      left -= cost;
      return isOutOfBudget;
    });
  }
  return pending;
}
