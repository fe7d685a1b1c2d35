import type { PictureEdge } from './ring-graph.ts';
import { hopMark, largeYuan, periodText } from './ring-words.ts';

/** Up to so many arrows carry their amount and days: all of a picture, or else those of its loop; up to more, the loop still shows its order. */
const [MOST_WORDED, MOST_NUMBERED] = [12, 40];

/** Whether all arrows of a picture say their amounts, so that the boxes need not. */
export function hasWords(edges: readonly PictureEdge[]): boolean {
  return edges.length > 0 && edges.length <= MOST_WORDED;
}

/** Whether at least the arrows of the loop say their amounts. */
export function hasWordedLoop(edges: readonly PictureEdge[]): boolean {
  return hasWords(edges) || hasWords(edges.filter(isHop));
}

/** What an arrow may say, in lines, the fullest text first; nothing when too many arrows would speak. */
export function edgeWords(edge: PictureEdge, edges: readonly PictureEdge[]): readonly (readonly string[])[] {
  const { hop, amountYuan, invoices, firstDate, lastDate } = edge;
  const mark = hop === null ? [] : [[hopMark(hop)]];
  if (!hasWords(edges) && !(isHop(edge) && hasWordedLoop(edges))) return edges.filter(isHop).length <= MOST_NUMBERED ? mark : [];
  const period = periodText(firstDate, lastDate);
  const amount = `${hop === null ? '' : `${hopMark(hop)} `}${largeYuan(amountYuan)}`;
  return [[`${amount} · ${invoices} 张`, ...(period === '' ? [] : [period])], [amount], ...mark];
}

function isHop({ hop }: PictureEdge): boolean {
  return hop !== null;
}
