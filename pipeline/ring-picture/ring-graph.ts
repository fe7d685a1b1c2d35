import { printable } from '../shared/printable.ts';
import type { Ring, RingEdge, RingMember } from '../snapshot/read-ring.ts';
import { roleOf, ROLES, type Role } from './ring-words.ts';

/** More boxes than this are a blot, not a picture; the rest is counted in a note. */
export const MOST_DRAWN = 60;

/** A member to draw; amounts in yuan over all edges of the ring, drawn or not. */
export interface PictureNode {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly share: number | null;
  readonly soldYuan: number;
  readonly boughtYuan: number;
}

/** All trade from one member to another, drawn as one arrow. */
export interface PictureEdge {
  readonly seller: string;
  readonly buyer: string;
  readonly firstDate: string | null;
  readonly lastDate: string | null;
  readonly invoices: number;
  readonly amountYuan: number;
  /** Smallest place of this trade in the loop; null outside it. */
  readonly hop: number | null;
}

/** What is drawn of a ring, in an order that does not follow the order of the rows, and what is left out. */
export interface PictureGraph {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly nodesLeftOut: number;
  readonly edgesLeftOut: number;
  readonly yuanLeftOut: number;
}

/** Merges the rows of a ring into boxes and arrows, at most `mostDrawn` boxes: the loop first, then the rarer roles, then by amount. */
export function pictureGraph(ring: Pick<Ring, 'members' | 'edges'>, mostDrawn = MOST_DRAWN): PictureGraph {
  const edges = mergeEdges(ring.edges);
  const nodes = mergeNodes(ring, edges);
  const inLoop = new Set(edges.filter(({ hop }) => hop !== null).flatMap(({ seller, buyer }) => [seller, buyer]));
  const drawn = [...nodes].sort((a, b) => importance(b, inLoop) - importance(a, inLoop) || amountOf(b) - amountOf(a) || byText(a.id, b.id)).slice(0, mostDrawn);
  const drawnIds = new Set(drawn.map(({ id }) => id));
  const [kept, left] = [edges.filter(isDrawn), edges.filter((edge) => !isDrawn(edge))];
  return {
    nodes: drawn.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || amountOf(b) - amountOf(a) || byText(a.id, b.id)),
    edges: kept,
    nodesLeftOut: nodes.length - drawn.length,
    edgesLeftOut: left.length,
    yuanLeftOut: left.reduce((sum, { amountYuan }) => sum + amountYuan, 0),
  };

  function isDrawn({ seller, buyer }: PictureEdge): boolean {
    return seller !== buyer && drawnIds.has(seller) && drawnIds.has(buyer);
  }
}

/** The larger of what a member sold and bought inside the ring, in yuan. */
export function amountOf(node: Pick<PictureNode, 'soldYuan' | 'boughtYuan'>): number {
  return Math.max(node.soldYuan, node.boughtYuan);
}

/** Code-point order: the same on every machine, whatever its language. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function importance({ id, role }: PictureNode, inLoop: ReadonlySet<string>): number {
  if (inLoop.has(id)) return 3;
  return role === 'controller' || role === 'beneficiary' ? 2 : role === 'conduit' ? 1 : 0;
}

function mergeNodes(ring: Pick<Ring, 'members' | 'edges'>, edges: readonly PictureEdge[]): PictureNode[] {
  const described = new Map<string, Pick<PictureNode, 'name' | 'role' | 'share'>>();
  const sorted = [...ring.members].sort(
    (a, b) => byText(a.taxpayer_id, b.taxpayer_id) || ROLES.indexOf(roleOf(a.role)) - ROLES.indexOf(roleOf(b.role)) || byText(memberKey(a), memberKey(b)),
  );
  for (const { taxpayer_id, taxpayer_name, role, share } of sorted) {
    if (!described.has(taxpayer_id)) described.set(taxpayer_id, { name: printable(taxpayer_name ?? '').trim(), role: roleOf(role), share });
  }
  // An edge may name a party that the list of members does not.
  for (const id of edges.flatMap(({ seller, buyer }) => [seller, buyer])) {
    if (!described.has(id)) described.set(id, { name: '', role: 'member', share: null });
  }
  const [sold, bought] = [yuanBy(edges, 'seller'), yuanBy(edges, 'buyer')];
  return [...described].map(([id, about]) => ({ id, ...about, soldYuan: sold.get(id) ?? 0, boughtYuan: bought.get(id) ?? 0 }));
}

function yuanBy(edges: readonly PictureEdge[], side: 'seller' | 'buyer'): Map<string, number> {
  const sums = new Map<string, number>();
  for (const edge of edges) sums.set(edge[side], (sums.get(edge[side]) ?? 0) + edge.amountYuan);
  return sums;
}

function mergeEdges(rows: readonly RingEdge[]): PictureEdge[] {
  const merged = new Map<string, PictureEdge>();
  const sorted = [...rows].sort((a, b) => byText(edgeKey(a), edgeKey(b)));
  for (const row of sorted) {
    const key = JSON.stringify([row.seller_id, row.buyer_id]);
    const before = merged.get(key);
    merged.set(key, {
      seller: row.seller_id,
      buyer: row.buyer_id,
      firstDate: least(before?.firstDate ?? null, row.first_date),
      lastDate: greatest(before?.lastDate ?? null, row.last_date),
      invoices: (before?.invoices ?? 0) + row.invoices,
      amountYuan: (before?.amountYuan ?? 0) + row.amount,
      hop: least(before?.hop ?? null, row.hop),
    });
  }
  return [...merged.values()];
}

function memberKey({ taxpayer_name, share }: RingMember): string {
  return JSON.stringify([taxpayer_name, share]);
}

// Every value that is drawn or summed: sums of decimals depend on their order, so equal rows alone may change places.
function edgeKey(row: RingEdge): string {
  return JSON.stringify([row.seller_id, row.buyer_id, row.first_date, row.last_date, row.hop, row.amount, row.invoices]);
}

function least<T extends string | number>(a: T | null, b: T | null): T | null {
  return a === null ? b : b === null || a < b ? a : b;
}

function greatest<T extends string | number>(a: T | null, b: T | null): T | null {
  return a === null ? b : b === null || a > b ? a : b;
}
