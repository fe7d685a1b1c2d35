import { drawArrows, type Arrow } from './arrows.ts';
import type { Box, Point, Size } from './boxes.ts';
import { pointAt } from './curves.ts';
import { placeEdgeLabels, type EdgeLabel } from './edge-labels.ts';
import { layoutRing, type Layout } from './layout.ts';
import type { PictureGraph } from './ring-graph.ts';

/** Everything that is drawn of a ring, in pixels from (0, 0) to (width, height), nothing outside. */
export interface Scene extends Size {
  readonly kind: Layout['kind'];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly labels: readonly EdgeLabel[];
}

const MARGIN = 28;

/** Places boxes, arrows and labels of a ring and moves the whole into its frame. */
export function ringScene(graph: PictureGraph): Scene {
  const layout = layoutRing(graph);
  const arrows = drawArrows(layout, graph.edges);
  const labels = placeEdgeLabels(arrows, layout.boxes);
  const frame = frameOf([...layout.boxes, ...labels], arrows);
  const by: Point = { x: MARGIN - frame.left, y: MARGIN - frame.top };
  return {
    kind: layout.kind,
    width: frame.right - frame.left + 2 * MARGIN,
    height: frame.bottom - frame.top + 2 * MARGIN,
    boxes: layout.boxes.map((box) => ({ ...box, ...moved(box, by) })),
    arrows: arrows.map((arrow) => {
      const [start, leave, arrive, end] = arrow.curve;
      const [tip, left, right] = arrow.head;
      return { ...arrow, curve: [moved(start, by), moved(leave, by), moved(arrive, by), moved(end, by)], head: [moved(tip, by), moved(left, by), moved(right, by)] };
    }),
    labels: labels.map((label) => ({ ...label, ...moved(label, by) })),
  };
}

function frameOf(areas: readonly (Point & Size)[], arrows: readonly Arrow[]) {
  const onLines = arrows.flatMap(({ curve, head }) => [...Array.from({ length: 21 }, (_, at) => pointAt(curve, at / 20)), ...head]);
  const xs = [...areas.flatMap(({ x, width }) => [x - width / 2, x + width / 2]), ...onLines.map(({ x }) => x)];
  const ys = [...areas.flatMap(({ y, height }) => [y - height / 2, y + height / 2]), ...onLines.map(({ y }) => y)];
  if (xs.length === 0) return { left: 0, right: 0, top: 0, bottom: 0 };
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function moved({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}
