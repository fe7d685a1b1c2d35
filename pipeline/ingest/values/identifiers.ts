import type { ColumnContract } from '../../contract/contract.ts';
import { usccIsValid } from './uscc.ts';
import { matches, NO_CODE, type ValueSql } from './value-sql.ts';

/** strict: forms of 统一社会信用代码 and older numbers; opaque: anonymised ids of 1–32 characters, nothing checked. */
export type IdProfile = 'strict' | 'opaque';

const OFFICIAL = '[0-9A-Z]{9}|[0-9A-Z]{15}|[0-9A-Z]{17}|[0-9A-Z]{18}|[0-9A-Z]{20}';
const ANY = '[0-9A-Z_-]{1,32}';
// A plus sign or a point tells scientific notation from an id that merely holds an E.
const SCIENTIFIC = '[0-9]+\\.[0-9]+E\\+?[0-9]{1,3}|[0-9]+E\\+[0-9]{1,3}';

/** Id of the row's own taxpayer. */
export function ownTaxpayerId(text: string, profile: IdProfile): ValueSql {
  const id = cleanId(text);
  return {
    value: id,
    error: idError(text, id, profile === 'strict' ? OFFICIAL : ANY),
    warnings: [scientificWarning(text, id)],
  };
}

/** Id of the other party: unusual forms are kept (see `idHints`). */
export function counterpartyId(text: string): ValueSql {
  const id = cleanId(text);
  return { value: id, error: idError(text, id, ANY), warnings: [scientificWarning(text, id)] };
}

/**
 * What is odd about a cleaned id of the strict profile in a column of this role, each a code or NULL: W_USCC_CHECKDIGIT, W_ID_ROUNDED and, for the
 * other party, W_ID_FORMAT. They take a microsecond: judge distinct ids, not rows.
 */
export function idHints(id: string, role: ColumnContract['role']): readonly string[] {
  if (role === 'own_taxpayer') return [checkWarning(id)];
  if (role !== 'counterparty' && role !== 'book_owner') return [];
  return [checkWarning(id), `CASE WHEN ${matches(id, OFFICIAL)} THEN NULL WHEN ${matches(id, ANY)} THEN 'W_ID_FORMAT' END`];
}

/** Salted hash of a person: a plain resident identity number is refused. */
export function personHash(text: string): ValueSql {
  const upper = `upper(${text})`;
  return { value: text, error: `CASE WHEN ${isResidentId(upper)} THEN 'E_ID_FORMAT' ELSE ${NO_CODE} END`, warnings: [] };
}

/** Upper case; a trailing .0 removed; scientific notation that still holds every digit written out. */
export function cleanId(text: string): string {
  const upper = `upper(${text})`;
  return [
    `CASE WHEN ${matches(text, '[0-9A-Z_-]*')} THEN ${text}`,
    `WHEN ${matches(upper, '[0-9A-Z_-]+\\.0+')} THEN regexp_replace(${upper}, '\\.0+$', '')`,
    `WHEN ${holdsAllDigits(upper)} THEN regexp_replace(${upper}, '\\.|E.*$', '', 'g')`,
    `ELSE ${upper} END`,
  ].join(' ');
}

/** Reject code of an id, cleaned to `id`, that must have one of `forms`. */
export function idError(text: string, id: string, forms: string): string {
  const upper = `upper(${text})`;
  const lost = `${matches(upper, SCIENTIFIC)} AND NOT (${holdsAllDigits(upper)})`;
  return `CASE WHEN ${matches(id, forms)} THEN NULL WHEN ${text} IS NULL THEN NULL WHEN ${lost} THEN 'E_ID_PRECISION' ELSE 'E_ID_FORMAT' END`;
}

/** W_ID_SCIENTIFIC when cleaning had to undo what a spreadsheet did. */
export function scientificWarning(text: string, id: string): string {
  return `CASE WHEN ${matches(text, '[0-9A-Z_-]*')} THEN NULL WHEN (${id}) <> upper(${text}) THEN 'W_ID_SCIENTIFIC' END`;
}

/** The mantissa has exactly as many decimals as the exponent moves the point. */
function holdsAllDigits(upper: string): string {
  const decimals = `strlen(regexp_extract(${upper}, '\\.([0-9]+)', 1))`;
  const exponent = `try_cast(regexp_extract(${upper}, 'E\\+?([0-9]+)$', 1) AS INTEGER)`;
  return `${matches(upper, SCIENTIFIC)} AND ${decimals} = ${exponent}`;
}

/** SQL: the warning of an 18-character id with a wrong check character; NULL for persons and for every other length. */
export function checkWarning(id: string): string {
  return [
    `CASE WHEN ${matches(id, '[0-9A-Z]{18}')} THEN CASE WHEN ${usccIsValid(id)} OR ${isResidentNumber(id)} THEN NULL`,
    `WHEN ${matches(id, '[0-9]{15}000')} THEN 'W_ID_ROUNDED' ELSE 'W_USCC_CHECKDIGIT' END END`,
  ].join(' ');
}

/** SQL: true for a resident identity number (GB 11643), unless it is also a valid code of the market registry (9…). Never NULL. */
export function isResidentId(id: string): string {
  return `CASE WHEN ${isResidentNumber(id)} THEN NOT (starts_with(${id}, '9') AND ${usccIsValid(id)}) ELSE false END`;
}

/** Check character by ISO 7064 MOD 11-2 (weights 2^(18−i) mod 11, total 1) and a possible date of birth. */
function isResidentNumber(id: string): string {
  const terms = Array.from({ length: 18 }, (_, at) => `(strpos('0123456789X', substring(${id}, ${at + 1}, 1)) - 1) * ${2 ** (17 - at) % 11}`);
  const birth = `try_cast(substring(${id}, 7, 4) || '-' || substring(${id}, 11, 2) || '-' || substring(${id}, 13, 2) AS DATE)`;
  const hasForm = matches(id, '[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]');
  return `CASE WHEN ${hasForm} THEN ${birth} IS NOT NULL AND (${terms.join(' + ')}) % 11 = 1 ELSE false END`;
}
