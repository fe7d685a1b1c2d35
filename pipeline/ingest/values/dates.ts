import { sqlText } from '../../engine/sql-text.ts';
import { matches, NO_CODE, unreadable, type ValueSql } from './value-sql.ts';

const YEAR_FIRST = ['-', '/', '\\.'].map((mark) => `[0-9]{4}${mark}[0-9]{1,2}${mark}[0-9]{1,2}`);
const DAY = `(?:${YEAR_FIRST.join('|')}|[0-9]{8}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)`;
const CLOCK = '(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?';
const ZONE = '(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])';
const SERIAL = '[0-9]{5}(?:\\.[0-9]+)?';
const CANONICAL_DAY = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';
const CANONICAL_TIME = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]';
const PARTS = '^([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[ T]+([0-9:.]+))?.*$';

export interface DateRules {
  /** SQL of a DATE: the last accepted day. */
  readonly upper: string;
  /** SQL of a DATE: the first accepted day; 1990-01-01 when absent. */
  readonly lower?: string | undefined;
  /** Accept spreadsheet serial numbers (day 1 = 1900-01-01). */
  readonly excelSerial?: boolean | undefined;
}

/** Upper bound of columns that may lie ahead: due dates, ends of validity. */
export const FUTURE_LIMIT = "DATE '2099-12-31'";
const FIRST_DAY = "DATE '1990-01-01'";

/** A day. A time is dropped, after its zone has been converted to Shanghai time. */
export function dateValue(text: string, rules: DateRules): ValueSql {
  const read = `CASE WHEN ${text} GLOB '${CANONICAL_DAY}' THEN try_cast(${text} AS DATE) ELSE try_cast(${anyForm(text, rules)} AS DATE) END`;
  const value = within(read, read, rules);
  return { value, error: unreadable(text, value, 'E_DATE'), warnings: [] };
}

/** A moment in Shanghai time; midnight when the text has no time. `extra.has_time` tells the two apart. */
export function timestampValue(text: string, rules: DateRules): ValueSql {
  const read = [
    `CASE WHEN ${text} GLOB '${CANONICAL_DAY}' OR ${matches(text, CANONICAL_TIME)} THEN try_cast(${text} AS TIMESTAMP)`,
    `ELSE ${anyForm(text, rules)} END`,
  ].join(' ');
  const value = within(read, `CAST(${read} AS DATE)`, rules);
  const serialTime = rules.excelSerial === true ? ` OR ${matches(text, '[0-9]{5}\\.[0-9]*[1-9][0-9]*')}` : '';
  return {
    value,
    error: unreadable(text, value, 'E_DATE'),
    warnings: [],
    extra: { has_time: `(contains(${text}, ':')${serialTime})` },
  };
}

/** A DATE, TIMESTAMP or TIMESTAMPTZ that came typed. A midnight counts as a day without time. */
export function typedMoment(raw: string, sourceType: string, target: 'DATE' | 'TIMESTAMP', rules: DateRules): ValueSql {
  const moment = /WITH TIME ZONE|TIMESTAMPTZ/u.test(sourceType) ? shanghaiTime(raw) : `try_cast(${raw} AS TIMESTAMP)`;
  const value = within(`try_cast(${moment} AS ${target})`, `try_cast(${moment} AS DATE)`, rules);
  const hasTime = `CASE WHEN isfinite(${moment}) THEN CAST(${moment} AS TIME) <> TIME '00:00:00' END`;
  const extra = target === 'TIMESTAMP' ? { extra: { has_time: hasTime } } : {};
  return { value, error: unreadable(raw, value, 'E_DATE'), warnings: [], ...extra };
}

/** Years 1–9999 only: adding hours to the ends of the calendar, or reading an infinite moment, is an error. */
function shanghaiTime(raw: string): string {
  const inside = `epoch_us(${raw}) BETWEEN -62135596800000000 AND 253402200000000000`;
  return `CASE WHEN isfinite(${raw}) THEN CASE WHEN ${inside} THEN make_timestamp(epoch_us(${raw}) + 28800000000) END END`;
}

/** TIMESTAMP in Shanghai time from every accepted form. */
function anyForm(text: string, rules: DateRules): string {
  const local = `try_cast(rtrim(regexp_replace(${text}, ${sqlText(PARTS)}, '\\1-\\2-\\3 \\4')) AS TIMESTAMP)`;
  const branches = [
    `WHEN ${matches(text, `${DAY}(?:[ T]+${CLOCK})?`)} THEN ${local}`,
    `WHEN ${matches(text, `${DAY}[ T]+${CLOCK}${ZONE}`)} THEN ${local} + to_minutes(480 - ${zoneMinutes(text)})`,
  ];
  if (rules.excelSerial === true) {
    const seconds = `CAST(round(try_cast(${text} AS DOUBLE) * 86400) AS BIGINT)`;
    branches.push(`WHEN ${matches(text, SERIAL)} THEN TIMESTAMP '1899-12-30 00:00:00' + to_seconds(${seconds})`);
  }
  return `CASE ${branches.join(' ')} END`;
}

function zoneMinutes(text: string): string {
  const part = (length: number): string => `try_cast(left(right(${text}, ${length}), 2) AS INTEGER)`;
  const sign = `CASE WHEN ${text}[-6] = '-' THEN -1 ELSE 1 END`;
  return `CASE WHEN ends_with(${text}, 'Z') THEN 0 ELSE (${sign}) * (60 * ${part(5)} + ${part(2)}) END`;
}

function within(value: string, day: string, { lower = FIRST_DAY, upper }: DateRules): string {
  return `CASE WHEN ${day} BETWEEN ${lower} AND ${upper} THEN ${value} END`;
}

/** First and last accepted month, as SQL of YYYY-MM. */
export interface PeriodRules {
  readonly lower?: string | undefined;
  readonly upper?: string | undefined;
}

/** A tax period as the text of its last month; `extra.period_kind` is Q when it was written as a quarter. */
export function periodValue(text: string, { lower = "'1990-01'", upper = "'2099-12'" }: PeriodRules = {}): ValueSql {
  const quarter = '([0-9]{4})(?:Q([1-4])|q([1-4])|年第?([1-4])季度?)';
  const isQuarter = matches(text, quarter);
  const month = `regexp_replace(${text}, '^([0-9]{4})[-/年]?([0-9]{1,2})月?$', '\\1-0\\2')`;
  const read = [
    `CASE WHEN ${matches(text, '[0-9]{4}-(?:0[1-9]|1[0-2])')} THEN ${text}`,
    `WHEN ${matches(text, '[0-9]{4}(?:[-/](?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2])|年(?:0?[1-9]|1[0-2])月)')}`,
    `THEN left(${text}, 4) || '-' || right(${month}, 2)`,
    `WHEN ${isQuarter} THEN left(${text}, 4) || '-' || lpad(CAST(3 * try_cast(regexp_extract(${text}, '^[0-9]{4}[^0-9]+([1-4])', 1) AS INTEGER) AS VARCHAR), 2, '0') END`,
  ].join(' ');
  const value = `CASE WHEN (${read}) BETWEEN ${lower} AND ${upper} THEN ${read} END`;
  return {
    value,
    error: unreadable(text, value, 'E_PERIOD'),
    warnings: [],
    extra: { period_kind: `CASE WHEN ${isQuarter} THEN 'Q' ELSE ${NO_CODE} END` },
  };
}
