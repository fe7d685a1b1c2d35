import { sqlText } from '../../engine/sql-text.ts';

/**
 * SQL for one cell. Every part is an expression over the same input column and never raises an error, whatever the cell holds.
 * `value` is NULL for a cell that cannot be read; a reject code then stands in `error`.
 */
export interface ValueSql {
  /** The typed value. */
  readonly value: string;
  /** A reject code as text, NULL when the cell is empty or fine. */
  readonly error: string;
  /** Each gives one warning code as text, or NULL. */
  readonly warnings: readonly string[];
  /** Further facts about the cell, by name: has_time, period_kind. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Limits of a number; a value outside is E_RANGE. `min` and `max` may be reached, `above` and `below` may not. */
export interface NumberRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

/** NULL as a code: nothing to report. */
export const NO_CODE = 'CAST(NULL AS VARCHAR)';

/**
 * Reject code of a cell: `code` when the text is there but `value` is not. The value is tested first because DuckDB computes
 * an expression once when it meets it again in the first test of a CASE, and not in the later ones.
 */
export function unreadable(text: string, value: string, code: string): string {
  return `CASE WHEN (${value}) IS NOT NULL THEN NULL WHEN ${text} IS NOT NULL THEN ${sqlText(code)} END`;
}

/** Like `unreadable`, and E_RANGE for a value outside `range`. */
export function unreadableOrOutside(text: string, value: string, code: string, range: NumberRange | undefined): string {
  const outside = outsideRange(value, range);
  if (outside === undefined) return unreadable(text, value, code);
  return `CASE WHEN (${value}) IS NULL THEN CASE WHEN ${text} IS NOT NULL THEN ${sqlText(code)} END WHEN ${outside} THEN 'E_RANGE' END`;
}

function outsideRange(value: string, range: NumberRange | undefined): string | undefined {
  const limits: readonly (readonly [string, number | undefined])[] = [
    ['<', range?.min],
    ['>', range?.max],
    ['<=', range?.above],
    ['>=', range?.below],
  ];
  const tests = limits.flatMap(([operator, limit]) => (limit === undefined ? [] : [`(${value}) ${operator} ${String(limit)}`]));
  return tests.length === 0 ? undefined : `(${tests.join(' OR ')})`;
}

/** Whole-text regular expression test (RE2). */
export function matches(text: string, pattern: string): string {
  return `regexp_full_match(${text}, ${sqlText(pattern)})`;
}
