import { outermostSelects, topLevelItems } from './sql-outline.ts';

export interface LintFinding {
  readonly rule: string;
  /** 1-based line of the text. */
  readonly line: number;
  readonly message: string;
}

interface Rule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
}

/** Types an outermost column may be cast to; every engine stores them alike. Six decimals are for points and intensities, which must add up. */
const OUTPUT_TYPES = String.raw`bigint|integer|double|decimal\((?:18|38),\s?2\)|decimal\((?:9|18),\s?6\)|string|date|boolean`;
const AGGREGATES = 'count|sum|avg|min|max|median|any_value|bool_and|bool_or|max_by|min_by|stddev_pop|stddev_samp|var_pop|var_samp';

const RULES: readonly Rule[] = [
  { rule: 'qualify', pattern: /\bqualify\b/giu, message: 'QUALIFY is missing in Spark 4; number rows in a CTE and keep rn = 1' },
  { rule: 'double-colon-cast', pattern: /::/gu, message: 'write cast(x as type)' },
  { rule: 'integer-division', pattern: /\/\/|\bdiv\b/giu, message: 'write {{idiv(a, b)}}' },
  { rule: 'division', pattern: /(?<!\/)\/(?!\/)/gu, message: 'write {{ratio(a, b)}}: a bare / divides by zero differently on every engine' },
  { rule: 'exclude', pattern: /\*\s*(exclude|except|replace)\b/giu, message: 'name the columns' },
  { rule: 'group-by-all', pattern: /\b(group|order)\s+by\s+all\b/giu, message: 'name the columns' },
  { rule: 'group-by-position', pattern: /\bgroup\s+by\s+\d/giu, message: 'name the columns' },
  { rule: 'date-difference', pattern: /\b(date_?diff|date_sub|months_between|timestampdiff)\s*\(/giu, message: 'write {{days_between(a, b)}} or {{months_between(a, b)}}' },
  { rule: 'date-minus-date', pattern: /\b(\w+_(on|at|date|day|from|to)|as_of|current_date|date\s*' *')\s*-\s*(\w+\.)?(\w+_(on|at|date|day)|as_of|current_date|date\s*' *')(?!\w)/giu, message: 'date - date is days or an interval; write {{days_between(a, b)}}' },
  { rule: 'interval', pattern: /\binterval\b/giu, message: 'write {{add_months(d, n)}} or date_add(d, n)' },
  { rule: 'date-trunc', pattern: /\bdate_trunc\s*\(/giu, message: 'write make_date(year(d), month(d), 1)' },
  { rule: 'list-functions', pattern: /\b(list_\w+|list|array_\w+|unnest|explode|generate_series|range|struct_pack|map_\w+)\s*\(|\[/giu, message: 'arrays, structs and series differ between engines; keep rows' },
  { rule: 'approximate', pattern: /\b(approx\w*|percentile_approx|reservoir_quantile)\s*\(/giu, message: 'results must be exact' },
  { rule: 'quantile', pattern: /\b(quantile\w*|mad|entropy|skewness|kurtosis\w*|histogram)\s*\(/giu, message: 'write percentile_cont(q) within group (order by cast(x as double)) or a template' },
  { rule: 'recursive', pattern: /\brecursive\b/giu, message: 'loop in the host program' },
  { rule: 'quoted-identifier', pattern: /["`]/gu, message: 'identifiers are lower-case snake_case and never quoted' },
  { rule: 'backslash', pattern: /\\/gu, message: 'a backslash is an escape on one engine and a character on the other' },
  { rule: 'try-cast', pattern: /\btry_cast\b/giu, message: 'text is parsed in staging only' },
  { rule: 'some-every', pattern: /\b(some|every)\s*\(/giu, message: 'write bool_or or bool_and' },
  { rule: 'filter-over', pattern: /\bfilter\s*\(\s*where(?:[^()]|\([^()]*\))*\)\s*over\b/giu, message: 'write sum(case when … end) over (…)' },
  { rule: 'distinct-over', pattern: new RegExp(String.raw`\b(${AGGREGATES})\s*\(\s*distinct[^()]*\)\s*over\b`, 'giu'), message: 'aggregate, then join' },
  { rule: 'concat', pattern: /\bconcat\s*\(/giu, message: 'write a || b or concat_ws' },
  { rule: 'hash', pattern: /\b(hash|xxhash64)\s*\(/giu, message: 'write {{bucket(text, n)}}' },
  { rule: 'regexp', pattern: /\b(regexp_\w+|rlike|similar\s+to)\b/giu, message: 'write {{regexp_like(text, pattern)}}' },
  { rule: 'statement', pattern: /^\s*(create|insert|update|delete|merge|copy|attach|install|load|set|pragma|drop|alter|call|export)\b/gimu, message: 'one SELECT, nothing else' },
  { rule: 'semicolon', pattern: /;/gu, message: 'one SELECT, nothing else' },
  { rule: 'type-name', pattern: /\bas\s+(varchar|text|int|int4|int8|hugeint|float|real|numeric|timestamp|bool)\b\s*\)/giu, message: 'write string, integer, bigint, double, decimal(p,s), date or boolean' },
];

/**
 * What keeps a SELECT from running unchanged on DuckDB and Spark (portable SQL, sections 1 and 2). Comments and string literals do not
 * count, templates `{{…}}` do: they are written by the dialect. An empty list means portable as far as words can tell.
 */
export function lintPortableSql(text: string, options: { readonly kind: 'select' }): readonly LintFinding[] {
  const code = blankOut(text);
  const findings = [...matchRules(code), ...lintOrderBy(code), ...lintLimit(code)];
  if (options.kind === 'select') findings.push(...lintOutermost(code));
  return findings.sort((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : 1));
}

/** The text with comments and the inside of string literals replaced by blanks, every character in its place. */
export function blankOut(text: string): string {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/gu, (part) =>
    part.startsWith("'") ? `'${part.slice(1, -1).replaceAll(/[^\n\\]/gu, ' ')}'` : part.replaceAll(/[^\n]/gu, ' '),
  );
}

function matchRules(code: string): LintFinding[] {
  // Templates carry their own names (months_between …) that are forbidden as functions.
  const bare = code.replaceAll(/\{\{\s*\w+\s*\(/gu, (opening) => opening.replaceAll(/\w/gu, '_').replace(/\($/u, ' '));
  return RULES.flatMap(({ rule, pattern, message }) =>
    [...bare.matchAll(pattern)].map((match) => ({ rule, line: lineAt(bare, match.index), message })),
  );
}

function lintOrderBy(code: string): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const match of code.matchAll(/\border\s+by\b/giu)) {
    for (const item of topLevelItems(code, match.index + match[0].length, /^(rows|range|limit|offset|union|fetch)\b/iu)) {
      if (/\bnulls\s+(first|last)\s*$/iu.test(item.text)) continue;
      findings.push({ rule: 'order-by-nulls', line: lineAt(code, item.start), message: 'end every ORDER BY item in NULLS FIRST or NULLS LAST' });
    }
  }
  // percentile_cont orders values without NULLs: the clause is fixed by the function.
  return findings.filter(({ line }) => !/within\s+group/iu.test(code.split('\n')[line - 1] ?? ''));
}

function lintLimit(code: string): LintFinding[] {
  return [...code.matchAll(/\blimit\b/giu)]
    .filter((match) => !/\border\s+by\b[^()]*$/iu.test(code.slice(0, match.index)))
    .map((match) => ({ rule: 'limit-without-order', line: lineAt(code, match.index), message: 'LIMIT needs an ORDER BY that ends in a unique key' }));
}

function lintOutermost(code: string): LintFinding[] {
  const selects = outermostSelects(code);
  if (selects.length === 0) return [{ rule: 'no-select', line: 1, message: 'the text holds no SELECT' }];
  const wanted = new RegExp(String.raw`^cast\s*\([\s\S]*\bas\s+(${OUTPUT_TYPES})\s*\)\s+as\s+[a-z][a-z0-9_]*$`, 'u');
  return selects.flatMap((from) =>
    topLevelItems(code, from, /^(from|where|group|having|order|union|limit)\b/iu).flatMap((item) => {
      const line = lineAt(code, item.start);
      if (/(^|\.)\*$/u.test(item.text)) return [{ rule: 'select-star', line, message: 'name the outermost columns' }];
      if (wanted.test(item.text.replace(/^distinct\s+/iu, ''))) return [];
      return [{ rule: 'outermost-cast', line, message: `write cast(… as type) as name, type one of bigint, integer, double, decimal(18,2), decimal(38,2), decimal(9,6), decimal(18,6), string, date, boolean` }];
    }),
  );
}

function lineAt(code: string, index: number): number {
  return code.slice(0, index).split('\n').length;
}
