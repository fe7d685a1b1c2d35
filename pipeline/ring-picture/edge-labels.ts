import type { Arrow } from './arrows.ts';
import { collide, contains, type Box } from './boxes.ts';
import { directionAt, pointAt } from './curves.ts';
import { edgeWords } from './edge-words.ts';
import { textWidth } from '../shared/svg-text.ts';

export const EDGE_LABEL_FONT = 11;
const LINE_HEIGHT = 14;

/** The words beside an arrow: centre and size of their place, lines from the top. */
export interface EdgeLabel extends Omit<Box, 'id'> {
  readonly lines: readonly string[];
}

/** Dearer than any number of lines crossed: a label that hides a box or another label. */
const HIDES = 1000;

/** Labels of the arrows, each where it hides least: beside its line, away from boxes, other labels and other lines. What finds no free place says less, or nothing. */
export function placeEdgeLabels(arrows: readonly Arrow[], boxes: readonly Box[]): EdgeLabel[] {
  const edges = arrows.map(({ edge }) => edge);
  const placed: EdgeLabel[] = [];
  for (const arrow of arrows) {
    for (const lines of edgeWords(arrow.edge, edges)) {
      const best = bestPlace(arrow, lines, { arrows, boxes, placed });
      if (best === undefined || best.cost >= HIDES) continue;
      placed.push({ ...best.place, lines });
      break;
    }
  }
  return placed;
}

function bestPlace(arrow: Arrow, lines: readonly string[], neighbours: Neighbours) {
  const size = { width: Math.max(...lines.map((line) => textWidth(line, EDGE_LABEL_FONT))) + 6, height: lines.length * LINE_HEIGHT + 2 };
  const [first, ...rest] = candidatePlaces(arrow, size).map((place) => ({ place, cost: costOf(place, arrow, neighbours) }));
  return first === undefined ? undefined : rest.reduce((best, one) => (one.cost < best.cost ? one : best), first);
}

function candidatePlaces({ curve, width }: Arrow, size: { width: number; height: number }): Omit<EdgeLabel, 'lines'>[] {
  return [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82].flatMap((t) => {
    const [middle, way] = [pointAt(curve, t), directionAt(curve, t)];
    const away = (Math.abs(way.y) * size.width + Math.abs(way.x) * size.height) / 2 + width / 2 + 3;
    // Above a level line and to the right of an upright one comes first.
    const side = way.x > 0.3 || (Math.abs(way.x) <= 0.3 && way.y > 0) ? 1 : -1;
    return [side, -side, 0].map((sign) => ({ x: middle.x + way.y * away * sign, y: middle.y - way.x * away * sign, ...size }));
  });
}

interface Neighbours {
  readonly arrows: readonly Arrow[];
  readonly boxes: readonly Box[];
  readonly placed: readonly EdgeLabel[];
}

function costOf(label: Omit<EdgeLabel, 'lines'>, own: Arrow, { arrows, boxes, placed }: Neighbours): number {
  const hidden = boxes.filter((box) => collide(label, box, { width: 3, height: 3 })).length + placed.filter((other) => collide(label, other, { width: 4, height: 2 })).length;
  const samples = Array.from({ length: 33 }, (_, at) => at / 32);
  const onLines = arrows.filter((arrow) => samples.some((t) => contains(label, pointAt(arrow.curve, t), arrow.width / 2)));
  return HIDES * hidden + onLines.reduce((cost, arrow) => cost + (arrow === own ? 4 : 6), 0);
}
