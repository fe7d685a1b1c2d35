import { element, fitText, textLine } from '../../shared/svg-text.ts';
import type { Evaluation, IndicatorRow } from '../evaluate.ts';
import { atX, atY, COLORS, guide, label, picture, unitChart } from './chart.ts';

const [LIFT_WIDTH, ROW, NAMES, COUNTS] = [900, 20, 300, 110];

/** Observed rate of positives in each band of scores, with its interval; bands nobody scored in stay empty. */
export function calibrationChart({ calibration, base_rate }: Evaluation): string {
  const step = 1 / calibration.length;
  const bands = calibration.flatMap(({ band, observed }, at) => {
    const x = (at + 0.5) * step;
    const name = textLine(band, { x: 0, y: 0, transform: `translate(${Math.round(atX(x)) + 4} ${atY(0) + 12}) rotate(-35)`, 'text-anchor': 'end', 'font-size': 10, fill: COLORS.muted });
    if (observed.share === null) return [name];
    return [
      name,
      element('line', { x1: atX(x), y1: atY(observed.low ?? 0), x2: atX(x), y2: atY(observed.high ?? 1), stroke: COLORS.line, 'stroke-width': '2', 'stroke-opacity': '0.5' }),
      element('circle', { cx: atX(x), cy: atY(observed.share), r: 4, fill: COLORS.line }),
    ];
  });
  const base = base_rate.share ?? 0;
  const words = { title: '各得分段的属实比例 observed rate by score', x: '得分 score', y: '属实比例 share of positives' };
  return unitChart(words, [guide({ x: 0, y: base }, { x: 1, y: base }), ...bands], { xTicks: false });
}

/** One bar for each indicator with hits, the greatest lift first; the dashed line is the base rate. Empty without any. */
export function liftChart({ indicators }: Evaluation): string {
  const rows = indicators.filter(({ lift }) => lift !== null).sort((a, b) => (b.lift ?? 0) - (a.lift ?? 0) || (a.group < b.group ? -1 : 1));
  const greatest = Math.max(1, ...rows.map(({ lift }) => lift ?? 0));
  if (rows.length === 0) return '';
  const width = (lift: number) => (lift / greatest) * (LIFT_WIDTH - NAMES - COUNTS);
  const height = rows.length * ROW + 24;
  const one = NAMES + width(1);
  const parts = [
    ...rows.flatMap((row, at) => liftBar(row, at * ROW + 4, width(row.lift ?? 0))),
    element('line', { x1: one, y1: 0, x2: one, y2: height - 20, stroke: COLORS.muted, 'stroke-dasharray': '4 4' }),
    label('1 = 属实率 base rate', { x: one, y: height - 6, anchor: 'start' }),
  ];
  return picture('各指标提升度 lift per indicator', { width: LIFT_WIDTH, height }, parts.join('\n'));
}

function liftBar(row: IndicatorRow, top: number, width: number): string[] {
  return [
    textLine(fitText(`${row.group} ${row.name}`, 12, NAMES - 12), { x: NAMES - 8, y: top + 12, 'text-anchor': 'end', 'font-size': 12, fill: COLORS.ink }),
    element('rect', { x: NAMES, y: top, width: Math.max(width, 1), height: ROW - 6, fill: COLORS.line }),
    label(`${(row.lift ?? 0).toFixed(2)}（${row.precision.part}/${row.precision.whole}）`, { x: NAMES + width + 6, y: top + 12, anchor: 'start' }),
  ];
}
