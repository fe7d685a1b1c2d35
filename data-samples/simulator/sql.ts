/** Building blocks of the simulator's SQL, which runs on DuckDB only. */
import { sqlText } from '../../pipeline/engine/sql-text.ts';
import { windowOf } from './calendar.ts';
import type { SimulateOptions } from './options.ts';

/** A statement that makes a table of constants; null stays NULL. */
export function constantsTable(name: string, columns: Readonly<Record<string, string>>, rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  const names = Object.keys(columns);
  const literal = (value: string | number | boolean | null): string => (typeof value === 'string' ? sqlText(value) : String(value));
  const casts = Object.entries(columns).map(([column, type]) => `${column}::${type} as ${column}`).join(', ');
  const empty = `select ${Object.entries(columns).map(([column, type]) => `null::${type} as ${column}`).join(', ')} where false`;
  if (rows.length === 0) return `create table ${name} as ${empty}`;
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(',\n');
  return `create table ${name} as select ${casts} from (values ${values}) as constants(${names.join(', ')})`;
}

/** An SQL expression that takes one of the words by a number in [0, 1). */
export function pickText(words: readonly string[], draw: string): string {
  return `([${words.map(sqlText).join(', ')}])[1 + floor(${words.length} * (${draw}))::integer]`;
}

const KNOTS = 512;

/** Quantiles at 0, 1/512 … 1 as a list literal: SQL interpolates between them, so that no platform's exp() or pow() enters the bytes. */
function knots(quantile: (u: number) => number): string {
  return `[${Array.from({ length: KNOTS + 1 }, (_, at) => quantile(Math.min(0.99995, Math.max(0.00005, at / KNOTS))).toPrecision(9)).join(', ')}]`;
}

/** Inverse of the standard normal distribution (Acklam's rational approximation, relative error below 1.2e-9). */
function normalQuantile(u: number): number {
  const a = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239];
  const b = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];
  const c = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
  const poly = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, each) => sum * x + each, 0);
  if (u < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(u));
    return poly(c, q) / poly([...d, 1], q);
  }
  if (u > 1 - 0.02425) return -normalQuantile(1 - u);
  const q = u - 0.5;
  const r = q * q;
  return (poly(a, r) * q) / poly([...b, 1], r);
}

/** Size of a firm relative to the median, below the top tenth. */
const bodyQuantile = (u: number): number => Math.exp(1.15 * normalQuantile(Math.min(0.9, u)));
/** The top tenth is a Pareto tail x ** (29/32), that is exponent 1.103, cut at about 1,500 medians (Axtell 2001 finds 1.06 for firm sizes). Roots only: they are exact everywhere. */
const TAIL = `(0.1 / greatest(1 - u, 0.00016))`;
const sixteenth = `sqrt(sqrt(sqrt(sqrt${TAIL})))`;
const sizeMacro = `create macro size_factor(u) as case when u < 0.9 then body_factor(u) else ${bodyQuantile(0.9).toPrecision(9)} * ${TAIL} / (${sixteenth} * sqrt(${sixteenth})) end`;
/** Size of a small-scale taxpayer relative to the median: no tail, the ceiling of 5 million cuts it. */
const smallQuantile = (u: number): number => Math.exp(0.85 * normalQuantile(u));
/** Amount of one invoice relative to the usual one. */
const ticketQuantile = (u: number): number => Math.exp(0.75 * normalQuantile(u) - 0.28125);
/** Monthly noise of sales and purchases. */
const noiseQuantile = (u: number): number => Math.exp(0.16 * normalQuantile(u) - 0.0128);

const interpolated = (list: string, u: string): string =>
  `(${list}[1 + floor(${KNOTS} * (${u}))::integer] + (${KNOTS} * (${u}) - floor(${KNOTS} * (${u}))) * (${list}[2 + floor(${KNOTS} * (${u}))::integer] - ${list}[1 + floor(${KNOTS} * (${u}))::integer]))`;

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/**
 * Macros every statement shares.
 * `draw(key, salt)` and `draw2(a, b, salt)` are uniform numbers in [0, 1) that hang on the key, the question asked and the seed only.
 * Write the salt as a name that no other question has: `draw(firm, 'industry')`.
 */
export function macroStatements(options: SimulateOptions): string[] {
  const { firstYm, lastYm, cutoff } = windowOf(options);
  const terms = WEIGHTS.map((weight, at) => `${weight} * (strpos('${ALPHABET}', substr(body, ${at + 1}, 1)) - 1)`).join(' + ');
  const uniform = (hash: string): string => `(${hash} >> 11)::double / 9007199254740992.0`;
  const quantile = (name: string, of: (u: number) => number): string => `create macro ${name}(u) as ${interpolated(knots(of), 'u')}`;
  return [
    `create macro draw(key, salt) as ${uniform(`hash(key::bigint, salt, ${options.seed}::integer)`)}`,
    `create macro draw2(a, b, salt) as ${uniform(`hash(a::bigint, b::bigint, salt, ${options.seed}::integer)`)}`,
    // an integer in [low, high] from a draw
    `create macro whole(low, high, u) as (low + floor((high - low + 1) * (u)))::integer`,
    // weights are summed as whole millionths: a sum of doubles would hang on the order in which threads add them
    `create macro units(weight) as round(weight * 1000000)::bigint`,
    `create macro whole_of(sum_of_units) as sum_of_units / 1000000.0`,
    `create macro key_text(key, salt) as substr(md5(key::varchar || '/' || salt || '/${options.seed}'), 1, 16)`,
    quantile('body_factor', bodyQuantile), sizeMacro, quantile('small_factor', smallQuantile), quantile('ticket_factor', ticketQuantile), quantile('noise_factor', noiseQuantile),
    `create macro uscc_check(body) as substr('${ALPHABET}', (31 - (${terms}) % 31) % 31 + 1, 1)`,
    `create macro month_start(ym) as make_date((ym // 12)::integer, (ym % 12 + 1)::integer, 1)`,
    `create macro month_end(ym) as last_day(month_start(ym))`,
    `create macro ym_of(day) as (year(day) * 12 + month(day) - 1)::integer`,
    `create macro period_of(ym) as strftime(month_start(ym), '%Y-%m')`,
    // a day of the month by a draw; a day number past the end is clipped
    `create macro day_in(ym, number) as least(month_start(ym) + (number - 1)::integer, month_end(ym))`,
    `create macro working_day(day) as (day + case isodow(day) when 6 then 2 when 7 then 1 else 0 end)::date`,
    `create macro quarter_end_ym(ym) as (ym - ym % 3 + 2)::integer`,
    `create macro is_quarter_end(ym) as ym % 3 = 2`,
    `create macro first_ym() as ${firstYm}`,
    `create macro last_ym() as ${lastYm}`,
    `create macro cutoff() as date '${cutoff}'`,
  ];
}

/** One table of the delivery, in the columns and types of the input contract. */
export interface OutputTable {
  readonly table: string;
  /** A SELECT whose column names are those of the contract. `months` is a condition on a column named `ym`; a table that is not `isMonthly` is asked with `true`. */
  readonly select: (months: string) => string;
  /** Columns of the SELECT that make a unique key: they give the rows an order, and so repeatable bytes. */
  readonly orderBy: string;
  /** Grows with months and invoices: written in parts, a condition on `ym` for each. */
  readonly isMonthly: boolean;
}
