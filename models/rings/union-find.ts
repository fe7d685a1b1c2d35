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

/** The distinct values of columns of numbers, sorted, and each column with its values replaced by their places: nodes of a graph out of keys. */
export function numbered(...columns: readonly ArrayLike<number>[]): { readonly keys: Float64Array; readonly places: readonly Int32Array[] } {
  const all = new Float64Array(columns.reduce((sum, column) => sum + column.length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  all.sort();
  const keys = all.filter((key, place) => place === 0 || key !== all[place - 1]);
  const placeOf = new Map<number, number>();
  keys.forEach((key, place) => placeOf.set(key, place));
  return { keys, places: columns.map((column) => Int32Array.from({ length: column.length }, (_, row) => placeOf.get(column[row] ?? 0) ?? 0)) };
}
