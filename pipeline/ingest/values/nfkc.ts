import { sqlText } from '../../engine/sql-text.ts';

// Planes 0 and 1, and the compatibility ideographs of plane 2: nothing else has a compatibility form.
const SCANNED: readonly (readonly [number, number])[] = [
  [0x80, 0xd7ff],
  [0xe000, 0x1ffff],
  [0x2f800, 0x2fa1f],
];
// Binding each branch of the lambda costs more than looking into a longer table.
const BLOCK_POINTS = 512;
// Ranges of the class are joined over small gaps: a text sent the long way for nothing costs less than compiling thousands of ranges.
const CLASS_GAP = 64;
const FILLER = '\u0001';

interface NormalisationTables {
  /** Code points whose NFKC form differs from themselves, with that form. */
  readonly forms: ReadonlyMap<number, string>;
  /** RE2 class of characters that may change, alone or beside others (marks are reordered, vowels compose). */
  readonly unstableClass: string;
  readonly blocks: readonly Block[];
}

interface Block {
  readonly first: number;
  readonly last: number;
}

let cached: NormalisationTables | undefined;

/**
 * SQL for the NFKC form of `text`: each character is replaced by its own NFKC form, then the whole is composed. That equals
 * NFKC of the whole, since the replacements hold no compatibility character any more (Unicode Standard Annex 15).
 */
export function nfkcSql(text: string): string {
  return `CASE WHEN strlen(${text}) = length(${text}) OR NOT regexp_matches(${text}, ${sqlText(tables().unstableClass)}) THEN ${text} ELSE ${replaced(text)} END`;
}

function replaced(text: string): string {
  const branches = tables().blocks.map(
    ({ first, last }) =>
      `WHEN c BETWEEN ${sqlText(String.fromCodePoint(first))} AND ${sqlText(String.fromCodePoint(last))} THEN ${lookup(first, last)}`,
  );
  return `nfc_normalize(array_to_string(list_transform(string_split(${text}, ''), lambda c: CASE ${branches.join(' ')} ELSE c END), ''))`;
}

/** The form of character `c` from a table of equally wide entries. */
function lookup(first: number, last: number): string {
  const entries = Array.from({ length: last - first + 1 }, (_, at) => {
    const point = first + at;
    return Array.from(tables().forms.get(point) ?? String.fromCodePoint(point));
  });
  const width = Math.max(...entries.map((entry) => entry.length));
  const table = sqlText(entries.map((entry) => entry.join('') + FILLER.repeat(width - entry.length)).join(''));
  const entry = `substring(${table}, (unicode(c) - ${first}) * ${width} + 1, ${width})`;
  return width === 1 ? entry : `replace(${entry}, chr(1), '')`;
}

function tables(): NormalisationTables {
  cached ??= buildTables();
  return cached;
}

function buildTables(): NormalisationTables {
  const forms = new Map<number, string>();
  const unstable = new Set<number>();
  for (const point of scannedPoints()) {
    const character = String.fromCodePoint(point);
    const form = character.normalize('NFKC');
    if (form !== character) forms.set(point, form);
    if (form !== character || /\p{M}/u.test(character)) unstable.add(point);
    // What stands second in a canonical decomposition may compose with the character before it.
    for (const second of Array.from(character.normalize('NFD')).slice(1)) unstable.add(second.codePointAt(0) ?? 0);
  }
  const points = [...unstable].sort((a, b) => a - b);
  return { forms, unstableClass: `[${runs(points, CLASS_GAP).map(classRange).join('')}]`, blocks: splitRuns([...forms.keys()]) };
}

function* scannedPoints(): Generator<number> {
  for (const [first, last] of SCANNED) for (let point = first; point <= last; point += 1) yield point;
}

/** Sorted code points as runs, joined where the step is at most `gap`. */
function runs(points: readonly number[], gap: number, longest = Number.POSITIVE_INFINITY): Block[] {
  const found: Block[] = [];
  for (const point of points) {
    const run = found.at(-1);
    if (run !== undefined && point - run.last <= gap && point - run.first < longest) found[found.length - 1] = { first: run.first, last: point };
    else found.push({ first: point, last: point });
  }
  return found;
}

function splitRuns(points: readonly number[]): Block[] {
  return runs(points, BLOCK_POINTS / 2, BLOCK_POINTS);
}

function classRange({ first, last }: Block): string {
  const escaped = (point: number): string => `\\x{${point.toString(16)}}`;
  return first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`;
}
