import { displayWidth } from './display-width.ts';
import { printable } from './printable.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Any text as XML: safe between tags and in attributes, without characters that XML forbids. */
export function xmlText(text: string): string {
  return printable(text).replaceAll(/[&<>"']/gu, (character) => ESCAPES[character] ?? '');
}

/** A number for an attribute: one decimal, so that the last bits of a sine never show. */
export function pixels(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element; attributes and the text in `inner` must already be safe where they are markup. */
export function element(name: string, attributes: Attributes, inner = ''): string {
  const listed = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [` ${key}="${typeof value === 'number' ? pixels(value) : xmlText(value)}"`];
  });
  return inner === '' ? `<${name}${listed.join('')}/>` : `<${name}${listed.join('')}>${inner}</${name}>`;
}

/** A line of text; the text may be hostile. */
export function textLine(text: string, attributes: Attributes): string {
  return element('text', attributes, xmlText(text));
}

/** Width a text will take, in pixels; no font is at hand, so this is what the wider of the usual fonts need. */
export function textWidth(text: string, fontSize: number): number {
  const ems = Array.from(text, (character) => (displayWidth(character) === 2 ? 1 : ' .,:-'.includes(character) ? 0.35 : 0.59));
  return fontSize * ems.reduce((sum, em) => sum + em, 0);
}

/** A text that takes at most `width` pixels; what is longer ends in an ellipsis. */
export function fitText(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop();
  return `${characters.join('')}…`;
}
