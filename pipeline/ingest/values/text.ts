import { sqlText } from '../../engine/sql-text.ts';
import { nfkcSql } from './nfkc.ts';
import { matches, NO_CODE, type ValueSql } from './value-sql.ts';

/** Cells that mean "empty", beside the empty cell itself. */
export const EMPTY_WORDS = ['NULL', 'null', 'N/A', '-', '--', '—', '\\N'] as const;

// Characters that normalisation leaves alone whatever stands beside them: nearly all cells hold nothing else.
const PLAIN = '!-&(-~一-鿿、。《》【】“”—·〇×';
const INNER = `${PLAIN} '`;
// Full-width brackets and the like stand in most company names: mapped here, without the full tables.
const COMMON_FROM = '（），：';
const COMMON_TO = '(),:';
const BLANKS = '\\s\\x0B\\x{85}\\x{1680}\\x{2028}\\x{2029}\\x{FEFF}';

/**
 * Normalised text of a delivered cell: NFKC, blanks at both ends and one leading apostrophe removed, then NULL for the words
 * that mean empty. `raw` should be a column name: it is repeated.
 */
export function normaliseText(raw: string): string {
  const isWord = isNoEmptyWord(raw);
  return [
    // Empty cells first: they would go through every test, and whole columns are empty.
    `CASE WHEN ${raw} IS NULL THEN NULL WHEN strlen(${raw}) = length(${raw}) AND ${raw} >= '0' AND ${raw}[-1] > ' ' AND ${isWord} THEN ${raw}`,
    `WHEN ${matches(raw, `[${PLAIN}](?:[${INNER}]*[${INNER.replace(' ', '')}])?`)} AND ${isWord} THEN ${raw}`,
    `WHEN ${matches(raw, `[${PLAIN}${COMMON_FROM}](?:[${INNER}${COMMON_FROM}]*[${PLAIN}${COMMON_FROM}])`)}`,
    `AND ${isWord} THEN translate(${raw}, ${sqlText(COMMON_FROM)}, ${sqlText(COMMON_TO)})`,
    `ELSE ${trimmedText(nfkcSql(raw))} END`,
  ].join(' ');
}

/**
 * The same for a column that holds ASCII alone, which NFKC leaves as it is: without the tables of Unicode the SQL of a wide table is a twentieth as
 * long, and planning it is what a small file takes.
 */
export function normaliseAscii(raw: string): string {
  const isWord = isNoEmptyWord(raw);
  return [
    `CASE WHEN ${raw} IS NULL THEN NULL WHEN ${raw} >= '0' AND ${raw}[-1] > ' ' AND ${isWord} THEN ${raw}`,
    `WHEN ${matches(raw, '[!-&(-~](?:[ -~]*[!-&(-~])?')} AND ${isWord} THEN ${raw}`,
    `ELSE ${trimmedText(raw)} END`,
  ].join(' ');
}

function isNoEmptyWord(raw: string): string {
  return EMPTY_WORDS.map((word) => `${raw} <> ${sqlText(word)}`).join(' AND ');
}

/** Without shortcuts. Taking the first match out of a list turns the empty text into NULL with one reference. */
function trimmedText(text: string): string {
  const trimmed = `regexp_replace(${text}, ${sqlText(`^[${BLANKS}]*'?[${BLANKS}]*|[${BLANKS}]+$`)}, '', 'g')`;
  const words = EMPTY_WORDS.map((word) => word.replaceAll('\\', '\\\\')).join('|');
  return `regexp_extract_all(regexp_replace(${trimmed}, ${sqlText(`^(?:${words})$`)}, ''), '(?s).+')[1]`;
}

export interface TextRules {
  /** RE2, searched in the text (anchor it to test the whole). */
  readonly pattern?: string | undefined;
  /** What a text that misses the pattern gets: a reject code, or NULL and a warning. */
  readonly onMismatch?: 'E_ID_FORMAT' | 'E_ENUM' | 'null_and_W_ID_FORMAT' | undefined;
  /** Shorter texts are padded with 0 on the right to this length. */
  readonly rightPadTo?: number | undefined;
}

/** A text column. */
export function textValue(text: string, rules: TextRules = {}): ValueSql {
  const { pattern, onMismatch = 'E_ENUM', rightPadTo } = rules;
  const padded = rightPadTo === undefined ? text : `CASE WHEN length(${text}) < ${rightPadTo} THEN rpad(${text}, ${rightPadTo}, '0') ELSE ${text} END`;
  if (pattern === undefined) return { value: padded, error: NO_CODE, warnings: [] };
  const hit = `regexp_matches(${text}, ${sqlText(pattern)})`;
  const unless = (code: string): string => `CASE WHEN NOT ${hit} THEN ${sqlText(code)} END`;
  const value = `CASE WHEN ${hit} THEN ${padded} END`;
  return onMismatch === 'null_and_W_ID_FORMAT'
    ? { value, error: NO_CODE, warnings: [unless('W_ID_FORMAT')] }
    : { value, error: unless(onMismatch), warnings: [] };
}
