import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { sqlText } from '../../../../pipeline/engine/sql-text.ts';
import { normaliseText } from '../../../../pipeline/ingest/values/text.ts';
import type { ValueSql } from '../../../../pipeline/ingest/values/value-sql.ts';

/** What ingest makes of one delivered cell, values as text. */
export interface ReadCell {
  readonly text: string | null;
  readonly value: string | null;
  readonly error: string | null;
  readonly warnings: string;
  readonly extra: string | null;
}

/** Reads delivered cells of a column in the order given: raw → normalised text → value, error and warnings. */
export async function readCells(engine: Engine, cells: readonly (string | null)[], build: (text: string) => ValueSql, extra?: string): Promise<ReadCell[]> {
  const rows = cells.map((cell, at) => `(${at}, ${cell === null ? 'NULL' : sqlText(cell)})`).join(', ');
  await engine.exec(`CREATE OR REPLACE TABLE cells AS SELECT row_no, CAST(raw AS VARCHAR) AS raw FROM (VALUES ${rows}) t(row_no, raw)`);
  const sql = build('text');
  const warnings = sql.warnings.length === 0 ? "''" : `array_to_string(list_filter([${sql.warnings.join(', ')}], lambda w: w IS NOT NULL), ' ')`;
  return engine.rows<ReadCell>(
    `SELECT text, CAST(${sql.value} AS VARCHAR) AS value, CAST(${sql.error} AS VARCHAR) AS error, ${warnings} AS warnings,
       CAST(${extra === undefined ? 'NULL' : (sql.extra?.[extra] ?? 'NULL')} AS VARCHAR) AS extra
     FROM (SELECT row_no, ${normaliseText('raw')} AS text FROM cells) ORDER BY row_no`,
  );
}

/** "value", or the reject code, followed by the warnings: short enough for tables of expectations. */
export function outcome(cell: ReadCell | undefined): string {
  if (cell === undefined) return 'no row';
  return [cell.error ?? cell.value ?? 'NULL', cell.warnings].filter((part) => part !== '').join(' ');
}

/** Outcomes of a table of cells, by cell. */
export async function outcomes(engine: Engine, expected: Readonly<Record<string, string>>, build: (text: string) => ValueSql): Promise<Record<string, string>> {
  const cells = Object.keys(expected);
  const read = await readCells(engine, cells, build);
  return Object.fromEntries(cells.map((cell, at) => [cell, outcome(read[at])]));
}
