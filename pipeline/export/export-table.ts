import { sqlName } from '../engine/sql-text.ts';

/**
 * What a column holds: text and identifiers stay text; yuan has two decimals, score one, points two, share is 0 to 1, count is whole, number is of any unit; a list is
 * of texts.
 */
export type ColumnKind = 'text' | 'color' | 'id' | 'list' | 'long' | 'yuan' | 'score' | 'points' | 'share' | 'count' | 'number' | 'date' | 'boolean';

/** One column of an export. */
export interface Column {
  /** Field code: the second heading, and the name in Parquet. */
  readonly code: string;
  /** Chinese heading. */
  readonly title: string;
  readonly kind: ColumnKind;
  /** Width in Latin characters. */
  readonly width: number;
  /** SQL over the relation of the table. */
  readonly sql: string;
  /** SQL where a person reads it; `sql` where absent. */
  readonly shownSql?: string;
  /** Words for codes, where a person reads them; an unknown code stays as it is. */
  readonly words?: Readonly<Record<string, string>>;
  /** What it means, for 口径说明. */
  readonly meaning: string;
}

/** One table of an export: a sheet, or a file. */
export interface ExportTable {
  /** Chinese name: of the sheet, and in the name of the file. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** FROM clause with its joins. */
  readonly from: string;
  /** Ends in a unique key. */
  readonly orderBy: string;
  readonly rows: number;
  /** Leading columns that stay in sight of a sheet and are printed on every page. */
  readonly fixedColumns: number;
}

/** Typed rows of a table, for Parquet. */
export function typedSelect({ columns, from, orderBy }: ExportTable): string {
  return `select ${columns.map(({ sql, code }) => `${sql} as ${sqlName(code)}`).join(', ')} from ${from} order by ${orderBy}`;
}

/** Rows of a table as a person reads them: amounts as exact text, days as YYYY-MM-DD. */
export function shownSelect({ columns, from, orderBy }: ExportTable): string {
  const shown = ({ kind, sql, shownSql = sql }: Column): string => (kind === 'yuan' || kind === 'date' ? `cast(${shownSql} as varchar)` : shownSql);
  return `select ${columns.map((column) => `${shown(column)} as ${sqlName(column.code)}`).join(', ')} from ${from} order by ${orderBy}`;
}
