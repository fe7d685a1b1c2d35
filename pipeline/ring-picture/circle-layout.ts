import { anyCollide, collide, ROOMY, SMALL, type Box, type Size } from './boxes.ts';
import { hasWordedLoop, hasWords } from './edge-words.ts';
import { byText, type PictureEdge, type PictureGraph } from './ring-graph.ts';

/** Pictures are wider than high: paper and screens lie on their side. */
const FLATNESS = 0.72;
/** More boxes than this do not stand at equal angles: at the top and the bottom their width takes more room than their height at the sides. */
const MOST_AT_EQUAL_ANGLES = 12;

/** Members in the given order clockwise on an ellipse round (0, 0), the first at the upper left; `hasWords` leaves room for the words on arrows. */
export function onCircle(ids: readonly string[], hasWords: boolean): Box[] {
  const size = ids.length > 16 ? SMALL : ROOMY;
  const gap = !hasWords ? { width: 18, height: 18 } : ids.length <= 8 ? { width: 158, height: 96 } : { width: 158, height: 58 };
  return ring(ids, anglesFor(ids.length, size, gap), size, gap, { radius: 90, others: [] });
}

/** A loop on the inner ellipse in its order, everyone else on an outer one near the member they trade with. */
export function roundLoop(graph: PictureGraph, loop: readonly string[]): Box[] {
  const inner = onCircle(loop, hasWordedLoop(graph.edges));
  const inLoop = new Set(loop);
  const outside = graph.nodes.map(({ id }) => id).filter((id) => !inLoop.has(id));
  return outside.length === 0 ? inner : [...inner, ...outerRing(outside, inner, graph.edges)];
}

function outerRing(ids: readonly string[], inner: readonly Box[], edges: readonly PictureEdge[]): Box[] {
  const size = ids.length > 10 ? SMALL : ROOMY;
  const [gap, toLoop] = [{ width: 22, height: 22 }, { width: hasWords(edges) ? 150 : 60, height: 44 }];
  const wanted = ids.map((id) => ({ id, angle: angleOfNeighbours(id, inner, edges) })).sort((a, b) => a.angle - b.angle || byText(a.id, b.id));
  const order = wanted.map(({ id }) => id);
  const start = Math.max(...inner.map(({ x, y }) => Math.hypot(x, y / FLATNESS))) + 120;
  for (let radius = start; radius < start + 600; radius += 30) {
    const boxes = pushApart(wanted.map(({ id, angle }) => ({ id, angle })), radius, size, gap);
    if (!anyCollide(boxes, [], gap) && !boxes.some((box) => inner.some((other) => collide(box, other, toLoop)))) return boxes;
  }
  return ring(order, anglesFor(order.length, size, gap), size, gap, { radius: start, others: inner });
}

/** Mean direction of the loop members someone trades with; downwards when there is none. */
function angleOfNeighbours(id: string, inner: readonly Box[], edges: readonly PictureEdge[]): number {
  const near = new Set(edges.flatMap(({ seller, buyer }) => (seller === id ? [buyer] : buyer === id ? [seller] : [])));
  const boxes = inner.filter((box) => near.has(box.id));
  const [x, y] = [boxes.reduce((sum, box) => sum + box.x, 0), boxes.reduce((sum, box) => sum + box.y / FLATNESS, 0)];
  return Math.hypot(x, y) < 1 ? Math.PI / 2 : Math.atan2(y, x);
}

/** Turns boxes that collide away from each other along the ellipse, little by little. */
function pushApart(wanted: { id: string; angle: number }[], radius: number, size: Size, gap: Size): Box[] {
  const step = 6 / radius;
  for (let round = 0; round < 200; round += 1) {
    let moved = false;
    wanted.forEach((one, at) => {
      const next = wanted[(at + 1) % wanted.length];
      if (next === undefined || next === one || !collide(place(one.id, one.angle, radius, size), place(next.id, next.angle, radius, size), gap)) return;
      one.angle -= step;
      next.angle += step;
      moved = true;
    });
    if (!moved) break;
  }
  return wanted.map(({ id, angle }) => place(id, angle, radius, size));
}

/** The smallest ellipse, in steps, on which nothing collides. */
function ring(ids: readonly string[], angles: readonly number[], size: Size, gap: Size, from: { radius: number; others: readonly Box[] }): Box[] {
  for (let radius = from.radius; ; radius += 10) {
    const boxes = ids.map((id, at) => place(id, angles[at] ?? 0, radius, size));
    if (!anyCollide(boxes, from.others, gap)) return boxes;
  }
}

function place(id: string, angle: number, radius: number, size: Size): Box {
  return { id, x: radius * Math.cos(angle), y: radius * FLATNESS * Math.sin(angle), ...size };
}

function anglesFor(count: number, size: Size, gap: Size): number[] {
  const start = count % 2 === 0 ? -Math.PI / 2 - Math.PI / Math.max(1, count) : -Math.PI / 2;
  if (count <= MOST_AT_EQUAL_ANGLES) return Array.from({ length: count }, (_, at) => start + (2 * Math.PI * at) / Math.max(1, count));
  return anglesByRoom(count, size, gap);
}

/** Angles at which each box gets the same part of the way round, the way measured in boxes rather than in pixels. */
function anglesByRoom(count: number, size: Size, gap: Size): number[] {
  const steps = 3600;
  const angles: number[] = [];
  const roomAt = (step: number) => {
    const angle = (2 * Math.PI * step) / steps - Math.PI / 2;
    return Math.max(Math.abs(Math.sin(angle)) / (size.width + gap.width), (FLATNESS * Math.abs(Math.cos(angle))) / (size.height + gap.height));
  };
  const whole = Array.from({ length: steps }, (_, step) => roomAt(step)).reduce((sum, room) => sum + room, 0);
  let walked = 0;
  for (let step = 0; step < steps && angles.length < count; step += 1) {
    if (walked >= (angles.length * whole) / count) angles.push((2 * Math.PI * step) / steps - Math.PI / 2);
    walked += roomAt(step);
  }
  return angles;
}
