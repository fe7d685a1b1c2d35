import { sqlText } from '../engine/sql-text.ts';
import type { Column, ExportTable } from './export-table.ts';

/** A table whose few rows are known here and not in the snapshot: texts in the order given. */
export function textTable(name: string, headings: readonly Pick<Column, 'code' | 'title' | 'width'>[], rows: readonly (readonly string[])[]): ExportTable {
  const values = rows.map((row, at) => `(${[String(at), ...row.map(sqlText)].join(', ')})`);
  return {
    name, fixedColumns: 0, rows: rows.length, orderBy: 'row_no asc nulls last',
    columns: headings.map((heading, at) => ({ ...heading, kind: at === headings.length - 1 ? 'long' : 'text', sql: `c${at}`, meaning: '' })),
    from: `(values ${values.join(', ')}) as given(${['row_no', ...headings.map((_, at) => `c${at}`)].join(', ')})`,
  };
}
