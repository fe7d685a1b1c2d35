import type { Box } from './boxes.ts';
import { amountOf, type PictureNode } from './ring-graph.ts';
import { largeYuan, percentText, ROLE_WORDS, type Role } from './ring-words.ts';
import { element, fitText, pixels, textLine, textWidth, xmlText } from '../shared/svg-text.ts';

// Line and fill of a role; the hues stay apart for colour-blind eyes, and the shapes tell them apart without any.
const COLOURS: Readonly<Record<Role, readonly [line: string, fill: string]>> = {
  controller: ['#7a3b8f', '#f4eaf8'],
  issuer: ['#b5480a', '#fdeee4'],
  conduit: ['#8a6d00', '#fdf6d8'],
  beneficiary: ['#0b5c9c', '#e6f1fb'],
  member: ['#5b6470', '#f3f4f6'],
};

/** The outline of a role: double frame, rectangle, hexagon, rounded ends, dashed rectangle. */
export function roleShape(role: Role, { x, y, width, height }: Omit<Box, 'id'>): string {
  const [stroke, fill] = COLOURS[role];
  const [left, top] = [x - width / 2, y - height / 2];
  const paint = { fill, stroke, 'stroke-width': 1.6 };
  const frame = { x: left, y: top, width, height };
  if (role === 'conduit') {
    const point = Math.min(12, height / 2);
    const corners = [[left, y], [left + point, top], [left + width - point, top], [left + width, y], [left + width - point, top + height], [left + point, top + height]] as const;
    return element('polygon', { points: corners.map(([cx, cy]) => `${pixels(cx)},${pixels(cy)}`).join(' '), ...paint });
  }
  if (role === 'beneficiary') return element('rect', { ...frame, rx: Math.min(23, height / 2), ...paint });
  if (role === 'member') return element('rect', { ...frame, rx: 4, ...paint, 'stroke-dasharray': '4 3' });
  const outline = element('rect', { ...frame, ...paint });
  if (role === 'issuer') return outline;
  return outline + element('rect', { x: left + 3, y: top + 3, width: width - 6, height: height - 6, fill: 'none', stroke, 'stroke-width': 0.8 });
}

/** A member's box with its words; the whole id and all amounts stand in the tooltip. */
export function nodeMarkup(node: PictureNode, box: Box, showAmount: boolean): string {
  const title = [node.id, node.name, ROLE_WORDS[node.role], `开出 ${largeYuan(node.soldYuan)}`, `取得 ${largeYuan(node.boughtYuan)}`].filter((word) => word !== '').join(' · ');
  return element('g', {}, element('title', {}, xmlText(title)) + roleShape(node.role, box) + words(node, box, showAmount));
}

/** A name without the ending that all companies share, or the end of the id. */
export function shortName({ name, id }: Pick<PictureNode, 'name' | 'id'>): string {
  if (name === '') return `…${Array.from(id).slice(-6).join('')}`;
  const short = name.replace(/(?:股份|责任)?有限(?:责任)?公司$/u, '');
  return short === '' ? name : short;
}

function words(node: PictureNode, { x, y, width, height }: Box, showAmount: boolean): string {
  const room = width - 24;
  const centred = { x, 'text-anchor': 'middle', fill: '#1b1f24' };
  if (height > 40) {
    const second = `${ROLE_WORDS[node.role]}${showAmount ? amountWords(node) : shareWords(node)}`;
    return (
      textLine(fitText(shortName(node), 13, room), { ...centred, y: y - 4, 'font-size': 13, 'font-weight': 'bold' }) +
      textLine(fitText(second, 11, room), { ...centred, y: y + 14, 'font-size': 11, fill: '#3d444d' })
    );
  }
  if (width < 150) return textLine(fitText(shortName(node), 12, room), { ...centred, y: y + 4.5, 'font-size': 12 });
  const amount = largeYuan(amountOf(node));
  return (
    textLine(fitText(shortName(node), 12, room - textWidth(amount, 11) - 4), { ...centred, x: x - width / 2 + 12, y: y + 4.5, 'font-size': 12, 'text-anchor': 'start' }) +
    textLine(amount, { ...centred, x: x + width / 2 - 10, y: y + 4.5, 'font-size': 11, 'text-anchor': 'end', fill: '#3d444d' })
  );
}

function amountWords({ soldYuan, boughtYuan }: PictureNode): string {
  if (soldYuan === 0 && boughtYuan === 0) return '';
  return soldYuan >= boughtYuan ? ` · 开出 ${largeYuan(soldYuan)}` : ` · 取得 ${largeYuan(boughtYuan)}`;
}

function shareWords({ share }: PictureNode): string {
  return share === null ? '' : ` · 份额 ${percentText(share)}`;
}
