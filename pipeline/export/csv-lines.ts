import type { Cell } from '../engine/engine.ts';
import { harmless, isNumeric, shower } from './cells.ts';
import type { Column } from './export-table.ts';

const END = '\r\n';

/** The two lines of headings: Chinese, then field codes. */
export function headingLines(columns: readonly Column[]): string {
  return [columns.map(({ title }) => title), columns.map(({ code }) => code)].map((line) => line.map((text) => quoted(harmless(text))).join(',') + END).join('');
}

/** Turns a row of a table into a line of CSV (RFC 4180); text that looks like a formula is made harmless, numbers and days are not touched. */
export function lineWriter(columns: readonly Column[]): (row: readonly Cell[]) => string {
  const cells = columns.map((column) => {
    const show = shower(column);
    if (isNumeric(column) || column.kind === 'date') return (value: Cell) => plain(show(value));
    return (value: Cell) => quoted(harmless(plain(show(value))));
  });
  return (row) => cells.map((cell, at) => cell(row[at] ?? null)).join(',') + END;
}

const plain = (value: string | number | null): string => (value === null ? '' : typeof value === 'number' ? digits(value) : value);

/** Digits without an exponent, as far as a number has them. */
function digits(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 6 }) : text;
}

function quoted(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
