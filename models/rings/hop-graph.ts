/** Directed graph in compressed rows: the hops of node n lie at the places starts[n] … starts[n + 1] - 1. */
export interface HopGraph {
  readonly nodeCount: number;
  readonly starts: Int32Array;
  /** Number of the hop at each place, as given. */
  readonly order: Int32Array;
  /** Node that the hop at each place reaches. */
  readonly to: Int32Array;
}

const DIGIT = 2 ** 16;

/**
 * Puts hops into rows by the node they leave. With amounts (whole, not negative) a row is sorted by amount, then by the node reached: the search looks
 * amounts up by halving, and no order of input shows. Digits are counted, hops are not compared: millions are sorted in linear time.
 */
export function hopGraph(nodeCount: number, from: ArrayLike<number>, to: ArrayLike<number>, amount?: ArrayLike<number>): HopGraph {
  let order = numbers(from.length);
  if (amount !== undefined) {
    order = sortedBy(order, nodeCount, to);
    let largest = 0;
    for (let hop = 0; hop < amount.length; hop += 1) largest = Math.max(largest, amount[hop] ?? 0);
    for (let unit = 1; unit <= largest; unit *= DIGIT) order = sortedBy(order, DIGIT, digits(amount, unit));
  }
  order = sortedBy(order, nodeCount, from);
  return { nodeCount, starts: rowStarts(nodeCount, from), order, to: Int32Array.from(picked(to, order)) };
}

/** 0 … count - 1. */
export function numbers(count: number): Int32Array {
  const all = new Int32Array(count);
  for (let number = 0; number < count; number += 1) all[number] = number;
  return all;
}

/** The values of a column at these rows. A plain loop: callbacks on arrays of millions take several times as long. */
export function picked(column: ArrayLike<number>, rows: ArrayLike<number>): Float64Array {
  const values = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) values[at] = column[rows[at] ?? 0] ?? 0;
  return values;
}

/** Sorts items by their keys of 0 … count - 1 and leaves equal ones in the order given. */
export function sortedBy(items: Int32Array, count: number, keyOf: ArrayLike<number>): Int32Array {
  const next = rowStarts(count, picked(keyOf, items));
  const sorted = new Int32Array(items.length);
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] ?? 0;
    const key = keyOf[item] ?? 0;
    const place = next[key] ?? 0;
    next[key] = place + 1;
    sorted[place] = item;
  }
  return sorted;
}

/** Where the rows of 0 … count - 1 start, and behind them where the last one ends. */
function rowStarts(count: number, keys: ArrayLike<number>): Int32Array {
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? 0;
    starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  }
  for (let key = 0; key < count; key += 1) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  return starts;
}

function digits(amount: ArrayLike<number>, unit: number): Uint16Array {
  const digit = new Uint16Array(amount.length);
  for (let hop = 0; hop < amount.length; hop += 1) digit[hop] = Math.floor((amount[hop] ?? 0) / unit) % DIGIT;
  return digit;
}

/**
 * Strongly connected component of each node (Tarjan, SIAM J. Comput. 1 (1972) 146–160), walked with a stack of its own: a chain of millions of
 * hops overflows nothing. Components are numbered in the order in which they close.
 */
export function strongComponents({ nodeCount, to, starts }: HopGraph): Int32Array {
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
        const reached = to[at] ?? 0;
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

/** The hops, in the order given, whose two ends lie in one strong component: no other hop is part of a loop. */
export function hopsWithinComponents(component: Int32Array, from: ArrayLike<number>, to: ArrayLike<number>): Int32Array {
  const inside = new Int32Array(from.length);
  let count = 0;
  for (let hop = 0; hop < from.length; hop += 1) {
    if (component[from[hop] ?? 0] === component[to[hop] ?? 0]) inside[count++] = hop;
  }
  return inside.subarray(0, count);
}
