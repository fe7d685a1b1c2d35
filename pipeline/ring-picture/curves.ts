import { contains, type Box, type Point } from './boxes.ts';

/** A cubic curve: start, two control points, end. */
export type Curve = readonly [Point, Point, Point, Point];

export function pointAt(curve: Curve, t: number): Point {
  const [a, b, c, d] = curve;
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, u: number) => s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}

/** Direction of a curve at `t`, of length 1; to the right where it stands still. */
export function directionAt(curve: Curve, t: number): Point {
  const [before, after] = [pointAt(curve, Math.max(0, t - 0.01)), pointAt(curve, Math.min(1, t + 0.01))];
  const length = Math.hypot(after.x - before.x, after.y - before.y);
  return length < 1e-9 ? { x: 1, y: 0 } : { x: (after.x - before.x) / length, y: (after.y - before.y) / length };
}

/** The part of a curve from `from` to `to` (0 to 1). */
export function cutCurve(curve: Curve, from: number, to: number): Curve {
  const head = splitAt(curve, to)[0];
  return to <= 0 ? head : splitAt(head, Math.min(1, from / to))[1];
}

/** From box to box, bowed to the left of its way by `bow` pixels, cut at the borders of both. */
export function bowedCurve(from: Box, to: Box, bow: number): Curve {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.max(1, Math.hypot(dx, dy));
  const [aside, third] = [{ x: (dy / length) * bow * (4 / 3), y: (-dx / length) * bow * (4 / 3) }, { x: dx / 3, y: dy / 3 }];
  const whole: Curve = [
    { x: from.x, y: from.y },
    { x: from.x + third.x + aside.x, y: from.y + third.y + aside.y },
    { x: to.x - third.x + aside.x, y: to.y - third.y + aside.y },
    { x: to.x, y: to.y },
  ];
  return cutCurve(whole, crossing(whole, from, 0, 1), crossing(whole, to, 1, 0));
}

/** From a side of one box to a side of another, leaving and arriving level; `lift` raises the middle. */
export function levelCurve(start: Point, end: Point, lift: number): Curve {
  const reach = Math.max(40, Math.abs(end.x - start.x) / 2) * (end.x >= start.x ? 1 : -1);
  return [start, { x: start.x + reach, y: start.y + lift }, { x: end.x - reach, y: end.y + lift }, end];
}

/** From a side to the same side of another box in the same column. */
export function sideCurve(start: Point, end: Point): Curve {
  const bulge = 36 + Math.min(60, Math.abs(end.y - start.y) / 5);
  return [start, { x: start.x + bulge, y: start.y }, { x: end.x + bulge, y: end.y }, end];
}

/** How many sampled points of a curve lie in boxes that it does not belong to. */
export function boxesCrossed(curve: Curve, boxes: readonly Box[]): number {
  const samples = Array.from({ length: 25 }, (_, at) => pointAt(curve, (at + 1) / 26));
  return samples.filter((point) => boxes.some((box) => contains(box, point, 5))).length;
}

/** Where a curve that starts inside a box (at `inside`) leaves it on the way to `outside`. */
function crossing(curve: Curve, box: Box, inside: number, outside: number): number {
  const steps = 64;
  let [near, far] = [inside, outside];
  for (let step = 1; step <= steps; step += 1) {
    far = inside + ((outside - inside) * step) / steps;
    if (!contains(box, pointAt(curve, far), 2)) break;
    near = far;
  }
  for (let round = 0; round < 12; round += 1) {
    const middle = (near + far) / 2;
    if (contains(box, pointAt(curve, middle), 2)) near = middle;
    else far = middle;
  }
  return far;
}

function splitAt([a, b, c, d]: Curve, t: number): [Curve, Curve] {
  const between = (p: Point, q: Point): Point => ({ x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t });
  const [ab, bc, cd] = [between(a, b), between(b, c), between(c, d)];
  const [abc, bcd] = [between(ab, bc), between(bc, cd)];
  const middle = between(abc, bcd);
  return [
    [a, ab, abc, middle],
    [middle, bcd, cd, d],
  ];
}
