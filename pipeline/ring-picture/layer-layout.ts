import { FLAT, ROOMY, type Box, type Size } from './boxes.ts';
import { byText, type PictureEdge, type PictureGraph, type PictureNode } from './ring-graph.ts';
import type { Role } from './ring-words.ts';

/** More rows than this are drawn as flat boxes of one line. */
const MOST_ROOMY_ROWS = 12;
/** Where a role stands on the way of the invoices; an ordinary member stands where its trade puts it. */
const STAGE: Readonly<Record<Role, number | null>> = { controller: 0, issuer: 0, conduit: 1, beneficiary: 2, member: null };

/** Columns of members from those who issue to those who benefit, left to right; fewer than two when the trade has no direction. */
export function layersOf(graph: PictureGraph): readonly (readonly string[])[] {
  const forward = acyclic(graph);
  const layers = longestPaths(graph.nodes, forward);
  const last = Math.max(0, ...layers.values());
  for (const { id, role } of graph.nodes) {
    if (role === 'beneficiary' && !forward.some(({ seller }) => seller === id)) layers.set(id, last);
  }
  const numbers = [...new Set(layers.values())].sort((a, b) => a - b);
  const columns = numbers.map((number) => graph.nodes.filter(({ id }) => layers.get(id) === number).map(({ id }) => id));
  return untangled(columns, graph.edges);
}

/** Boxes of the columns, centred on (0, 0). */
export function inLayers(columns: readonly (readonly string[])[], edges: readonly PictureEdge[]): Box[] {
  const gap = columns.length === 2 ? 330 : columns.length === 3 ? 230 : 158;
  const sizes = columns.map((column) => (column.length > MOST_ROOMY_ROWS ? FLAT : roomyFor(column, edges)));
  const height = Math.max(...columns.map((column, at) => column.length * pitchOf(sizes[at] ?? ROOMY)));
  const width = sizes.reduce((sum, size) => sum + size.width + gap, -gap);
  let left = -width / 2;
  return columns.flatMap((column, at) => {
    const size = sizes[at] ?? ROOMY;
    const x = left + size.width / 2;
    left += size.width + gap;
    return column.map((id, row) => ({ id, x, y: ((row + 0.5) / column.length - 0.5) * height, ...size }));
  });
}

function pitchOf(size: Size): number {
  return size.height + (size === FLAT ? 7 : 24);
}

/** Boxes where many arrows meet are higher, so that each has its own place on the side. */
function roomyFor(column: readonly string[], edges: readonly PictureEdge[]): Size {
  const arrows = column.map((id) => Math.max(edges.filter(({ seller }) => seller === id).length, edges.filter(({ buyer }) => buyer === id).length));
  return { width: ROOMY.width, height: Math.min(320, Math.max(ROOMY.height, 12 + 6 * Math.max(...arrows))) };
}

/** Trade that goes on from stage to stage; of a circle, the smallest trade is left out. */
function acyclic({ nodes, edges }: PictureGraph): PictureEdge[] {
  const stage = new Map(nodes.map(({ id, role }) => [id, STAGE[role]]));
  const goesOn = ({ seller, buyer }: PictureEdge) => {
    const [from, to] = [stage.get(seller) ?? null, stage.get(buyer) ?? null];
    return from === null || to === null || to > from || (from === 1 && to === 1);
  };
  const kept: PictureEdge[] = [];
  const buyersOf = new Map<string, Set<string>>();
  const strongestFirst = edges.filter(goesOn).sort((a, b) => b.amountYuan - a.amountYuan || byText(a.seller, b.seller) || byText(a.buyer, b.buyer));
  for (const edge of strongestFirst) {
    if (reaches(buyersOf, edge.buyer, edge.seller)) continue;
    kept.push(edge);
    buyersOf.set(edge.seller, (buyersOf.get(edge.seller) ?? new Set()).add(edge.buyer));
  }
  return kept;
}

function reaches(buyersOf: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    for (const buyer of buyersOf.get(id) ?? []) seen.add(buyer);
  }
  return seen.has(to);
}

function longestPaths(nodes: readonly PictureNode[], forward: readonly PictureEdge[]): Map<string, number> {
  const layers = new Map<string, number>();
  const has = (stage: number) => nodes.some(({ role }) => STAGE[role] === stage);
  const [afterIssuers, afterConduits] = [Number(has(0)), Number(has(0)) + Number(has(1))];
  const leastOf = new Map(nodes.map(({ id, role }) => [id, role === 'conduit' ? afterIssuers : role === 'beneficiary' ? afterConduits : 0]));
  const layerOf = (id: string): number => {
    const known = layers.get(id);
    if (known !== undefined) return known;
    const before = forward.filter(({ buyer }) => buyer === id).map(({ seller }) => layerOf(seller) + 1);
    const layer = Math.max(leastOf.get(id) ?? 0, ...before);
    layers.set(id, layer);
    return layer;
  };
  for (const { id } of nodes) layerOf(id);
  return layers;
}

/** The columns with every member near the middle of those it trades with, so that fewer arrows cross. */
function untangled(columns: readonly (readonly string[])[], edges: readonly PictureEdge[]): string[][] {
  const sorted = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < 4 * sorted.length; sweep += 1) {
    const height = new Map(sorted.flatMap((column) => column.map((id, row): [string, number] => [id, (row + 0.5) / column.length])));
    const wanted = (id: string) => {
      const near = edges.flatMap(({ seller, buyer }) => (seller === id ? [buyer] : buyer === id ? [seller] : [])).map((other) => height.get(other) ?? 0.5);
      return near.length === 0 ? 1 : near.reduce((sum, value) => sum + value, 0) / near.length;
    };
    const column = sorted[sweep % sorted.length];
    // The sort is stable: members with the same wish keep the order by amount.
    const wishes = new Map((column ?? []).map((id) => [id, Math.round(wanted(id) * 1e6)]));
    column?.sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
  }
  return sorted;
}
