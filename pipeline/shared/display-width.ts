/** Columns a text takes on a terminal: characters of East Asian width count twice. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1;
  return width;
}

/** A text of at most `widest` columns; what is longer ends in an ellipsis, never in half a character. */
export function cutToWidth(text: string, widest: number): string {
  if (displayWidth(text) <= widest) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept) + displayWidth(character) > widest - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
