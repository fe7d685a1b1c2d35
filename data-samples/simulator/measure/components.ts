/** Components of a graph, without recursion: the longest path may hold every firm of the province. */
import type { Graph } from './party-graph.ts';

const at = (array: Int32Array, index: number): number => array[index] ?? 0;

/** Number of the strongly connected component of each node (Tarjan 1972, with its own stack of half-done nodes). */
export function strongComponents({ nodes, starts, targets }: Graph): Int32Array {
  const component = new Int32Array(nodes).fill(-1);
  const order = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const cursor = starts.slice(0, nodes);
  const path = new Int32Array(nodes);
  const open = new Int32Array(nodes);
  let visited = 0;
  let components = 0;
  let onPath = 0;
  let opened = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = visited++;
    path[onPath++] = open[opened++] = node;
  };
  for (let root = 0; root < nodes; root += 1) {
    if (at(order, root) === -1) enter(root);
    while (onPath > 0) {
      const node = at(path, onPath - 1);
      if (at(cursor, node) < at(starts, node + 1)) {
        const next = at(targets, at(cursor, node));
        cursor[node] = at(cursor, node) + 1;
        if (at(order, next) === -1) enter(next);
        else if (at(component, next) === -1) low[node] = Math.min(at(low, node), at(order, next));
        continue;
      }
      onPath -= 1;
      if (at(low, node) === at(order, node)) {
        while (at(component, node) === -1) component[at(open, --opened)] = components;
        components += 1;
      }
      if (onPath > 0) low[at(path, onPath - 1)] = Math.min(at(low, at(path, onPath - 1)), at(low, node));
    }
  }
  return component;
}

/** A number for the weakly connected component of each node (union–find with path halving). */
export function weakComponents({ nodes, starts, targets }: Graph): Int32Array {
  const parent = Int32Array.from({ length: nodes }, (_, node) => node);
  const root = (node: number): number => {
    let up = node;
    while (at(parent, up) !== up) up = parent[up] = at(parent, at(parent, up));
    return up;
  };
  for (let node = 0; node < nodes; node += 1) {
    for (let edge = at(starts, node); edge < at(starts, node + 1); edge += 1) parent[root(node)] = root(at(targets, edge));
  }
  return parent.map((_, node) => root(node));
}

/** How many nodes share the component of each node. */
export function componentSizes(component: Int32Array): Int32Array {
  const size = new Int32Array(component.length);
  for (const each of component) size[each] = at(size, each) + 1;
  return component.map((each) => at(size, each));
}
