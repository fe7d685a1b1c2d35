import type { HopGraph } from './hop-graph.ts';

export interface LoopLimits {
  /** Smallest over largest hop, at least. */
  readonly conservedShare: number;
  /** Hops of a loop, at most. */
  readonly longestHops: number;
  /** A node with more distinct counterparties is not walked through. */
  readonly expandedCounterparties: number;
  /** Hops looked at from one starting hop, at most. */
  readonly searchSteps: number;
}

export interface FoundLoops {
  /** Hops of each loop in the order of their days; the first is the one that may start it. */
  readonly loops: readonly (readonly number[])[];
  /** 1 for nodes on a path that was cut short by a limit: loops through them may be missing. */
  readonly isCut: Uint8Array;
}

/**
 * Every simple loop of 2 … longestHops hops that conserves value (smallest hop ≥ conservedShare × largest) and whose days do not decrease from some
 * starting hop on (VR-35; simple temporal cycles as in Kumar and Calders, PVLDB 11 (2018) 1441–1453, with value conservation). Each loop is found once:
 * where all its days are equal, any hop could start it, and only the one that leaves the lowest node does. `amount` (whole fen) and `day` are by hop;
 * the rows of `graph` are sorted by amount.
 */
export function closedLoops(graph: HopGraph, amount: ArrayLike<number>, day: ArrayLike<number>, limits: LoopLimits): FoundLoops {
  const search = new LoopSearch(graph, amount, day, limits);
  for (const hop of graph.order) search.from(hop);
  return { loops: search.loops, isCut: search.isCut };
}

class LoopSearch {
  readonly loops: number[][] = [];
  readonly isCut: Uint8Array;
  readonly #graph: HopGraph;
  readonly #amount: ArrayLike<number>;
  readonly #day: ArrayLike<number>;
  readonly #limits: LoopLimits;
  readonly #isHub: Uint8Array;
  readonly #onPath: Uint8Array;
  /** Hops of the path, and for each the place in the row of its end that is looked at next. */
  readonly #path: Int32Array;
  readonly #place: Int32Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;

  constructor(graph: HopGraph, amount: ArrayLike<number>, day: ArrayLike<number>, limits: LoopLimits) {
    this.#graph = graph;
    this.#amount = amount;
    this.#day = day;
    this.#limits = limits;
    this.#isHub = hubs(graph, limits.expandedCounterparties);
    this.#onPath = new Uint8Array(graph.nodeCount);
    this.isCut = new Uint8Array(graph.nodeCount);
    this.#path = new Int32Array(limits.longestHops);
    this.#place = new Int32Array(limits.longestHops);
    this.#least = new Float64Array(limits.longestHops);
    this.#most = new Float64Array(limits.longestHops);
  }

  /** All loops that start with this hop, depth first without recursion. */
  from(first: number): void {
    const { from, to } = this.#graph;
    const start = from[first] ?? 0;
    if (this.#isHub[start] === 1) {
      this.isCut[start] = 1;
      return;
    }
    let steps = 0;
    let depth = 0;
    this.#onPath[start] = 1;
    this.#enter(0, first, this.#amount[first] ?? 0, this.#amount[first] ?? 0);
    while (depth >= 0) {
      const hop = this.#nextHop(depth);
      if (hop === -1 || (steps += 1) > this.#limits.searchSteps) {
        if (hop !== -1) this.#cut(depth, start);
        this.#onPath[to[this.#path[depth] ?? 0] ?? 0] = 0;
        depth -= 1;
        continue;
      }
      const reached = to[hop] ?? 0;
      if (reached === start) this.#close(depth, hop, first);
      else if (this.#onPath[reached] === 0 && depth + 2 < this.#limits.longestHops) {
        depth += 1;
        this.#enter(depth, hop, Math.min(this.#least[depth - 1] ?? 0, this.#amount[hop] ?? 0), Math.max(this.#most[depth - 1] ?? 0, this.#amount[hop] ?? 0));
      }
    }
    this.#onPath[start] = 0;
  }

  #enter(depth: number, hop: number, least: number, most: number): void {
    const reached = this.#graph.to[hop] ?? 0;
    this.#path[depth] = hop;
    this.#least[depth] = least;
    this.#most[depth] = most;
    this.#onPath[reached] = 1;
    if (this.#isHub[reached] === 1) {
      this.#cut(depth, this.#graph.from[this.#path[0] ?? 0] ?? 0);
      this.#place[depth] = this.#graph.starts[reached + 1] ?? 0;
    } else {
      this.#place[depth] = this.#firstConserving(reached, most);
    }
  }

  /** The next hop that leaves the end of the path, conserves value and comes no earlier; -1 when there is none. */
  #nextHop(depth: number): number {
    const { to, starts, order } = this.#graph;
    const last = this.#path[depth] ?? 0;
    const end = starts[(to[last] ?? 0) + 1] ?? 0;
    for (let place = this.#place[depth] ?? end; place < end; place += 1) {
      const hop = order[place] ?? 0;
      // Rows are sorted by amount: what follows is larger still.
      if ((this.#least[depth] ?? 0) / (this.#amount[hop] ?? 0) < this.#limits.conservedShare) break;
      if ((this.#day[hop] ?? 0) >= (this.#day[last] ?? 0)) {
        this.#place[depth] = place + 1;
        return hop;
      }
    }
    this.#place[depth] = end;
    return -1;
  }

  /** Place of the smallest hop of a row that conserves the value of the largest so far. A quotient of whole numbers meets a limit exactly. */
  #firstConserving(node: number, most: number): number {
    const { starts, order } = this.#graph;
    let low = starts[node] ?? 0;
    let high = starts[node + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#amount[order[middle] ?? 0] ?? 0) / most < this.#limits.conservedShare) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #close(depth: number, hop: number, first: number): void {
    const loop = [...this.#path.slice(0, depth + 1), hop];
    const isOneDay = (this.#day[hop] ?? 0) === (this.#day[first] ?? 0);
    const start = this.#graph.from[first] ?? 0;
    if (!isOneDay || loop.every((one) => start <= (this.#graph.from[one] ?? 0))) this.loops.push(loop);
  }

  #cut(depth: number, start: number): void {
    this.isCut[start] = 1;
    for (let at = 0; at <= depth; at += 1) this.isCut[this.#graph.to[this.#path[at] ?? 0] ?? 0] = 1;
  }
}

/** Nodes with more distinct counterparties (sellers and buyers) than allowed. */
function hubs({ nodeCount, from, to }: HopGraph, allowed: number): Uint8Array {
  const isHub = new Uint8Array(nodeCount);
  const degree = new Int32Array(nodeCount);
  for (let hop = 0; hop < from.length; hop += 1) {
    for (const node of [from[hop] ?? 0, to[hop] ?? 0]) degree[node] = (degree[node] ?? 0) + 1;
  }
  const others = new Map<number, Set<number>>();
  degree.forEach((hops, node) => {
    if (hops > allowed) others.set(node, new Set());
  });
  for (let hop = 0; hop < from.length; hop += 1) {
    const [seller, buyer] = [from[hop] ?? 0, to[hop] ?? 0];
    others.get(seller)?.add(buyer);
    others.get(buyer)?.add(seller);
  }
  for (const [node, parties] of others) isHub[node] = parties.size > allowed ? 1 : 0;
  return isHub;
}
