import { unzipSync, strFromU8 } from 'fflate';
import { readFileSync } from 'node:fs';

export interface SheetCell {
  readonly value: string;
  /** As the file has it: inlineStr for text, none for numbers. */
  readonly type: string | undefined;
  /** Format code of numbers. */
  readonly format: string;
}

export interface Sheet {
  readonly xml: string;
  /** Rows of cells by column letter. */
  readonly rows: ReadonlyMap<string, SheetCell>[];
}

const BUILT_IN: Readonly<Record<string, string>> = { 0: 'General', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 49: '@' };
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`, 'u').exec(tag)?.[1];
const plain = (xml: string): string => xml.replaceAll(/&(\w+);/gu, (_, name: string) => ENTITIES[name] ?? '?');

/** Every entry of a workbook as text, read by nothing that wrote it but the archive. */
export function entriesOf(file: string): Map<string, string> {
  return new Map(Object.entries(unzipSync(readFileSync(file))).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

/** The sheets of a workbook by name, in order. */
export function sheetsOf(file: string): Map<string, Sheet> {
  const entries = entriesOf(file);
  const styles = entries.get('xl/styles.xml')!;
  const own = new Map([...styles.matchAll(/<numFmt [^>]*>/gu)].map(([tag]) => [attribute(tag, 'numFmtId'), attribute(tag, 'formatCode')]));
  const formats = [...styles.slice(styles.indexOf('<cellXfs')).matchAll(/<xf [^>]*>/gu)].map(([tag]) => attribute(tag, 'numFmtId')!).map((id) => own.get(id) ?? BUILT_IN[id] ?? id);
  const targets = new Map([...entries.get('xl/_rels/workbook.xml.rels')!.matchAll(/<Relationship [^>]*>/gu)].map(([tag]) => [attribute(tag, 'Id'), attribute(tag, 'Target')!]));
  return new Map([...entries.get('xl/workbook.xml')!.matchAll(/<sheet [^>]*>/gu)].map(([tag]) => {
    const xml = entries.get(`xl/${targets.get(attribute(tag, 'r:id'))!}`)!;
    return [plain(attribute(tag, 'name')!), { xml, rows: rowsOf(xml, formats) }];
  }));
}

function rowsOf(xml: string, formats: readonly string[]): ReadonlyMap<string, SheetCell>[] {
  return [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gsu)].map(([, inside]) => new Map([...inside!.matchAll(/<c ([^>]*)>(.*?)<\/c>/gsu)].map(([, head, body]) => {
    const text = /<t(?: [^>]*)?>(.*)<\/t>|<v>(.*)<\/v>/su.exec(body!);
    return [attribute(` ${head}`, 'r')!.replaceAll(/\d/gu, ''), { value: plain(text?.[1] ?? text?.[2] ?? ''), type: attribute(` ${head}`, 't'), format: formats[Number(attribute(` ${head}`, 's'))] ?? '' }];
  })));
}

/** The rows of a sheet below its headings, by field code. */
export function recordsOf({ rows }: Sheet): Record<string, SheetCell>[] {
  const codes = [...rows[1]!].map(([letter, { value }]) => [letter, value] as const);
  return rows.slice(2).map((row) => Object.fromEntries(codes.flatMap(([letter, code]) => (row.has(letter) ? [[code, row.get(letter)!]] : []))));
}

/** Records of a CSV text (RFC 4180). Throws at a line end that is not CRLF. */
export function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const [whole, quotedText, bare, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/u.exec(text.slice(at, at + 100_000)) ?? [];
    if (whole === undefined) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
    records.at(-1)!.push(quotedText === undefined ? bare! : quotedText.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
    at += whole.length;
  }
  records.pop();
  return records;
}
