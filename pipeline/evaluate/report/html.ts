import { xmlText } from '../../shared/svg-text.ts';

/** One HTML element, always closed by its own tag: HTML takes `<td/>` for an open cell. `inner` must already be markup. */
export function tag(name: string, inner: string, attributes: Readonly<Record<string, string>> = {}): string {
  const listed = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(value)}"`);
  return `<${name}${listed.join('')}>${inner}</${name}>`;
}

export interface HtmlColumn<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly isNumber?: boolean;
}

/** A table; titles and cells are plain text and may be hostile. */
export function htmlTable<Row>(caption: string, rows: readonly Row[], columns: readonly HtmlColumn<Row>[]): string {
  const cell = (name: 'th' | 'td', text: string, isNumber = false) => tag(name, xmlText(text), { ...(name === 'th' ? { scope: 'col' } : {}), ...(isNumber ? { class: 'n' } : {}) });
  const head = tag('tr', columns.map(({ title, isNumber }) => cell('th', title, isNumber)).join(''));
  const body = rows.map((row) => tag('tr', columns.map(({ value, isNumber }) => cell('td', value(row), isNumber)).join('')));
  return tag('table', `${tag('caption', xmlText(caption))}${tag('thead', head)}${tag('tbody', `\n${body.join('\n')}\n`)}`);
}

/** A heading with what stands under it. */
export function section(title: string, ...parts: readonly string[]): string {
  return tag('section', `\n${tag('h2', xmlText(title))}\n${parts.filter((part) => part !== '').join('\n')}\n`);
}

/** A paragraph of plain text. */
export function paragraph(text: string, className?: string): string {
  return tag('p', xmlText(text), className === undefined ? {} : { class: className });
}
