export interface Item {
  readonly text: string;
  /** Offset of its first character. */
  readonly start: number;
}

/** Where the select list of each outermost SELECT starts (several with UNION ALL). Expects text without comments and literals. */
export function outermostSelects(code: string): number[] {
  const found: number[] = [];
  let depth = 0;
  for (const match of code.matchAll(/[()]|\bselect\b/giu)) {
    if (match[0] === '(') depth++;
    else if (match[0] === ')') depth--;
    else if (depth === 0) found.push(match.index + match[0].length);
  }
  return found;
}

/** The comma-parted items of a clause that starts at `from`, up to a closing bracket or a word that matches `end` at the same depth. */
export function topLevelItems(code: string, from: number, end: RegExp): Item[] {
  const items: Item[] = [];
  let depth = 0;
  let start = from;
  let at = from;
  const push = (): void => {
    const raw = code.slice(start, at);
    const text = raw.trim();
    if (text !== '') items.push({ text, start: start + raw.length - raw.trimStart().length });
  };
  for (; at < code.length; at++) {
    const character = code[at] ?? '';
    if (depth === 0 && (character === ')' || endsAt(code, at, end))) break;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      push();
      start = at + 1;
    }
  }
  push();
  return items;
}

function endsAt(code: string, at: number, end: RegExp): boolean {
  return !/\w/u.test(code[at - 1] ?? ' ') && end.test(code.slice(at, at + 12));
}
