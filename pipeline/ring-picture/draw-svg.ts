import { printable } from '../shared/printable.ts';
import type { Ring, RingRow } from '../snapshot/read-ring.ts';
import type { Arrow } from './arrows.ts';
import { EDGE_LABEL_FONT, type EdgeLabel } from './edge-labels.ts';
import { hasWords } from './edge-words.ts';
import { nodeMarkup, roleShape } from './node-shape.ts';
import { MOST_DRAWN, pictureGraph, type PictureGraph } from './ring-graph.ts';
import { dampersOf, hopMark, kindsText, largeYuan, percentText, periodText, ROLE_WORDS, ROLES, type Role } from './ring-words.ts';
import { ringScene, type Scene } from './scene.ts';
import { element, pixels, textLine, textWidth, xmlText } from '../shared/svg-text.ts';

const FONTS = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
const MARGIN = 28;
const [LINE, LEGEND] = ['#57606a', 76];

/** A picture and what it leaves out. */
export interface RingPicture {
  readonly svg: string;
  readonly drawn: number;
  readonly leftOut: number;
}

/** Draws a ring as one SVG file without scripts or references; the same ring always gives the same bytes. */
export function drawRing(ring: Ring, mostDrawn = MOST_DRAWN): RingPicture {
  const graph = pictureGraph(ring, mostDrawn);
  const scene = ringScene(graph);
  const roles = ROLES.filter((role) => graph.nodes.some((node) => node.role === role));
  const width = Math.max(scene.width, 760);
  const head = heading(ring, graph, width - 2 * MARGIN);
  const height = head.height + scene.height + LEGEND;
  const drawing = element('g', { transform: `translate(${pixels((width - scene.width) / 2)} ${pixels(head.height)})` }, sceneMarkup(scene, graph));
  const root = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${pixels(width)} ${pixels(height)}`, 'font-family': FONTS, role: 'img' };
  const parts = [
    element('title', {}, xmlText(`团伙线索 ${ring.ring.ring_id}`)),
    element('rect', { x: 0, y: 0, width, height, fill: '#ffffff' }),
    head.markup,
    drawing,
    legend(roles, arrowWords(graph), ring, { width, top: height - LEGEND }),
  ];
  return { svg: `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', root, `\n${parts.join('\n')}\n`)}\n`, drawn: graph.nodes.length, leftOut: graph.nodesLeftOut };
}

function arrowWords({ edges }: PictureGraph): string {
  if (edges.length === 0) return '';
  return `箭头由销方指向购方，越粗金额越大${edges.some(({ hop }) => hop !== null) ? `；${hopMark(1)}${hopMark(2)} 为先后次序` : ''}`;
}

function heading({ ring }: Ring, graph: PictureGraph, width: number): { markup: string; height: number } {
  const facts = [
    `得分 ${ring.score === null ? '—' : ring.score.toFixed(2)}`,
    `成员 ${ring.members} 户`,
    `涉及金额 ${largeYuan(ring.amount ?? 0)}`,
    periodText(ring.first_date, ring.last_date),
    ring.retained_share === null ? '' : `价值保留 ${percentText(ring.retained_share)}`,
    ring.claims_amount === null || ring.claims_amount === 0 ? '' : `申请退税 ${largeYuan(ring.claims_amount)}`,
  ].filter((fact) => fact !== '');
  const lines = [
    ...wrapped([`团伙线索 ${printable(ring.ring_id)}`], 20, width).map((text) => ({ text, size: 20, weight: 'bold', fill: '#1b1f24' })),
    ...wrapped([kindsText(ring.kinds)], 13, width).map((text) => ({ text, size: 13, weight: 'bold', fill: '#3d444d' })),
    ...wrapped(facts, 13, width).map((text) => ({ text, size: 13, weight: undefined, fill: '#3d444d' })),
    ...notes(ring, graph).flatMap((note) => wrapped([note], 12, width)).map((text) => ({ text, size: 12, weight: 'bold', fill: '#9a3b00' })),
  ];
  let y = 22;
  const markup = lines.map(({ text, size, weight, fill }) => {
    y += size + 8;
    return textLine(text, { x: MARGIN, y: y - 4, 'font-size': size, 'font-weight': weight, fill });
  });
  return { markup: markup.join('\n'), height: y + 6 };
}

function notes(ring: RingRow, { nodesLeftOut, edgesLeftOut, yuanLeftOut }: PictureGraph): string[] {
  const dampers = dampersOf(ring);
  const trade = `${edgesLeftOut} 条交易、${largeYuan(yuanLeftOut)}`;
  return [
    ...(dampers.length > 0 ? [`减弱因素：${dampers.join('、')}`] : []),
    ...(ring.truncated ? ['搜索截断：搜索预算用完，可能还有成员或交易未列入'] : []),
    ...(nodesLeftOut > 0 ? [`另有 ${nodesLeftOut} 户未画（${trade}）`] : edgesLeftOut > 0 ? [`另有同一户内的交易未画（${trade}）`] : []),
  ];
}

/** Facts in as many lines as the width asks for; one fact that is too long for a line is broken. */
function wrapped(facts: readonly string[], fontSize: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const add = (piece: string, separator: string) => {
    if (line !== '' && textWidth(line + separator + piece, fontSize) > width) {
      lines.push(line);
      line = piece;
    } else line += (line === '' ? '' : separator) + piece;
  };
  for (const fact of facts) {
    if (textWidth(fact, fontSize) <= width) add(fact, '　·　');
    else Array.from(fact).forEach((character, at) => { add(character, at === 0 ? '　·　' : ''); });
  }
  return [...lines, line];
}

function sceneMarkup(scene: Scene, graph: PictureGraph): string {
  const boxes = new Map(scene.boxes.map((box) => [box.id, box]));
  const showAmount = scene.arrows.length > 0 && !hasWords(graph.edges);
  const nodes = graph.nodes.flatMap((node) => {
    const box = boxes.get(node.id);
    return box === undefined ? [] : [nodeMarkup(node, box, showAmount)];
  });
  return ['', ...scene.arrows.map(arrowMarkup), ...nodes, ...scene.labels.map(labelMarkup), ''].join('\n');
}

function arrowMarkup({ edge, curve, head, width }: Arrow): string {
  const at = ({ x, y }: { x: number; y: number }) => `${pixels(x)},${pixels(y)}`;
  const [start, leave, arrive, end] = curve;
  const words = [`${edge.seller} → ${edge.buyer}`, largeYuan(edge.amountYuan), `${edge.invoices} 张`, periodText(edge.firstDate, edge.lastDate), edge.hop === null ? '' : `次序 ${edge.hop}`];
  const line = element('path', { d: `M${at(start)} C${at(leave)} ${at(arrive)} ${at(end)}`, fill: 'none', stroke: LINE, 'stroke-width': width, 'stroke-opacity': '0.8' });
  const tip = element('polygon', { points: head.map(at).join(' '), fill: LINE });
  return element('g', {}, element('title', {}, xmlText(words.filter((word) => word !== '').join(' · '))) + line + tip);
}

function labelMarkup({ x, y, width, height, lines }: EdgeLabel): string {
  const paper = element('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 3, fill: '#ffffff', 'fill-opacity': '0.88' });
  const words = lines.map((line, at) =>
    textLine(line, { x, y: y - height / 2 + 12 + 14 * at, 'text-anchor': 'middle', 'font-size': EDGE_LABEL_FONT, fill: at === 0 ? '#1b1f24' : LINE }),
  );
  return paper + words.join('');
}

function legend(roles: readonly Role[], arrows: string, ring: Ring, { width, top }: { width: number; top: number }): string {
  const rule = element('line', { x1: MARGIN, y1: top + 8, x2: width - MARGIN, y2: top + 8, stroke: '#d0d7de', 'stroke-width': 1 });
  const keys = roles.map((role, at) => {
    const x = MARGIN + 18 + at * 88;
    return roleShape(role, { x, y: top + 28, width: 36, height: 18 }) + textLine(ROLE_WORDS[role], { x: x + 24, y: top + 32, 'font-size': 12, fill: '#1b1f24' });
  });
  const arrow = textLine(arrows, { x: width - MARGIN, y: top + 32, 'text-anchor': 'end', 'font-size': 12, fill: '#3d444d' });
  const source = `疑点线索，须由人员核实 · 数据截至 ${ring.asOf} · 快照 ${ring.snapshotId}`;
  return [rule, ...keys, arrow, textLine(source, { x: MARGIN, y: top + 58, 'font-size': 11, fill: LINE })].join('\n');
}
