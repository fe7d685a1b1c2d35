import { VatRiskError } from '../shared/errors.ts';

/** One engine's wording of everything that engines word differently. Each value takes SQL expressions and gives one SQL expression. */
export type Dialect = Readonly<Record<string, (...expressions: string[]) => string>>;

/** DuckDB 1.5. Names are those written in `{{name(…)}}`. */
export const duckDbDialect: Dialect = {
  /** a / b as DOUBLE, NULL where b is 0 or NULL */
  ratio: (a, b) => `(cast(${a} as double) / nullif(cast(${b} as double), 0))`,
  /** floor(a / b) of two integers, also below zero */
  idiv: (a, b) => `cast(floor(cast(${a} as double) / ${b}) as bigint)`,
  /** months are counted as year * 12 + month - 1 */
  ym: (date) => `cast(year(${date}) * 12 + month(${date}) - 1 as integer)`,
  /** first day of a month index */
  month_start: (ym) => `make_date(cast((${ym}) // 12 as integer), cast((${ym}) % 12 + 1 as integer), 1)`,
  /** same day n months later, clipped to the month's end */
  add_months: (date, n) => `cast(cast(${date} as date) + to_months(cast(${n} as integer)) as date)`,
  /** days from the first date to the second */
  days_between: (from, to) => `date_diff('day', cast(${from} as date), cast(${to} as date))`,
  /** month starts passed from the first date to the second */
  months_between: (from, to) => `((year(${to}) * 12 + month(${to})) - (year(${from}) * 12 + month(${from})))`,
  regexp_like: (text, pattern) => `regexp_matches(${text}, ${pattern})`,
  /** 0 … n - 1, even and the same on every engine */
  bucket: (text, n) => `cast(('0x' || substr(md5(${text}), 1, 7))::bigint % ${n} as integer)`,
  /** -p log2 p, 0 at p = 0 */
  entropy_term: (p) => `(case when ${p} is null or ${p} <= 0 then 0e0 else -(${p} * ln(${p}) / ln(2e0)) end)`,
  /** population skewness */
  skew_pop: (x) => `(skewness(${x}) * (count(${x}) - 2) / nullif(sqrt(count(${x}) * (count(${x}) - 1)), 0))`,
  /** population excess kurtosis */
  kurt_pop: (x) => `kurtosis_pop(${x})`,
  /** correlation, NULL under three pairs or without variation */
  safe_corr: (x, y) => `(case when count(*) filter (where ${x} is not null and ${y} is not null) < 3 or isnan(corr(${x}, ${y})) then null else corr(${x}, ${y}) end)`,
  /** distinct texts in order, parted by the separator; for display only */
  join_sorted: (text, separator) => `string_agg(distinct ${text}, ${separator} order by ${text})`,
};

/** How many expressions each template takes. */
const ARITY = new Map(Object.entries(duckDbDialect).map(([name, template]) => [name, template.length]));

/**
 * Replaces every `{{name(a, b)}}` by the dialect's wording, innermost first. Throws SQL_NOT_PORTABLE with every unknown template,
 * wrong number of expressions and unclosed brace.
 */
export function compileSql(text: string, dialect: Dialect = duckDbDialect): string {
  const faults: string[] = [];
  let compiled = text;
  for (;;) {
    const found = /\{\{((?:(?!\{\{|\}\})[\s\S])*)\}\}/u.exec(compiled);
    if (found === null) break;
    const expanded = expand(found[1] ?? '', dialect);
    if (expanded.fault !== undefined) faults.push(expanded.fault);
    compiled = compiled.slice(0, found.index) + expanded.sql + compiled.slice(found.index + found[0].length);
  }
  if (compiled.includes('{{') || compiled.includes('}}')) faults.push('a {{ without }} or the other way round');
  if (faults.length > 0) {
    throw new VatRiskError('SQL_NOT_PORTABLE', `a SQL text uses templates that do not exist or do not fit; known are ${[...ARITY.keys()].join(', ')}`, { details: faults });
  }
  return compiled;
}

function expand(call: string, dialect: Dialect): { sql: string; fault?: string } {
  const parts = /^\s*([a-z_0-9]+)\s*\(([\s\S]*)\)\s*$/u.exec(call);
  const name = parts?.[1] ?? '';
  const template = dialect[name];
  if (template === undefined) return { sql: 'null', fault: `{{${call}}}: no such template` };
  const expressions = splitArguments(parts?.[2] ?? '');
  const expected = ARITY.get(name) ?? template.length;
  if (expressions.length !== expected) return { sql: 'null', fault: `{{${call}}}: ${name} takes ${expected} expression(s), found ${expressions.length}` };
  return { sql: template(...expressions) };
}

/** Commas at the top level part expressions; those inside brackets or quotes do not. */
function splitArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  found.push(text.slice(start));
  return found.map((expression) => expression.trim());
}
