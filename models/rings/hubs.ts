import type { HopGraph } from './hop-graph.ts';

/** 1 for nodes with more distinct counterparties (sellers and buyers) than allowed; `outgoing` and `incoming` hold the same hops in either direction. */
export function hubs(outgoing: HopGraph, incoming: HopGraph, allowed: number): Uint8Array {
  const { nodeCount } = outgoing;
  const isHub = new Uint8Array(nodeCount);
  const countedFor = new Int32Array(nodeCount).fill(-1);
  for (let node = 0; node < nodeCount; node += 1) {
    let parties = 0;
    for (const { starts, to } of [outgoing, incoming]) {
      for (let place = starts[node] ?? 0; place < (starts[node + 1] ?? 0); place += 1) {
        const party = to[place] ?? 0;
        if (countedFor[party] === node) continue;
        countedFor[party] = node;
        parties += 1;
      }
    }
    if (parties > allowed) isHub[node] = 1;
  }
  return isHub;
}
