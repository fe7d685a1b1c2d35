import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extractRecords } from '../../../pipeline/ingest/extract-records.ts';
import type { Encoding } from '../../../pipeline/ingest/decode.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';
import { dispositions, ingest, INGEST_SETTINGS, warnings, type Engine } from './support.ts';

interface Case {
  readonly case: string;
  readonly table: string;
  readonly file: string;
  readonly line: number | null;
  readonly outcome: 'accepted' | 'quarantined' | 'duplicate';
  readonly codes?: readonly string[];
  readonly duplicateOf?: string;
  readonly values?: Readonly<Record<string, string | boolean | null>>;
}
interface FileCase {
  readonly file: string;
  readonly delivered: number;
  readonly accepted: number;
  readonly duplicates: Readonly<Record<string, number>>;
  readonly quarantined: Readonly<Record<string, number>>;
}
interface Placed {
  readonly file_no: number;
  readonly first_row_id: number;
  readonly refused: boolean;
  /** Physical line → record number. */
  readonly records: ReadonlyMap<number, number>;
  /** Record number → place of the row in the stage table. */
  readonly rows: ReadonlyMap<number, number>;
}

const FOLDER = packagePath('data-samples', 'broken');
const expected = JSON.parse(readFileSync(packagePath('data-samples', 'broken-expected.json'), 'utf8')) as { cases: Case[]; files: FileCase[] };
const rowCases = expected.cases.filter((item) => item.line !== null);
const fileCases = expected.cases.filter((item) => item.line === null);

let engine: Engine;
let files: Map<string, Placed>;
const ways = new Map<string, string[]>();
const notes = new Map<string, string[]>();

beforeAll(async () => {
  ({ engine } = await ingest(FOLDER, { keepStage: true, settings: { ...INGEST_SETTINGS, allowRefusedFiles: true } }));
  files = await placeFiles();
  for (const table of new Set(rowCases.map((item) => item.table))) {
    ways.set(table, await dispositions(engine, table));
    notes.set(table, await warnings(engine, table));
  }
});
afterAll(() => engine.close());

describe('every planted row of the broken delivery gets the outcome of the contract', () => {
  it.each(rowCases.map((item) => [`${item.file}:${String(item.line)} ${item.case}`, item] as const))('%s', async (_, item) => {
    const file = files.get(item.file)!;
    const record = file.records.get(item.line!)!;
    const place = file.rows.get(record);
    if (item.outcome === 'quarantined') {
      const [reject] = await engine.rows<{ codes: string; raw: string }>(`select codes, raw from main.ingest_rejects where file_no = ${file.file_no} and row_no = ${record}`);
      expect(baseCodes(reject?.codes ?? 'not quarantined')).toEqual([...item.codes!].sort());
      expect(reject?.raw).not.toBe('');
      return;
    }
    const way = ways.get(item.table)![place!]!;
    if (item.outcome === 'duplicate') {
      expect(way.split(' ')[0]).toBe(`duplicate_${item.duplicateOf}`);
      return;
    }
    expect(way).toBe('accepted');
    if (item.codes !== undefined) expect(baseCodes(notes.get(item.table)![place!]!)).toEqual([...item.codes].sort());
    if (item.values !== undefined) await expectValues(item, file, record, place!);
  });
});

describe('every file of the broken delivery is accounted for', () => {
  it.each(expected.files.map((item) => [item.file, item] as const))('%s', async (name, item) => {
    const counts = await engine.rows<{ measure: string; code: string; count: number }>(`
      select measure, code, count from main.ingest_quality where file_no = ${files.get(name)!.file_no} and measure <> 'warning' and count > 0`);
    const of = (measure: string) => Object.fromEntries(counts.filter((row) => row.measure === measure).map((row) => [row.code, row.count]));
    expect({ delivered: of('delivered')[''] ?? 0, accepted: of('accepted')[''] ?? 0, duplicates: of('duplicates'), quarantined: of('quarantined') }).toEqual({
      delivered: item.delivered,
      accepted: item.accepted,
      duplicates: Object.fromEntries(Object.entries(item.duplicates).filter(([, n]) => n > 0)),
      quarantined: item.quarantined,
    });
  });

  it.each(fileCases.filter((item) => item.codes!.some((code) => code !== '')).map((item) => [item.case, item] as const))('%s', async (_, item) => {
    const subject = item.values?.['pair'] ?? item.values?.['taxpayer_id'] ?? '';
    const found = await engine.rows(`select count from main.ingest_quality where table_name = '${item.table}' and measure = 'warning'
      and code = '${item.codes![0]!}' and subject = '${String(subject)}' and count > 0`);
    expect(found).toHaveLength(1);
  });

  it('the encodings found are reported', async () => {
    const found = await engine.rows(`select encoding from main.ingest_files where path like '%/credit_ratings.csv' or path like '%/taxpayers.csv' order by path`);
    expect(found).toEqual([{ encoding: 'gb18030' }, { encoding: 'utf-8-bom' }]);
  });
});

async function placeFiles(): Promise<Map<string, Placed>> {
  const placed = new Map<string, Placed>();
  const rows = await engine.rows<{ file_no: number; path: string; encoding: Encoding; delivered: number; first_row_id: number; refused_code: string | null }>(
    "select file_no, path, coalesce(encoding, 'utf-8') as encoding, delivered, first_row_id, refused_code from stage.ingest_files where table_name <> ''");
  for (const file of rows) {
    const records = new Map<number, number>();
    const all = Array.from({ length: file.delivered }, (_, at) => at + 1);
    await extractRecords(file, all, (record) => { records.set(record.line, record.recordNumber); });
    const bad = new Set((await engine.rows<{ row_no: number }>(`select row_no from stage.bad_records where file_no = ${file.file_no}`)).map((row) => row.row_no));
    const good = new Map(all.filter((record) => !bad.has(record)).map((record, at) => [record, file.first_row_id + at]));
    placed.set(file.path.slice(FOLDER.length + 1), { ...file, refused: file.refused_code !== null, records, rows: good });
  }
  return placed;
}

/** Delivered and derived values of one row. An id of the contract that is empty is a party without id here. */
async function expectValues(item: Case, file: Placed, record: number, place: number): Promise<void> {
  const [stage] = await engine.rows<Record<string, unknown>>(`select * from stage."${item.table}" where rowid = ${place}`);
  const where = item.table === 'invoices' ? `select * from main.invoices where source_file_no = ${file.file_no} and source_row_no = ${record}` : 'select 1 as one';
  const [derived] = await engine.rows<Record<string, unknown>>(where);
  const owners = await engine.rows<{ id: string }>(`select p.party_id as id from main.invoice_owners as o join main.parties as p on p.party_key = o.owner_key
    join main.invoices as i on i.invoice_no = o.invoice_no where i.source_file_no = ${file.file_no} and i.source_row_no = ${record} order by id`);
  const found: Record<string, unknown> = {
    ...derived, ...stage, has_time: stage!['issued_at_has_time'], buyer_key: stage!['buyer_id'], invoice_owners: owners.map((owner) => owner.id).join('|'),
  };
  for (const [name, value] of Object.entries(item.values!)) {
    const isNumber = typeof found[name] === 'number';
    const isNameless = value === null && /^(X|B2C):/u.test(String(found[name]));
    expect([name, isNumber ? String(found[name]) : isNameless ? null : found[name]]).toEqual([name, isNumber ? String(Number(value)) : value]);
  }
}

function baseCodes(labels: string): string[] {
  return [...new Set(labels.split(',').map((label) => label.split(':')[0]!).filter((code) => code !== ''))].sort();
}
