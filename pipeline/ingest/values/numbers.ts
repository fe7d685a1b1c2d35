import { matches, unreadable, unreadableOrOutside, type NumberRange, type ValueSql } from './value-sql.ts';

const NUMBER = '(?:(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\\.[0-9]+)?|\\.[0-9]+)';
const SIGNED = `(?:[+-] *¥? *|¥ *[+-]? *)?${NUMBER} *元?`;
const IN_BRACKETS = `¥? *\\( *¥? *${NUMBER} *元? *\\) *元?`;
const SCIENTIFIC = '[+-]?[0-9]+(?:\\.[0-9]+)?[eE][+-]?[0-9]{1,2}';
// Longest exponent that SCIENTIFIC admits: so many zeros on both sides are always enough to move the point.
const MOST_ZEROS = 99;

/** Yuan with two decimals, rounded half away from zero. W_ROUNDED only when digits other than 0 were dropped. */
export function moneyValue(text: string, range?: NumberRange): ValueSql {
  const plain = '-?[0-9]{1,16}(?:\\.[0-9]{1,2})?';
  const { value, error, warnings } = decimalValue(text, 'DECIMAL(18,2)', plain, range);
  const rounded = `CASE WHEN ${matches(text, plain)} THEN NULL WHEN regexp_matches(${plainNumber(text)}, '\\.[0-9]{2}[0-9]*[1-9]') THEN 'W_ROUNDED' END`;
  return { value, error, warnings: [...warnings, rounded] };
}

/** A quantity or unit price with eight decimals, written like money. */
export function quantityValue(text: string, range?: NumberRange): ValueSql {
  const plain = '-?[0-9]{1,10}(?:\\.[0-9]{1,8})?';
  return decimalValue(text, 'DECIMAL(24,8)', plain, range, `CAST(try_cast(${text} AS DECIMAL(18,8)) AS DECIMAL(24,8))`);
}

/** `read`: how a plain text is cast. Casting text to more than 18 digits costs microseconds, so quantities go through fewer. */
function decimalValue(text: string, type: string, plain: string, range: NumberRange | undefined, read = `try_cast(${text} AS ${type})`): ValueSql {
  const isPlain = matches(text, plain);
  const value = `CASE WHEN ${isPlain} THEN ${read} ELSE try_cast(${plainNumber(text)} AS ${type}) END`;
  const scientific = `CASE WHEN ${isPlain} THEN NULL WHEN ${matches(text, SCIENTIFIC)} THEN 'W_AMOUNT_SCIENTIFIC' END`;
  return { value, error: unreadableOrOutside(text, value, 'E_AMOUNT_PARSE', range), warnings: [scientific] };
}

/** Every accepted way of writing an amount as sign, digits and a decimal point; NULL for anything else. */
function plainNumber(text: string): string {
  return [
    `CASE WHEN ${matches(text, SIGNED)} THEN regexp_replace(${text}, '[^0-9.-]', '', 'g')`,
    `WHEN ${matches(text, IN_BRACKETS)} THEN '-' || regexp_replace(${text}, '[^0-9.]', '', 'g')`,
    `WHEN ${matches(text, SCIENTIFIC)} THEN ${expanded(text)} END`,
  ].join(' ');
}

/** Moves the decimal point as text: casting an exponent loses digits that do not fit the target before the shift. */
function expanded(text: string): string {
  const whole = `regexp_extract(${text}, '^[+-]?([0-9]+)', 1)`;
  const fraction = `regexp_extract(${text}, '\\.([0-9]+)', 1)`;
  const exponent = `try_cast(regexp_extract(${text}, '[eE][+]?(-?[0-9]+)$', 1) AS INTEGER)`;
  const zeros = `repeat('0', ${MOST_ZEROS})`;
  const digits = `(${zeros} || ${whole} || ${fraction} || ${zeros})`;
  const point = `(${MOST_ZEROS} + strlen(${whole}) + ${exponent})`;
  const sign = `CASE WHEN starts_with(${text}, '-') THEN '-' ELSE '' END`;
  return `${sign} || ltrim(left(${digits}, ${point}), '0') || '.' || substring(${digits}, ${point} + 1)`;
}

/** A fraction of 1 within −10 … 10, or the given range. 92% is 0.92; 92 is refused. */
export function ratioValue(text: string, range?: NumberRange): ValueSql {
  const bare = `regexp_replace(${text}, '[+% ]', '', 'g')`;
  const read = [
    `CASE WHEN ${matches(text, '[+-]?(?:[0-9]{1,9}(?:\\.[0-9]+)?|\\.[0-9]+)')} THEN try_cast(${text} AS DECIMAL(9,6))`,
    `WHEN ${matches(text, '[+-]?(?:[0-9]{1,6}(?:\\.[0-9]+)?|\\.[0-9]+) *%')} THEN try_cast(try_cast(${bare} AS DECIMAL(14,8)) * 0.01 AS DECIMAL(9,6)) END`,
  ].join(' ');
  const value = `CASE WHEN (${read}) BETWEEN -10 AND 10 THEN ${read} END`;
  return { value, error: unreadableOrOutside(text, value, 'E_RANGE', range), warnings: [] };
}

/** A 32-bit integer; thousands groups and a fraction of zeros are accepted. */
export function integerValue(text: string, range?: NumberRange): ValueSql {
  const cleaned = `regexp_replace(${text}, ',|\\.0+$', '', 'g')`;
  const value = [
    `CASE WHEN ${matches(text, '[+-]?[0-9]{1,10}')} THEN try_cast(${text} AS INTEGER)`,
    `WHEN ${matches(text, '[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\\.0+)?')} THEN try_cast(${cleaned} AS INTEGER) END`,
  ].join(' ');
  return { value, error: unreadableOrOutside(text, value, 'E_RANGE', range), warnings: [] };
}

/** A number that came typed and fits `type` without rounding. */
export function typedNumber(raw: string, type: string, code: string, range?: NumberRange): ValueSql {
  const value = `try_cast(${raw} AS ${type})`;
  return { value, error: unreadableOrOutside(raw, value, code, range), warnings: [] };
}

/** A ratio that came as a typed number. */
export function typedRatio(raw: string, range?: NumberRange): ValueSql {
  const read = `try_cast(${raw} AS DECIMAL(9,6))`;
  const value = `CASE WHEN ${read} BETWEEN -10 AND 10 THEN ${read} END`;
  const error = range === undefined ? unreadable(raw, value, 'E_RANGE') : unreadableOrOutside(raw, value, 'E_RANGE', range);
  return { value, error, warnings: [] };
}
