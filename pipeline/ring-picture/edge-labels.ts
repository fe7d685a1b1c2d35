import type { Arrow } from './arrows.ts';
import { collide, contains, type Box } from './boxes.ts';
import { directionAt, pointAt } from './curves.ts';
import { hopMark, largeYuan, periodText } from './ring-words.ts';
import { textWidth } from './svg-text.ts';

/** Up to so many arrows carry their amount and days: all of a picture, or else those of its loop; up to more, the loop still shows its order. */
const [MOST_WORDED, MOST_NUMBERED] = [12, 40];
export const EDGE_LABEL_FONT = 11;
const LINE_HEIGHT = 14;

/** The words beside an arrow: centre and size of their place, lines from the top. */
export interface EdgeLabel extends Omit<Box, 'id'> {
  readonly lines: readonly string[];
}

/** Whether all arrows of a picture say their amounts, so that the boxes need not. */
export function arrowsHaveWords(arrows: number): boolean {
  return arrows > 0 && arrows <= MOST_WORDED;
}

/** Labels of the arrows, each where it hides least: beside its line, away from boxes, other labels and other lines. */
export function placeEdgeLabels(arrows: readonly Arrow[], boxes: readonly Box[]): EdgeLabel[] {
  const placed: EdgeLabel[] = [];
  const isLoopOnly = !arrowsHaveWords(arrows.length);
  const hops = arrows.filter(({ edge }) => edge.hop !== null).length;
  for (const arrow of arrows) {
    const lines = linesOf(arrow, isLoopOnly ? hops : arrows.length, isLoopOnly);
    if (lines.length === 0) continue;
    const size = { width: Math.max(...lines.map((line) => textWidth(line, EDGE_LABEL_FONT))) + 6, height: lines.length * LINE_HEIGHT + 2 };
    const candidates = candidatePlaces(arrow, size).map((label) => ({ label, cost: costOf(label, arrow, { arrows, boxes, placed }) }));
    const [first, ...rest] = candidates;
    if (first === undefined) continue;
    placed.push({ ...rest.reduce((best, one) => (one.cost < best.cost - 1e-9 ? one : best), first).label, lines });
  }
  return placed;
}

/** What an arrow says, when so many like it have something to say. */
function linesOf({ edge }: Arrow, sayers: number, isLoopOnly: boolean): string[] {
  const { hop, amountYuan, invoices, firstDate, lastDate } = edge;
  if (hop === null && isLoopOnly) return [];
  if (sayers > MOST_WORDED) return hop !== null && sayers <= MOST_NUMBERED ? [hopMark(hop)] : [];
  const period = periodText(firstDate, lastDate);
  return [`${hop === null ? '' : `${hopMark(hop)} `}${largeYuan(amountYuan)} · ${invoices} 张`, ...(period === '' ? [] : [period])];
}

function candidatePlaces({ curve, width }: Arrow, size: { width: number; height: number }): Omit<EdgeLabel, 'lines'>[] {
  return [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].flatMap((t) => {
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
  return 100 * hidden + onLines.reduce((cost, arrow) => cost + (arrow === own ? 4 : 6), 0);
}
