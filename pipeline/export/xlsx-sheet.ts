import type { Cell } from '../engine/engine.ts';
import { isNumeric, shower } from './cells.ts';
import type { Column } from './export-table.ts';
import { escapeXml, letters, linesOf } from './xlsx-text.ts';
import { colorStyle, styleOf } from './xlsx-styles.ts';

const HEAD_ROWS = 2;
const LONGEST_CELL = 32_767;
const LINE_POINTS = 14.5;
const HIGHEST_POINTS = 405;
/** Latin characters of ten points that a landscape A4 and A3 page hold side by side. */
const A4_WIDTH = 135;
const A3_WIDTH = 200;
const DAY_MS = 86_400_000;
// Day 0 of the serial numbers of days, right for every day from March 1900 on.
const DAY_ZERO = Date.UTC(1899, 11, 30);

export interface SheetLook {
  readonly columns: readonly Column[];
  readonly fixedColumns: number;
  readonly rows: number;
  readonly isFirst: boolean;
  /** Printed at the foot of every page. */
  readonly footer: string;
}

/** What stands before the rows of a sheet, its two heading rows with it. */
export function sheetHead({ columns, fixedColumns, rows, isFirst }: SheetLook): string {
  const last = letters(columns.length);
  const widths = columns.map(({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width + 0.7109375}" customWidth="1"/>`);
  const heading = columns.map(({ title }, at) => textCell(`${letters(at + 1)}1`, styleOf('heading'), title));
  const codes = columns.map(({ code }, at) => textCell(`${letters(at + 1)}2`, styleOf('fieldCode'), code));
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:${last}${rows + HEAD_ROWS}"/>`
    + `<sheetViews><sheetView${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0">${pane(fixedColumns)}</sheetView></sheetViews>`
    + `<sheetFormatPr defaultRowHeight="15"/><cols>${widths.join('')}</cols><sheetData><row r="1" ht="30" customHeight="1">${heading.join('')}</row><row r="2">${codes.join('')}</row>`;
}

/** Headings, and the first columns, stay in sight. */
function pane(fixedColumns: number): string {
  const [name, across] = fixedColumns === 0 ? ['bottomLeft', ''] : ['bottomRight', ` xSplit="${fixedColumns}"`];
  const cell = `${letters(fixedColumns + 1)}${HEAD_ROWS + 1}`;
  return `<pane${across} ySplit="${HEAD_ROWS}" topLeftCell="${cell}" activePane="${name}" state="frozen"/><selection pane="${name}" activeCell="${cell}" sqref="${cell}"/>`;
}

/** What stands after the rows: filter buttons, and landscape pages with who exported it at their foot. */
export function sheetFoot({ columns, rows, footer }: SheetLook): string {
  return `</sheetData><autoFilter ref="A${HEAD_ROWS}:${letters(columns.length)}${rows + HEAD_ROWS}"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>`
    + `${pageSetup(columns)}<headerFooter><oddFooter>&amp;L${escapeXml(footer.replaceAll('&', '&&'))}&amp;R第&amp;P页 共&amp;N页</oddFooter></headerFooter></worksheet>`;
}

/** A4, or A3 for wide sheets, and as many pages side by side as keep the print legible. */
function pageSetup(columns: readonly Column[]): string {
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const pages = Math.max(1, Math.round(width / A3_WIDTH));
  return `<pageSetup paperSize="${width > A4_WIDTH * 1.3 ? 8 : 9}" orientation="landscape" fitToWidth="${pages}" fitToHeight="0"/>`;
}

/** Turns rows of a table into rows of a sheet; `place` counts from 1 within the sheet. Text is only ever written as text. */
export function rowWriter(columns: readonly Column[]): (row: readonly Cell[], place: number) => string {
  let lines = 1;
  const cells = columns.map((column, at) => cellWriter(column, letters(at + 1), (taken) => { lines = Math.max(lines, taken); }));
  return (row, place) => {
    const number = place + HEAD_ROWS;
    lines = 1;
    let xml = '';
    for (let at = 0; at < cells.length; at += 1) xml += cells[at]?.(row[at] ?? null, number) ?? '';
    const height = lines === 1 ? '' : ` ht="${Math.min(HIGHEST_POINTS, lines * LINE_POINTS)}" customHeight="1"`;
    return `<row r="${number}"${height}>${xml}</row>`;
  };
}

/** Writes the cells of a column; `takes` is told how many lines a wrapped text takes. */
function cellWriter(column: Column, letter: string, takes: (lines: number) => void): (value: Cell, row: number) => string {
  const show = shower(column);
  const style = styleOf(column.kind);
  const isWrapped = ['text', 'list', 'long'].includes(column.kind);
  const numeric = isNumeric(column);
  return (value, row) => {
    const shown = show(value);
    if (shown === null || shown === '') return '';
    if (numeric) return `<c r="${letter}${row}" s="${style}"><v>${shown}</v></c>`;
    const text = String(shown);
    if (column.kind === 'date') return `<c r="${letter}${row}" s="${style}"><v>${serialDay(text)}</v></c>`;
    if (isWrapped) takes(linesOf(text, column.width - 2));
    return textCell(`${letter}${row}`, column.kind === 'color' ? colorStyle(text) : style, text);
  };
}

/** Days since the beginning of the calendar of spreadsheets, for YYYY-MM-DD. */
const serialDay = (day: string): number => (Date.parse(`${day}T00:00:00Z`) - DAY_ZERO) / DAY_MS;

function textCell(reference: string, style: number, text: string): string {
  const cut = text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1).replace(/[\ud800-\udbff]$/u, '')}…` : text;
  const preserve = cut.startsWith(' ') || cut.endsWith(' ') ? ' xml:space="preserve"' : '';
  return `<c r="${reference}" s="${style}" t="inlineStr"><is><t${preserve}>${escapeXml(cut)}</t></is></c>`;
}
