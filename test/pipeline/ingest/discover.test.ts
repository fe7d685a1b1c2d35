import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverDelivery } from '../../../pipeline/ingest/discover.ts';

const TABLES = ['taxpayers', 'invoices', 'vat_returns'];
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'discover-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, content = ''): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

const pathsOf = async (table: string, folders = ['.']): Promise<string[]> =>
  ((await discoverDelivery(folders.map((f) => join(root, f)), TABLES)).tables.get(table) ?? []).map((file) => file.relativePath);

async function detailsOf(folders: string[], code: string): Promise<readonly string[]> {
  const error: unknown = await discoverDelivery(folders.map((f) => join(root, f)), TABLES).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code });
  return (error as { details: readonly string[] }).details;
}

describe('discoverDelivery', () => {
  it('reads file and folder of a table as one, ordered by the bytes of the path', async () => {
    for (const path of ['invoices.csv', 'invoices/b.csv', 'invoices/B.CSV', 'invoices/深/x.parquet', 'invoices/\u{2CC56}.csv', 'invoices/\uFF21.csv', 'taxpayers.parquet']) put(path);
    expect(await pathsOf('invoices')).toEqual(['invoices.csv', 'invoices/B.CSV', 'invoices/b.csv', 'invoices/深/x.parquet', 'invoices/\uFF21.csv', 'invoices/\u{2CC56}.csv']);
    const { tables } = await discoverDelivery([root], TABLES);
    expect([...tables.keys()]).toEqual(['invoices', 'taxpayers']);
    expect(tables.get('taxpayers')).toEqual([{ table: 'taxpayers', format: 'parquet', relativePath: 'taxpayers.parquet', path: join(root, 'taxpayers.parquet'), partition: {} }]);
  });

  it('reads partition values from folder names as written, the deepest winning', async () => {
    for (const path of ['invoices/period=2026-01/a.csv', 'invoices/month=2026-02/part/a.csv', 'invoices/period=2026-01/period=2026-03/z.csv', 'invoices/year=2026/a.csv']) put(path);
    const { tables } = await discoverDelivery([root], TABLES);
    expect((tables.get('invoices') ?? []).map((file) => [file.relativePath, file.partition])).toEqual([
      ['invoices/month=2026-02/part/a.csv', { month: '2026-02' }],
      ['invoices/period=2026-01/a.csv', { period: '2026-01' }],
      ['invoices/period=2026-01/period=2026-03/z.csv', { period: '2026-03' }],
      ['invoices/year=2026/a.csv', {}],
    ]);
  });

  it('lists every unknown name but dot files and README, and says what may have been meant', async () => {
    for (const path of ['invoice.csv', 'notes.txt', 'archive/invoices.csv', 'invoices.csv.gz', '.hidden.csv', 'README.md', 'readme', 'invoices/a.csv', 'invoices/_SUCCESS', 'invoices/_temporary/0/p.parquet', 'invoices/.a.csv.crc', 'invoices/a.xlsx']) put(path);
    const { tables, unknown } = await discoverDelivery([root], TABLES);
    expect([...tables.values()].flat().map((file) => file.relativePath)).toEqual(['invoices/a.csv']);
    expect(unknown.map((entry) => [entry.path.slice(root.length + 1), entry.kind, entry.nearestTable])).toEqual([
      ['archive', 'folder', null],
      ['invoice.csv', 'file', 'invoices'],
      ['invoices.csv.gz', 'file', expect.anything()],
      ['invoices/_SUCCESS', 'file', null],
      ['invoices/_temporary', 'folder', null],
      ['invoices/a.xlsx', 'file', null],
      ['notes.txt', 'file', null],
    ]);
  });

  it('joins several folders, equal paths in the order given', async () => {
    for (const path of ['one/invoices.csv', 'two/invoices.csv', 'two/invoices/a.csv']) put(path);
    const { tables } = await discoverDelivery([join(root, 'two'), join(root, 'one')], TABLES);
    expect((tables.get('invoices') ?? []).map((file) => file.path.slice(root.length + 1))).toEqual(['two/invoices.csv', 'one/invoices.csv', 'two/invoices/a.csv']);
  });

  it('names every folder that is missing, is a file or comes twice', async () => {
    put('here/invoices.csv');
    put('file');
    symlinkSync(join(root, 'here'), join(root, 'link'));
    const details = await detailsOf(['absent', 'file', 'here', 'link'], 'INPUT_MISSING');
    expect(details).toEqual([expect.stringContaining('absent: does not exist'), expect.stringContaining('file: is not a folder'), expect.stringContaining('link: is the same folder')]);
    expect(await detailsOf([], 'INPUT_MISSING')).toHaveLength(1);
  });

  it('follows links, but not into a circle or into nothing', async () => {
    put('elsewhere/a.csv');
    mkdirSync(join(root, 'in/invoices'), { recursive: true });
    symlinkSync(join(root, 'elsewhere'), join(root, 'in/invoices/linked'));
    expect(await pathsOf('invoices', ['in'])).toEqual(['invoices/linked/a.csv']);
    symlinkSync(join(root, 'in/invoices'), join(root, 'elsewhere/back'));
    await detailsOf(['in'], 'INPUT_MISSING');
    rmSync(join(root, 'elsewhere/back'));
    symlinkSync(join(root, 'gone.csv'), join(root, 'in/invoices.csv'));
    expect(await detailsOf(['in'], 'INPUT_MISSING')).toEqual([join(root, 'in/invoices.csv')]);
  });

  it('refuses names that are not UTF-8 rather than losing them', async () => {
    mkdirSync(join(root, 'invoices'));
    writeFileSync(Buffer.concat([Buffer.from(`${root}/invoices/`), Buffer.from([0xd5, 0xc5]), Buffer.from('.csv')]), 'a\n');
    expect(await detailsOf(['.'], 'INPUT_MISSING')).toHaveLength(1);
  });
});

describe('delivery.json', () => {
  const stated = '{"cutoff":"2026-11-15","tables":{"invoices":{"from":"2024-01","to":"2026-10","complete":true}}}';

  it('is read when it is there, with or without byte order mark', async () => {
    put('none/invoices.csv');
    put('one/delivery.json', `\uFEFF${stated}`);
    put('empty/delivery.json', '{}');
    const manifestOf = async (folder: string) => (await discoverDelivery([join(root, folder)], TABLES)).manifest;
    expect(await manifestOf('none')).toBeNull();
    expect(await manifestOf('one')).toEqual({ cutoff: '2026-11-15', tables: new Map([['invoices', { from: '2024-01', to: '2026-10', complete: true }]]) });
    expect(await manifestOf('empty')).toEqual({ cutoff: null, tables: new Map() });
  });

  it('reports every fault at once', async () => {
    put('delivery.json', '{"cutof":1,"cutoff":"2026-02-30","tables":{"invoice":{},"invoices":{"from":"2026-13","to":"2026-1","complete":"yes"},"taxpayers":{"from":"2026-02","to":"2026-01","complete":true},"vat_returns":7}}');
    const details = await detailsOf(['.'], 'CONFIG_INVALID');
    expect(details.map((detail) => detail.slice(detail.indexOf(': ') + 2))).toEqual([
      'cutof: unknown key, did you mean cutoff?',
      'cutoff: not a day YYYY-MM-DD',
      'tables.invoice: no such table, did you mean invoices?',
      'tables.invoices.from: not a month YYYY-MM',
      'tables.invoices.to: not a month YYYY-MM',
      'tables.invoices.complete: not true or false',
      'tables.taxpayers: from lies after to',
      'tables.vat_returns: not a JSON object',
    ]);
  });

  it.each([['not JSON', '{'], ['a list', '[]'], ['a list of tables', '{"tables":[]}']])('is refused when it is %s', async (_name, text) => {
    put('delivery.json', text);
    expect(await detailsOf(['.'], 'CONFIG_INVALID')).toHaveLength(1);
  });

  it('may stand in several folders only when it says the same', async () => {
    put('a/delivery.json', stated);
    put('b/delivery.json', ` ${stated}\n`);
    put('c/delivery.json', '{"cutoff":"2026-11-16"}');
    expect((await discoverDelivery([join(root, 'a'), join(root, 'b')], TABLES)).manifest?.cutoff).toBe('2026-11-15');
    expect(await detailsOf(['a', 'b', 'c'], 'CONFIG_INVALID')).toEqual([expect.stringContaining('c/delivery.json')]);
  });
});
