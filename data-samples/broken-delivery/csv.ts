/** Tables as CSV text and back: LF, quotes only where needed. */

export type Cell = string | number;
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function csvCell(cell: Cell): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvText(table: Table): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** A table from CSV text as this package writes it: a quoted cell may hold commas and doubled quotes, not line breaks. */
export function tableFrom(text: string): Table {
  const [columns = [], ...rows] = text.split('\n').filter((line) => line !== '').map(cellsOf);
  return { columns, rows };
}

function cellsOf(line: string): string[] {
  return [...`${line},`.matchAll(/"((?:[^"]|"")*)",|([^,]*),/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
