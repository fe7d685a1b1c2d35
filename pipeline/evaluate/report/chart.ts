import { element, pixels, textLine, xmlText } from '../../shared/svg-text.ts';

/** A point with both coordinates between 0 and 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const COLORS = { ink: '#1b1f24', muted: '#57606a', rule: '#d0d7de', line: '#1f6feb', mark: '#bc4c00' } as const;
const [WIDTH, HEIGHT] = [440, 360];
export const PLOT = { left: 58, top: 16, width: 366, height: 284 } as const;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export const atX = (x: number): number => PLOT.left + x * PLOT.width;
export const atY = (y: number): number => PLOT.top + (1 - y) * PLOT.height;

/** An SVG picture with a title that is read aloud; `inner` must already be markup. */
export function picture(title: string, size: { readonly width: number; readonly height: number }, inner: string): string {
  const attributes = { viewBox: `0 0 ${pixels(size.width)} ${pixels(size.height)}`, width: size.width, height: size.height, role: 'img' };
  return element('svg', attributes, `\n${element('title', {}, xmlText(title))}\n${inner}\n`);
}

/** A unit square with percent ticks on both axes and what is drawn inside; without `xTicks` the axis across is the caller's. */
export function unitChart(words: { readonly title: string; readonly x: string; readonly y: string }, inner: readonly string[], options: { readonly xTicks?: boolean } = {}): string {
  const parts = [
    ...TICKS.flatMap((tick) => [ruleAt(tick), label(`${100 * tick}%`, { x: PLOT.left - 6, y: atY(tick) + 4, anchor: 'end' })]),
    ...(options.xTicks === false ? [] : TICKS.map((tick) => label(`${100 * tick}%`, { x: atX(tick), y: atY(0) + 16, anchor: 'middle' }))),
    label(words.x, { x: atX(0.5), y: HEIGHT - 8, anchor: 'middle' }),
    textLine(words.y, { x: 0, y: 0, transform: `translate(14 ${pixels(atY(0.5))}) rotate(-90)`, 'text-anchor': 'middle', 'font-size': 12, fill: COLORS.muted }),
    ...inner,
  ];
  return picture(words.title, { width: WIDTH, height: HEIGHT }, parts.join('\n'));
}

/** A small text; `anchor` as in SVG. */
export function label(text: string, place: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end' }): string {
  return textLine(text, { x: place.x, y: place.y, 'text-anchor': place.anchor, 'font-size': 12, fill: COLORS.muted });
}

/** A line through points; those that fall on the same pixel as the one before are left out, so that its length does not grow with the data. */
export function curve(points: readonly Point[], color: string = COLORS.line): string {
  const places = points.map(({ x, y }) => `${pixels(atX(x))},${pixels(atY(y))}`);
  const kept = places.filter((place, at) => place !== places[at - 1]);
  return kept.length === 0 ? '' : element('polyline', { points: kept.join(' '), fill: 'none', stroke: color, 'stroke-width': '2', 'stroke-linejoin': 'round' });
}

/** The same as a stair: up or down at each point, level in between. */
export function stair(points: readonly Point[], turn: 'level-first' | 'rise-first'): readonly Point[] {
  return points.flatMap((point, at) => {
    const before = points[at - 1];
    if (before === undefined) return [point];
    return [turn === 'level-first' ? { x: point.x, y: before.y } : { x: before.x, y: point.y }, point];
  });
}

/** A dashed line for comparison. */
export function guide(from: Point, to: Point): string {
  return element('line', { x1: atX(from.x), y1: atY(from.y), x2: atX(to.x), y2: atY(to.y), stroke: COLORS.muted, 'stroke-dasharray': '4 4' });
}

/** A marked point with a word beside it. */
export function mark({ x, y }: Point, text: string): string {
  const isRight = x > 0.6;
  return element('circle', { cx: atX(x), cy: atY(y), r: 5, fill: COLORS.mark }) + label(text, { x: atX(x) + (isRight ? -9 : 9), y: atY(y) + (y > 0.9 ? 16 : -6), anchor: isRight ? 'end' : 'start' });
}

function ruleAt(tick: number): string {
  return element('line', { x1: atX(0), y1: atY(tick), x2: atX(1), y2: atY(tick), stroke: COLORS.rule });
}
