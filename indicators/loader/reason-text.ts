/** Reason sentences: `{column:format}` placeholders, parsed once and rendered in SQL so that no row passes through JavaScript. */

export type Language = 'zh' | 'en';

export const REASON_FORMATS = ['yuan', 'times', 'percent', 'count', 'days', 'date', 'month', 'text'] as const;
export type ReasonFormat = (typeof REASON_FORMATS)[number];

export interface Placeholder {
  readonly column: string;
  readonly format: ReasonFormat;
}

export type ReasonPart = string | Placeholder;

/** Splits a reason into text and placeholders. Faults name every brace that is not a placeholder and every unknown format. */
export function parseReason(text: string): { readonly parts: readonly ReasonPart[]; readonly faults: readonly string[] } {
  const parts: ReasonPart[] = [];
  const faults: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/\{([^{}]*)\}/gu)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [column = '', format = ''] = (match[1] ?? '').split(':');
    const known = REASON_FORMATS.find((name) => name === format);
    if (known === undefined || !/^[a-z][a-z0-9_]*$/u.test(column)) {
      faults.push(`${match[0]} is not a placeholder {column:format} with a format of ${REASON_FORMATS.join(', ')}`);
    } else parts.push({ column, format: known });
  }
  parts.push(text.slice(from));
  if (parts.some((part) => typeof part === 'string' && /[{}]/u.test(part))) faults.push('a brace is not closed');
  return { parts: parts.filter((part) => part !== ''), faults };
}

/** SQL types a format accepts, as a pattern over the engine's type names. */
export const FORMAT_TYPES: Readonly<Record<ReasonFormat, RegExp>> = {
  yuan: /^(DECIMAL|DOUBLE|BIGINT|INTEGER)/u,
  times: /^(DECIMAL|DOUBLE|BIGINT|INTEGER)/u,
  percent: /^(DECIMAL|DOUBLE|BIGINT|INTEGER)/u,
  count: /^(DECIMAL|DOUBLE|BIGINT|INTEGER)/u,
  days: /^(DECIMAL|DOUBLE|BIGINT|INTEGER)/u,
  date: /^DATE$/u,
  month: /^(BIGINT|INTEGER)$/u,
  text: /^VARCHAR$/u,
};

/** SQL expression of a whole reason in one language; NULL values print as a dash. */
export function reasonSql(text: string, language: Language): string {
  const { parts } = parseReason(text);
  const items = parts.map((part) => (typeof part === 'string' ? literal(part) : `coalesce(${formatSql(part, language)}, '—')`));
  return items.length === 0 ? "''" : items.join(' || ');
}

function formatSql({ column, format }: Placeholder, language: Language): string {
  const zh = language === 'zh';
  switch (format) {
    case 'yuan':
      return `${grouped(column, 2)} || ${zh ? "'元'" : "' yuan'"}`;
    case 'times':
      return `${grouped(column, 1)} || ${zh ? "'倍'" : "' times'"}`;
    case 'percent':
      return `format('{:.1f}', 100 * cast(${column} as double)) || '%'`;
    case 'count':
      return grouped(column, 0);
    case 'days':
      return `${grouped(column, 0)} || ${zh ? "'天'" : "' days'"}`;
    case 'date':
      return zh ? chineseDate(column) : `cast(${column} as varchar)`;
    case 'month':
      return zh ? `${yearOf(column)} || '年' || ${monthOf(column)} || '月'` : `${yearOf(column)} || '-' || lpad(${monthOf(column)}, 2, '0')`;
    case 'text':
      return column;
  }
}

function grouped(column: string, decimals: number): string {
  return `format('{:,.${decimals}f}', cast(${column} as double))`;
}

function chineseDate(column: string): string {
  const part = (name: string) => `cast(${name}(${column}) as varchar)`;
  return `${part('year')} || '年' || ${part('month')} || '月' || ${part('day')} || '日'`;
}

// A month index is year × 12 + month − 1.
function yearOf(column: string): string {
  return `cast(cast(floor(${column} / 12.0) as integer) as varchar)`;
}

function monthOf(column: string): string {
  return `cast(${column} % 12 + 1 as varchar)`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
