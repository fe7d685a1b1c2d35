import type { HopGraph } from './hop-graph.ts';

/** A graph whose rows are sorted by amount, with the facts of the hop at each place. */
export interface HopRows {
  readonly graph: HopGraph;
  /** Node that the hop leaves. */
  readonly startOf: Int32Array;
  /** Whole fen. */
  readonly amount: Float64Array;
  readonly day: Float64Array;
  /** The same hops in rows by the node they reach; `order` holds their places in `graph`, `to` the node each comes from. */
  readonly incoming: HopGraph;
  /** 1 for nodes that are not walked through. */
  readonly isHub: Uint8Array;
}

export interface SearchLimits {
  /** Smallest over largest hop, at least. */
  readonly conservedShare: number;
  /** Hops of a loop, at most. */
  readonly longestHops: number;
  /** Hops looked at from one starting hop, at most. */
  readonly searchSteps: number;
}

/** What the search from one starting hop came to. */
export interface StartOutcome {
  /** Places of the hops of each loop. */
  readonly loops: readonly Int32Array[];
  /** Nodes of paths that ended at a hub or the limit of steps: loops through them may be missing. */
  readonly cutNodes: readonly number[];
  /** Hops passed, and more for each loop: what counts against a budget. */
  readonly cost: number;
  /** The cost allowed was used up: with more there may be more. */
  readonly isOutOfBudget: boolean;
}

/** A hop of a loop becomes a row of several tables, which takes longer than looking at one. */
const FOUND_HOP_COST = 10;

/** Loops from one starting hop at a time, depth first without recursion: there is nothing a long chain could overflow. */
export class LoopSearch {
  readonly #rows: HopRows;
  readonly #limits: SearchLimits;
  readonly #onPath: Uint8Array;
  /** By node: place of its hop to the start, or -1. The last hop of the longest loops is looked up here instead of in a row. */
  readonly #closing: Int32Array;
  /** By depth: place of the hop, place that is looked at next, least and most of the amounts so far. */
  readonly #path: Int32Array;
  readonly #next: Int32Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #start = -1;
  /** The last day on which a hop reaches the start: what leaves later comes back too late. */
  #latest = 0;
  #cost = 0;
  #allowedCost = 0;
  #loops: Int32Array[] = [];
  #cutNodes: number[] = [];

  constructor(rows: HopRows, limits: SearchLimits) {
    this.#rows = rows;
    this.#limits = limits;
    this.#onPath = new Uint8Array(rows.graph.nodeCount);
    this.#closing = new Int32Array(rows.graph.nodeCount).fill(-1);
    this.#path = new Int32Array(limits.longestHops);
    this.#next = new Int32Array(limits.longestHops);
    this.#least = new Float64Array(limits.longestHops);
    this.#most = new Float64Array(limits.longestHops);
  }

  /** All loops that start with the hop at this place. */
  from(first: number, allowedCost: number): StartOutcome {
    const { to } = this.#rows.graph;
    const start = this.#rows.startOf[first] ?? 0;
    const { searchSteps } = this.#limits;
    this.#begin(start, first, allowedCost);
    let depth = 0;
    let steps = 0;
    let isOutOfBudget = false;
    while (depth >= 0) {
      const place = this.#nextPlace(depth);
      if (place === -1) {
        this.#leave(depth);
        depth -= 1;
        continue;
      }
      isOutOfBudget = this.#cost > allowedCost;
      if (!isOutOfBudget && steps === searchSteps) this.#cut(depth);
      if (isOutOfBudget || steps === searchSteps) break;
      steps += 1;
      const reached = to[place] ?? 0;
      if (reached === start) this.#close(depth, place);
      else if (this.#onPath[reached] === 0 && this.#mayClose(depth + 1, reached)) this.#enter((depth += 1), place);
    }
    for (; depth >= 0; depth -= 1) this.#leave(depth);
    this.#onPath[start] = 0;
    return { loops: this.#loops, cutNodes: this.#cutNodes, cost: this.#cost, isOutOfBudget };
  }

  #begin(start: number, first: number, allowedCost: number): void {
    if (this.#loops.length > 0) this.#loops = [];
    if (this.#cutNodes.length > 0) this.#cutNodes = [];
    if (this.#start !== start) {
      this.#markClosing(start);
    }
    this.#cost = 0;
    this.#allowedCost = allowedCost;
    this.#onPath[start] = 1;
    this.#enter(0, first);
  }

  /** Notes the hops that reach another start, in place of those of the one before. */
  #markClosing(start: number): void {
    const { starts, order, to } = this.#rows.incoming;
    if (this.#start !== -1) for (let at = starts[this.#start] ?? 0; at < (starts[this.#start + 1] ?? 0); at += 1) this.#closing[to[at] ?? 0] = -1;
    this.#start = start;
    this.#latest = 0;
    for (let at = starts[start] ?? 0; at < (starts[start + 1] ?? 0); at += 1) {
      const place = order[at] ?? 0;
      this.#closing[to[at] ?? 0] = place;
      this.#latest = Math.max(this.#latest, this.#rows.day[place] ?? 0);
    }
  }

  /** A node that the longest path ends at must have a hop to the start; hubs are entered to be reported. */
  #mayClose(depth: number, reached: number): boolean {
    return depth + 2 < this.#limits.longestHops || this.#closing[reached] !== -1 || this.#rows.isHub[reached] === 1;
  }

  #enter(depth: number, place: number): void {
    const { graph, amount, isHub } = this.#rows;
    const reached = graph.to[place] ?? 0;
    const isLast = depth + 2 >= this.#limits.longestHops;
    const own = amount[place] ?? 0;
    const most = depth === 0 ? own : Math.max(this.#most[depth - 1] ?? 0, own);
    this.#path[depth] = place;
    this.#least[depth] = depth === 0 ? own : Math.min(this.#least[depth - 1] ?? 0, own);
    this.#most[depth] = most;
    this.#onPath[reached] = 1;
    if (isHub[reached] === 1) {
      this.#cut(depth);
      this.#next[depth] = isLast ? -1 : (graph.starts[reached + 1] ?? 0);
    } else {
      this.#next[depth] = isLast ? (this.#closing[reached] ?? -1) : this.#firstConserving(reached, most);
    }
  }

  #leave(depth: number): void {
    this.#onPath[this.#rows.graph.to[this.#path[depth] ?? 0] ?? 0] = 0;
  }

  /** The next hop that leaves the end of the path, conserves value and comes no earlier; -1 when there is none. Any hop once the cost allowed is used up. */
  #nextPlace(depth: number): number {
    if (depth + 2 >= this.#limits.longestHops) return this.#lastPlace(depth);
    const { graph, amount, day } = this.#rows;
    const last = this.#path[depth] ?? 0;
    const end = graph.starts[(graph.to[last] ?? 0) + 1] ?? 0;
    const least = this.#least[depth] ?? 0;
    const earliest = day[last] ?? 0;
    for (let place = this.#next[depth] ?? end; place < end; place += 1) {
      this.#cost += 1;
      // Rows are sorted by amount: what follows is larger still.
      if (least / (amount[place] ?? 0) < this.#limits.conservedShare) break;
      const own = day[place] ?? 0;
      if ((own >= earliest && own <= this.#latest) || this.#cost > this.#allowedCost) {
        this.#next[depth] = place + 1;
        return place;
      }
    }
    this.#next[depth] = end;
    return -1;
  }

  /** The hop that ends the longest path allowed at its start, when it conserves value and comes no earlier. */
  #lastPlace(depth: number): number {
    const { amount, day } = this.#rows;
    const place = this.#next[depth] ?? -1;
    this.#next[depth] = -1;
    if (place === -1) return -1;
    this.#cost += 1;
    const own = amount[place] ?? 0;
    const { conservedShare } = this.#limits;
    const isConserving = own / (this.#most[depth] ?? 0) >= conservedShare && (this.#least[depth] ?? 0) / own >= conservedShare;
    return isConserving && (day[place] ?? 0) >= (day[this.#path[depth] ?? 0] ?? 0) ? place : -1;
  }

  /** Place of the smallest hop of a row that conserves the value of the largest so far. A quotient of whole numbers meets a limit exactly. */
  #firstConserving(node: number, most: number): number {
    const { graph, amount } = this.#rows;
    let low = graph.starts[node] ?? 0;
    let high = graph.starts[node + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((amount[middle] ?? 0) / most < this.#limits.conservedShare) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keeps a loop. Where all its days are equal, any hop could start it: only the one that leaves the lowest node does. */
  #close(depth: number, place: number): void {
    const { graph, day } = this.#rows;
    if ((day[place] ?? 0) === (day[this.#path[0] ?? 0] ?? 0)) {
      for (let at = 0; at < depth + 1; at += 1) if ((graph.to[this.#path[at] ?? 0] ?? 0) < this.#start) return;
    }
    const loop = this.#path.slice(0, depth + 2);
    loop[depth + 1] = place;
    this.#loops.push(loop);
    this.#cost += FOUND_HOP_COST * loop.length;
  }

  #cut(depth: number): void {
    this.#cutNodes.push(this.#start);
    for (let at = 0; at <= depth; at += 1) this.#cutNodes.push(this.#rows.graph.to[this.#path[at] ?? 0] ?? 0);
  }
}
