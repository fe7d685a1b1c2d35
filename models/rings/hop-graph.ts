/** Directed graph in compressed rows: the hops of node n are `order[starts[n]] … order[starts[n + 1] - 1]`, numbers of hops as given. */
export interface HopGraph {
  readonly nodeCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/** Puts hops into rows by the node they leave, within a row by amount, then by the node they reach: the search looks amounts up by halving. */
export function hopGraph(nodeCount: number, from: Int32Array, to: Int32Array, amount: ArrayLike<number>): HopGraph {
  const order = Int32Array.from({ length: from.length }, (_, hop) => hop);
  order.sort((a, b) => (from[a] ?? 0) - (from[b] ?? 0) || (amount[a] ?? 0) - (amount[b] ?? 0) || (to[a] ?? 0) - (to[b] ?? 0));
  const starts = new Int32Array(nodeCount + 1);
  for (const node of from) starts[node + 1] = (starts[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodeCount; node += 1) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  return { nodeCount, from, to, starts, order };
}

/**
 * Strongly connected component of each node (Tarjan, SIAM J. Comput. 1 (1972) 146–160), walked with a stack of its own: a chain of a million
 * hops overflows nothing. Components are numbered in the order in which they close.
 */
export function strongComponents({ nodeCount, to, starts, order }: HopGraph): Int32Array {
  const component = new Int32Array(nodeCount).fill(-1);
  const index = new Int32Array(nodeCount).fill(-1);
  const low = new Int32Array(nodeCount);
  const next = Int32Array.from(starts);
  const open = new Int32Array(nodeCount);
  const path = new Int32Array(nodeCount);
  let openCount = 0;
  let seen = 0;
  let closed = 0;
  for (let root = 0; root < nodeCount; root += 1) {
    if (index[root] !== -1) continue;
    let depth = 0;
    path[0] = root;
    index[root] = low[root] = seen++;
    open[openCount++] = root;
    while (depth >= 0) {
      const node = path[depth] ?? 0;
      const at = next[node] ?? 0;
      if (at < (starts[node + 1] ?? 0)) {
        next[node] = at + 1;
        const reached = to[order[at] ?? 0] ?? 0;
        if (index[reached] === -1) {
          index[reached] = low[reached] = seen++;
          open[openCount++] = reached;
          path[++depth] = reached;
        } else if (component[reached] === -1) {
          low[node] = Math.min(low[node] ?? 0, index[reached] ?? 0);
        }
        continue;
      }
      if (low[node] === index[node]) {
        for (let member = -1; member !== node; ) {
          member = open[--openCount] ?? node;
          component[member] = closed;
        }
        closed += 1;
      }
      depth -= 1;
      const above = path[depth];
      if (depth >= 0 && above !== undefined) low[above] = Math.min(low[above] ?? 0, low[node] ?? 0);
    }
  }
  return component;
}

/** The hops whose two ends lie in one strong component: no other hop is part of a loop. */
export function hopsWithinComponents(graph: HopGraph): Int32Array {
  const component = strongComponents(graph);
  return Int32Array.from({ length: graph.from.length }, (_, hop) => hop).filter((hop) => component[graph.from[hop] ?? 0] === component[graph.to[hop] ?? 0]);
}
