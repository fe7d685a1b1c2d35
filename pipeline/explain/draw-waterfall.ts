import { element, fitText, pixels, textLine, xmlText } from '../shared/svg-text.ts';
import { barText, colorRuleText, counterfactualText } from './explanation-words.ts';
import type { Bar, Explanation } from './read-explanation.ts';

const FONTS = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
const [WIDTH, MARGIN, LABEL, ROW, FONT] = [960, 28, 330, 26, 13];
const [INK, PALE, LINE] = ['#1b1f24', '#57606a', '#d0d7de'];
const FILLS: Readonly<Record<string, string>> = { red: '#c9372c', orange: '#d9730d', yellow: '#b58900', blue: '#2f6fb5', none: '#57606a' };
const CUT_WORDS: Readonly<Record<string, string>> = { red: '红', orange: '橙', yellow: '黄', blue: '蓝' };

export interface WaterfallWords {
  readonly nameOf: (code: string) => string;
  readonly levelText: (level: string) => string;
  readonly colorText: (color: string) => string;
}

/** Draws how a score comes about as one SVG file without scripts or references: a bar for each hit, then what was damped, cut off and rounded, and the score. */
export function drawWaterfall(explanation: Explanation, words: WaterfallWords): string {
  const { bars, score, color, cuts } = explanation;
  const scale = scaleOf(bars, score);
  const head = heading(explanation, words);
  const top = head.height + 24;
  const rows = bars.map((bar, at) => barMarkup(bar, { y: top + at * ROW, scale, label: barText(bar, words.nameOf) }));
  const bottom = top + bars.length * ROW;
  const height = bottom + ROW + 64;
  const total = rowMarkup({ y: bottom, from: 0, to: score, scale, label: '得分 score', fill: FILLS[color] ?? PALE, value: score.toFixed(1) }, 'bold');
  const root = { xmlns: 'http://www.w3.org/2000/svg', width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${pixels(height)}`, 'font-family': FONTS, role: 'img' };
  const parts = [
    element('title', {}, xmlText(`得分构成 ${explanation.taxpayer_id}`)),
    element('rect', { x: 0, y: 0, width: WIDTH, height, fill: '#ffffff' }),
    head.markup,
    ...Object.entries(cuts).map(([name, cut]) => cutMarkup(name, cut, { scale, top: top - 6, bottom: bottom + ROW })),
    ...rows,
    total,
    textLine(`疑点线索，须由人员核实 · 数据截至 ${explanation.asOf} · 快照 ${explanation.snapshotId}`, { x: MARGIN, y: height - 18, 'font-size': 11, fill: PALE }),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', root, `\n${parts.join('\n')}\n`)}\n`;
}

type Scale = (points: number) => number;

/** From points to pixels: wide enough for the largest running sum and for every cut. */
function scaleOf(bars: readonly Bar[], score: number): Scale {
  const most = Math.max(100, score, ...bars.map(({ total }) => total));
  return (points) => MARGIN + LABEL + (points / most) * (WIDTH - 2 * MARGIN - LABEL - 60);
}

function heading(explanation: Explanation, words: WaterfallWords): { markup: string; height: number } {
  const { taxpayer_id, taxpayer_name, level, color, color_rule, without_points } = explanation;
  const lines = [
    { text: `得分构成　${taxpayer_id}　${taxpayer_name}`, size: 18, weight: 'bold', fill: INK },
    { text: `等级 ${words.levelText(level)}　·　颜色 ${words.colorText(color)}，${colorRuleText(color_rule)}`, size: FONT, weight: undefined, fill: INK },
    ...(without_points.length > 0 ? [{ text: `不计分的疑点或事项 without points：${without_points.join('、')}`, size: FONT, weight: undefined, fill: PALE }] : []),
    ...counterfactualText(explanation, words.levelText).map((text) => ({ text, size: FONT, weight: undefined, fill: PALE })),
  ];
  let y = 18;
  const markup = lines.map(({ text, size, weight, fill }) => {
    y += size + 9;
    return textLine(fitText(text, size, WIDTH - 2 * MARGIN), { x: MARGIN, y: y - 4, 'font-size': size, 'font-weight': weight, fill });
  });
  return { markup: markup.join('\n'), height: y };
}

function barMarkup(bar: Bar, { y, scale, label }: { y: number; scale: Scale; label: string }): string {
  const [from, to] = [bar.total - bar.points, bar.total];
  const value = `${bar.points > 0 ? '+' : '−'}${Math.abs(bar.points).toFixed(2)}`;
  return rowMarkup({ y, from, to, scale, label, fill: bar.points > 0 ? '#6e5494' : '#8c959f', value });
}

interface Row {
  readonly y: number;
  readonly from: number;
  readonly to: number;
  readonly scale: Scale;
  readonly label: string;
  readonly fill: string;
  readonly value: string;
}

function rowMarkup({ y, from, to, scale, label, fill, value }: Row, weight?: string): string {
  const [left, right] = [scale(Math.min(from, to)), scale(Math.max(from, to))];
  const text = fitText(label, FONT, LABEL - 12);
  return [
    textLine(text, { x: MARGIN + LABEL - 12, y: y + 17, 'text-anchor': 'end', 'font-size': FONT, 'font-weight': weight, fill: INK }),
    element('rect', { x: left, y: y + 4, width: Math.max(1, right - left), height: ROW - 8, rx: 2, fill }),
    textLine(value, { x: right + 6, y: y + 17, 'font-size': 12, 'font-weight': weight, fill: INK }),
  ].join('');
}

function cutMarkup(name: string, cut: number, { scale, top, bottom }: { scale: Scale; top: number; bottom: number }): string {
  const x = scale(cut);
  return element('line', { x1: x, y1: top, x2: x, y2: bottom, stroke: LINE, 'stroke-width': 1, 'stroke-dasharray': '3 3' })
    + textLine(`${CUT_WORDS[name] ?? name} ${cut}`, { x, y: top - 4, 'font-size': 11, 'text-anchor': 'middle', fill: PALE });
}
