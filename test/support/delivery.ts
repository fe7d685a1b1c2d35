import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Cells = Readonly<Record<string, string>>;

export interface DeliveredTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Fields of every record of a CSV text; quotes are understood, also with line breaks inside. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text.charAt(at++);
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',' || character === '\n') {
      records.at(-1)?.push(field);
      field = '';
      if (character === '\n') records.push([]);
    } else if (character !== '\r') field += character;
  }
  records.at(-1)?.push(field);
  return records.filter((record) => record.length > 1 || record[0] !== '');
}

/** CSV text of records; fields are quoted where they must be. */
export function writeCsv(records: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return records.map((record) => `${record.map(cell).join(',')}\n`).join('');
}

/** The tables of a flat delivery of CSV files, one file per table. */
export function readDelivery(folder: string): DeliveredTable[] {
  return readdirSync(folder).filter((name) => name.endsWith('.csv')).sort().map((name) => {
    const [header = [], ...rows] = parseCsv(readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/u, ''));
    return { name: name.slice(0, -'.csv'.length), header, rows };
  });
}

/** Writes one CSV file of a delivery, with the folders above it. */
export function writeTable(path: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeCsv([header, ...rows]));
}

/** Copies the statement of the sender, when there is one. */
export function copyManifest(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  if (readdirSync(from).includes('delivery.json')) copyFileSync(join(from, 'delivery.json'), join(to, 'delivery.json'));
}

/** A row as cells by header. */
export function cellsOf(header: readonly string[], row: readonly string[]): Cells {
  return Object.fromEntries(header.map((name, at) => [name, row[at] ?? '']));
}

/** Numbers 0 ≤ x < 1 that follow from the seed (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The items in another order that follows from the seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = seededNumbers(seed);
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
