import type { Cell } from '../engine/engine.ts';
import { printable } from '../shared/printable.ts';
import type { Column } from './export-table.ts';

/** A cell as a person reads it: a number stays a number, amounts are exact text of digits, everything else is text; null where there is nothing. */
export type Shown = string | number | null;

const JOINT = '；';

/** How the values of a column are shown. */
export function shower({ kind, words }: Column): (value: Cell) => Shown {
  const word = (code: Cell): string => {
    const text = String(code);
    return words?.[text] ?? printable(text);
  };
  switch (kind) {
    case 'boolean':
      return (value) => (value === null ? null : value === true ? '是' : '否');
    case 'list':
    case 'long':
      return (value) => (Array.isArray(value) ? value.map(word).join(JOINT) || null : value === null ? null : word(value));
    case 'score':
    case 'points':
    case 'share':
    case 'count':
    case 'number':
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? millionths(value) : null);
    case 'yuan':
    case 'date':
      return (value) => (value === null ? null : String(value));
    default:
      return (value) => (value === null ? null : word(value));
  }
}

/** Whether a column holds what a spreadsheet may add up. */
export const isNumeric = ({ kind }: Pick<Column, 'kind'>): boolean => ['yuan', 'score', 'points', 'share', 'count', 'number'].includes(kind);

/** Six decimals: more would show how binary numbers are stored, not what was found. */
function millionths(value: number): number {
  return Number.isInteger(value) || Math.abs(value) >= 1e9 ? value : Math.round(value * 1e6) / 1e6;
}

// What spreadsheet programs take for the beginning of a formula (OWASP), with the full-width forms that Chinese input gives.
const FORMULA = /^(?:[\t\r]|\s*[=+\-@＝＋－＠])/u;

/** A text as a CSV file may hold it: a quote mark before what a spreadsheet program would take for a formula. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
