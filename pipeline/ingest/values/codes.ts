import { sqlText } from '../../engine/sql-text.ts';
import { VatRiskError } from '../../shared/errors.ts';
import { NO_CODE, unreadable, type ValueSql } from './value-sql.ts';

const TRUE_WORDS = ['true', '1', 'y', '是'];
const FALSE_WORDS = ['false', '0', 'n', '否'];

/** Yes or no, blanks and case apart. */
export function booleanValue(text: string): ValueSql {
  const list = (words: readonly string[], value: string): string => words.map((word) => `WHEN ${sqlText(word)} THEN ${value}`).join(' ');
  const value = `CASE ${folded(text)} ${list(TRUE_WORDS, 'true')} ${list(FALSE_WORDS, 'false')} END`;
  return { value, error: unreadable(text, value, 'E_ENUM'), warnings: [] };
}

/** A boolean that came typed. */
export function typedBoolean(raw: string): ValueSql {
  return { value: raw, error: NO_CODE, warnings: [] };
}

/**
 * A code of a closed list. `values` gives, per code, the Chinese values and numbers also accepted for it; all are compared
 * without blanks and case. Throws CONTRACT_INVALID when two codes claim the same word.
 */
export function enumValue(text: string, values: Readonly<Record<string, readonly string[]>>): ValueSql {
  const codeOfWord = wordsOf(values);
  const exact = Object.entries(values).flatMap(([code, accepted]) => [code, ...accepted].map((word) => branch(word, code)));
  const loose = [...codeOfWord].map(([word, code]) => branch(word, code));
  const value = `CASE ${text} ${exact.join(' ')} ELSE CASE ${folded(text)} ${loose.join(' ')} END END`;
  return { value, error: unreadable(text, value, 'E_ENUM'), warnings: [] };
}

function wordsOf(values: Readonly<Record<string, readonly string[]>>): Map<string, string> {
  const codeOfWord = new Map<string, string>();
  const clashes: string[] = [];
  for (const [code, accepted] of Object.entries(values)) {
    for (const word of [code, ...accepted]) {
      const key = word.normalize('NFKC').replaceAll(/\s/gu, '').toLowerCase();
      const other = codeOfWord.get(key);
      if (other !== undefined && other !== code) clashes.push(`${word}: ${other}, ${code}`);
      codeOfWord.set(key, code);
    }
  }
  if (clashes.length > 0) {
    throw new VatRiskError('CONTRACT_INVALID', 'Two codes of one list accept the same word; each word must belong to one code.', { details: clashes });
  }
  return codeOfWord;
}

function branch(word: string, code: string): string {
  return `WHEN ${sqlText(word)} THEN ${sqlText(code)}`;
}

function folded(text: string): string {
  return `lower(regexp_replace(${text}, '\\s', '', 'g'))`;
}
