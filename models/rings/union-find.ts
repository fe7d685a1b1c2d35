import { picked } from './hop-graph.ts';

/**
 * Component of each node of an undirected graph, named by the lowest node in it. Nodes are 0 … nodeCount - 1; link i joins first[i] and second[i].
 * Union by lowest with path halving: near-linear, no recursion, the same labels whatever the order of the links.
 */
export function componentsOf(nodeCount: number, first: ArrayLike<number>, second: ArrayLike<number>): Int32Array {
  const parent = Int32Array.from({ length: nodeCount }, (_, node) => node);
  const find = (start: number): number => {
    let node = start;
    for (;;) {
      const up = parent[node] ?? node;
      if (up === node) return node;
      const above = parent[up] ?? up;
      parent[node] = above;
      node = above;
    }
  };
  for (let link = 0; link < first.length; link += 1) {
    const a = find(first[link] ?? 0);
    const b = find(second[link] ?? 0);
    if (a < b) parent[b] = a;
    else parent[a] = b;
  }
  return Int32Array.from({ length: nodeCount }, (_, node) => find(node));
}

export interface Numbered {
  readonly keys: Float64Array;
  readonly places: readonly Int32Array[];
}

/** Keys up to this many times the values given are counted in a table; a few keys far apart are sorted instead. */
const TABLE_ROOM = 16;

/** The distinct values of columns of whole numbers, sorted, and each column with its values replaced by their places: nodes of a graph out of keys. */
export function numbered(...columns: readonly ArrayLike<number>[]): Numbered {
  const count = columns.reduce((sum, column) => sum + column.length, 0);
  let largest = 0;
  for (const column of columns) for (let row = 0; row < column.length; row += 1) largest = Math.max(largest, column[row] ?? 0);
  return largest <= TABLE_ROOM * count ? numberedByTable(columns, largest) : numberedBySorting(columns, count);
}

function numberedByTable(columns: readonly ArrayLike<number>[], largest: number): Numbered {
  const placeOf = new Int32Array(largest + 1);
  for (const column of columns) for (let row = 0; row < column.length; row += 1) placeOf[column[row] ?? 0] = 1;
  const keys: Float64Array = new Float64Array(placeOf.reduce((sum, one) => sum + one, 0));
  let next = 0;
  for (let key = 0; key <= largest; key += 1) {
    if (placeOf[key] === 0) continue;
    keys[next] = key;
    placeOf[key] = next++;
  }
  return { keys, places: columns.map((column) => Int32Array.from(picked(placeOf, column))) };
}

function numberedBySorting(columns: readonly ArrayLike<number>[], count: number): Numbered {
  const all = new Float64Array(count);
  let end = 0;
  for (const column of columns) {
    all.set(column, end);
    end += column.length;
  }
  const keys = all.sort().filter((key, at) => at === 0 || key !== all[at - 1]);
  return { keys, places: columns.map((column) => placesIn(keys, column)) };
}

/** Where each value lies among sorted keys, by halving: a map of millions of keys takes longer and far more memory. */
function placesIn(keys: Float64Array, column: ArrayLike<number>): Int32Array {
  const places = new Int32Array(column.length);
  for (let row = 0; row < column.length; row += 1) {
    const key = column[row] ?? 0;
    let low = 0;
    let high = keys.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    places[row] = low;
  }
  return places;
}
