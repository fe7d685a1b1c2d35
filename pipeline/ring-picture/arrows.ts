import type { Box, Point } from './boxes.ts';
import { bowedCurve, boxesCrossed, cutCurve, directionAt, levelCurve, pointAt, sideCurve, type Curve } from './curves.ts';
import type { Layout } from './layout.ts';
import type { PictureEdge } from './ring-graph.ts';

/** One arrow: its line, its head as a triangle, and its width in pixels, which grows with the logarithm of the amount. */
export interface Arrow {
  readonly edge: PictureEdge;
  readonly curve: Curve;
  readonly head: readonly [Point, Point, Point];
  readonly width: number;
}

const [THINNEST, THICKEST] = [1.2, 5];
/** Pixels by which a tenth of the amount is thinner, so that nearly equal amounts look equal; wider ranges are squeezed. */
const PIXELS_PER_DECADE = 1.9;

/** Lines from seller to buyer that keep clear of other boxes where they can. */
export function drawArrows(layout: Layout, edges: readonly PictureEdge[]): Arrow[] {
  const boxes = new Map(layout.boxes.map((box) => [box.id, box]));
  const pairs = new Set(edges.map(({ seller, buyer }) => JSON.stringify([seller, buyer])));
  const widthOf = widthByAmount(edges);
  const finer = edges.length > 40 ? 0.4 : edges.length > 12 ? 0.6 : 1;
  const ports = layout.kind === 'layers' ? sidePorts(edges, boxes) : null;
  return edges.flatMap((edge) => {
    const [from, to] = [boxes.get(edge.seller), boxes.get(edge.buyer)];
    if (from === undefined || to === undefined) return [];
    const isMutual = pairs.has(JSON.stringify([edge.buyer, edge.seller]));
    const others = layout.boxes.filter(({ id }) => id !== from.id && id !== to.id);
    const candidates = ports === null ? bowedCandidates(from, to, isMutual) : levelCandidates(from, to, ports.get(edge));
    return [withHead(edge, clearest(candidates, others), widthOf(edge.amountYuan) * finer)];
  });
}

function clearest(candidates: readonly Curve[], others: readonly Box[]): Curve {
  const [first, ...rest] = candidates.map((curve) => ({ curve, crossed: boxesCrossed(curve, others) }));
  if (first === undefined) throw new Error('an arrow without a way to draw it');
  return rest.reduce((best, one) => (one.crossed < best.crossed ? one : best), first).curve;
}

function bowedCandidates(from: Box, to: Box, isMutual: boolean): Curve[] {
  const bows = isMutual ? [24, 60, 100] : [0, 36, -36, 80, -80, 130, -130];
  return bows.map((bow) => bowedCurve(from, to, bow));
}

function levelCandidates(from: Box, to: Box, ports: Ports | undefined): Curve[] {
  const [startY, endY] = [from.y + (ports?.seller ?? 0), to.y + (ports?.buyer ?? 0)];
  if (from.x === to.x) return [sideCurve({ x: from.x + from.width / 2, y: startY }, { x: to.x + to.width / 2, y: endY })];
  const side = to.x > from.x ? 1 : -1;
  const [start, end] = [{ x: from.x + (side * from.width) / 2, y: startY }, { x: to.x - (side * to.width) / 2, y: endY }];
  return [0, -70, 70, -130, 130, -200, 200].map((lift) => levelCurve(start, end, lift));
}

interface Ports {
  readonly seller: number;
  readonly buyer: number;
}

/** Where on the side of a box each arrow leaves and arrives, pixels from its middle: in the order of the other ends, so that they do not cross. */
function sidePorts(edges: readonly PictureEdge[], boxes: ReadonlyMap<string, Box>): Map<PictureEdge, Ports> {
  const sides = new Map<string, { edge: PictureEdge; end: 'seller' | 'buyer'; otherY: number; reach: number }[]>();
  for (const edge of edges) {
    const [seller, buyer] = [boxes.get(edge.seller), boxes.get(edge.buyer)];
    if (seller === undefined || buyer === undefined) continue;
    const leaves = buyer.x >= seller.x ? 'right' : 'left';
    const arrives = buyer.x > seller.x ? 'left' : 'right';
    push(sides, JSON.stringify([edge.seller, leaves]), { edge, end: 'seller', otherY: buyer.y, reach: Math.abs(buyer.x - seller.x) });
    push(sides, JSON.stringify([edge.buyer, arrives]), { edge, end: 'buyer', otherY: seller.y, reach: Math.abs(buyer.x - seller.x) });
  }
  const ports = new Map<PictureEdge, Ports>(edges.map((edge) => [edge, { seller: 0, buyer: 0 }]));
  for (const side of sides.values()) {
    // Of two on one level, the longer one will pass above what stands between.
    side.sort((a, b) => a.otherY - b.otherY || b.reach - a.reach);
    side.forEach(({ edge, end }, at) => {
      const room = (boxes.get(edge[end])?.height ?? 0) - 12;
      const pitch = side.length < 2 ? 0 : Math.min(9, room / (side.length - 1));
      ports.set(edge, { ...(ports.get(edge) ?? { seller: 0, buyer: 0 }), [end]: (at - (side.length - 1) / 2) * pitch });
    });
  }
  return ports;
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function withHead(edge: PictureEdge, curve: Curve, width: number): Arrow {
  const [length, half] = [7 + 1.6 * width, 3 + 0.9 * width];
  const tip = curve[3];
  const [base, neck] = [parameterAt(curve, length), parameterAt(curve, 0.7 * length)];
  const from = pointAt(curve, base);
  const way = distance(from, tip) < 1e-6 ? directionAt(curve, 1) : { x: (tip.x - from.x) / distance(from, tip), y: (tip.y - from.y) / distance(from, tip) };
  const foot = { x: tip.x - way.x * length, y: tip.y - way.y * length };
  const corners = [{ x: foot.x - way.y * half, y: foot.y + way.x * half }, { x: foot.x + way.y * half, y: foot.y - way.x * half }] as const;
  return { edge, curve: cutCurve(curve, 0, neck), head: [tip, ...corners], width };
}

/** Where on a curve the straight way to its end is `length` pixels. */
function parameterAt(curve: Curve, length: number): number {
  let [near, far] = [1, 0.05];
  for (let round = 0; round < 14; round += 1) {
    const middle = (near + far) / 2;
    if (distance(pointAt(curve, middle), curve[3]) < length) near = middle;
    else far = middle;
  }
  return far;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Width in pixels by amount on a logarithmic scale; the largest amount is the thickest. */
function widthByAmount(edges: readonly PictureEdge[]): (amountYuan: number) => number {
  const logs = edges.map(({ amountYuan }) => logOf(amountYuan));
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const slope = Math.min(PIXELS_PER_DECADE, (THICKEST - THINNEST) / Math.max(1e-9, most - least));
  return (amountYuan) => THICKEST - slope * (most - logOf(amountYuan));
}

function logOf(amountYuan: number): number {
  return Math.log10(Math.max(1, Math.abs(amountYuan)));
}
