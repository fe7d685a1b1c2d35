const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML holds it; what is not printable must be gone before. */
export function escapeXml(text: string): string {
  return /[&<>"]/u.test(text) ? text.replaceAll(/[&<>"]/gu, (character) => ESCAPES[character] ?? character) : text;
}

/** Letters of a column by its place from 1: A, Z, AA. */
export function letters(place: number): string {
  const before = Math.floor((place - 1) / 26);
  return (before === 0 ? '' : letters(before)) + String.fromCharCode(65 + ((place - 1) % 26));
}

// From here on characters take the width of two Latin ones, nearly all of them.
const FIRST_WIDE = 0x2e80;

/** Lines a text takes in a column of so many Latin characters. */
export function linesOf(text: string, width: number): number {
  let units = 0;
  for (let at = 0; at < text.length; at += 1) units += text.charCodeAt(at) >= FIRST_WIDE ? 2 : 1.1;
  return Math.max(1, Math.ceil(units / width));
}
