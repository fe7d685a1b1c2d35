import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import iconv from 'iconv-lite';
import { isUscc } from '../../data-samples/broken-delivery/ids.ts';
import { brokenFiles, sampleFiles } from '../../data-samples/generate.ts';
import { validateProvince } from '../../data-samples/simulator/measure/validate.ts';
import { csvRecords, csvRows, sum } from './recompute.ts';
import type { Row } from './recompute.ts';

vi.setConfig({ testTimeout: 120_000 });

const ROOT = join(import.meta.dirname, '../../data-samples');
const TABLES = `taxpayers taxpayer_changes persons events invoices invoice_lines invoice_quotas input_uses exception_vouchers other_vouchers vat_returns
  vat_return_schedule1 vat_return_schedule2 small_scale_returns refund_applications levy_refunds credit_ratings violations inspection_cases filing_comparisons
  balance_sheets income_statements cit_settlements six_tax_filings deferrals electricity bank_transactions headcounts customs_declarations officer_actions
  response_tasks response_feedback`.trim().split(/\s+/);
const TRUTH = ['claims', 'labels', 'lookalikes', 'noise', 'ring_edges', 'rings'];
const read = (table: string): Row[] => csvRows(readFileSync(join(ROOT, `small/${table}.csv`), 'utf8'));
const filing = (row: Row): string => `${row.taxpayer_id ?? ''}|${row.period ?? ''}|${row.version ?? ''}`;
const invoiceKey = (code: string | undefined, number: string | undefined): string => `${code ?? ''}-${number ?? ''}`;

describe('the committed sample', () => {
  it('is what the simulator writes from its options, to the byte', async () => {
    const written = new Map([...(await sampleFiles()), ...(await brokenFiles())]);
    for (const [path, bytes] of written) expect(bytes.equals(readFileSync(join(ROOT, path))), path).toBe(true);
    const committed = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => /^(small|gb18030|broken)\//.test(path) && statSync(join(ROOT, path)).isFile());
    expect(committed.filter((path) => !written.has(path))).toEqual([]);
  });

  it('stays under five megabytes', () => {
    const samples = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => /^(small|gb18030|broken)/.test(path));
    const sizes = samples.map((path) => statSync(join(ROOT, path))).filter((entry) => entry.isFile()).map((entry) => entry.size);
    expect(sum(sizes)).toBeLessThan(5_000_000);
  });

  it.each(TABLES)('has rows in %s, each with the fields of the header', (table) => {
    const [header = [], ...records] = csvRecords(readFileSync(join(ROOT, `small/${table}.csv`), 'utf8'));
    // two hundred taxpayers have no case with bank data and nobody who deferred; the tables are delivered all the same
    if (!['bank_transactions', 'deferrals'].includes(table)) expect(records.length).toBeGreaterThan(0);
    expect(records.filter((record) => record.length !== header.length)).toEqual([]);
  });

  it('holds the 32 tables, the manifest, the truth and nothing else', () => {
    expect(readdirSync(join(ROOT, 'small')).sort()).toEqual([...TABLES.map((table) => `${table}.csv`), 'delivery.json', 'truth'].sort());
    expect(readdirSync(join(ROOT, 'small/truth')).sort()).toEqual([...TRUTH.map((table) => `${table}.csv`), 'parameters.json'].sort());
  });

  it('has no day after the cutoff where a day must be known', () => {
    const late: string[] = [];
    for (const table of TABLES) {
      for (const row of read(table)) {
        for (const [column, value] of Object.entries(row)) {
          if (/^\d{4}-\d\d-\d\d/.test(value) && value.slice(0, 10) > '2026-11-16' && !/(valid_to|due_on|_to)$/.test(column)) late.push(`${table}.${column} ${value}`);
        }
      }
    }
    expect(late).toEqual([]);
  });

  it('has ids with a correct check character, and keys that are unique', () => {
    expect(read('taxpayers').map((row) => row.taxpayer_id ?? '').filter((id) => id.length === 18 && !isUscc(id))).toEqual([]);
    const keys = read('invoices').map((row) => invoiceKey(row.invoice_code, row.invoice_number));
    expect(new Set(keys).size).toBe(keys.length);
    for (const table of ['vat_returns', 'vat_return_schedule1', 'vat_return_schedule2']) {
      const rows = read(table).map((row) => `${filing(row)}|${row.column_group ?? ''}|${row.row_no ?? ''}`);
      expect(new Set(rows).size, table).toBe(rows.length);
    }
  });

  it('has the register in GB18030 with the same ids', () => {
    const rows = csvRows(iconv.decode(readFileSync(join(ROOT, 'gb18030/taxpayers.csv')), 'gb18030'));
    expect(rows.map((row) => row['纳税人识别号'])).toEqual(read('taxpayers').map((row) => row.taxpayer_id));
    expect(rows.map((row) => row['纳税人名称'])).toEqual(read('taxpayers').map((row) => row.taxpayer_name));
  });

  it('labels every taxpayer once, most of them honest, with rings and single-firm fraud among the others', () => {
    const labels = csvRows(readFileSync(join(ROOT, 'small/truth/labels.csv'), 'utf8'));
    expect(Object.keys(labels[0] ?? {})).toEqual(['taxpayer_id', 'label', 'archetype', 'role', 'ring_id', 'from', 'to', 'tax_yuan']);
    expect(labels.map((row) => row.taxpayer_id).sort()).toEqual(read('taxpayers').map((row) => row.taxpayer_id).sort());
    const fraud = labels.filter((row) => row.label === 'fraud');
    expect(labels.filter((row) => row.label !== 'fraud' && row.label !== 'honest')).toEqual([]);
    expect(fraud.length).toBeLessThan(labels.length / 5);
    expect(new Set(fraud.filter((row) => row.ring_id !== '').map((row) => row.archetype)).size).toBeGreaterThanOrEqual(4);
    expect(new Set(fraud.filter((row) => row.ring_id === '').map((row) => row.archetype)).size).toBeGreaterThanOrEqual(6);
  });

  it('shows red, void, legacy, consumer, authority-issued and outside invoices', () => {
    const invoices = read('invoices');
    const ids = new Set(read('taxpayers').map((row) => row.taxpayer_id));
    const keys = new Set(invoices.map((row) => invoiceKey(row.invoice_code, row.invoice_number)));
    const reds = invoices.filter((row) => row.status === 'red');
    expect(reds.length / invoices.length).toBeGreaterThan(0.004);
    expect(reds.length / invoices.length).toBeLessThan(0.02);
    expect(reds.filter((row) => !keys.has(invoiceKey(row.blue_invoice_code, row.blue_invoice_number)))).toEqual([]);
    expect(invoices.filter((row) => row.status === 'void' && row.invoice_code === '')).toEqual([]);
    for (const fits of [
      (row: Row) => row.status === 'void', (row: Row) => row.buyer_name === '个人' && row.buyer_id === '', (row: Row) => row.issued_by_authority === 'true',
      (row: Row) => row.invoice_kind === 'agri_purchase', (row: Row) => row.invoice_kind === 'toll', (row: Row) => row.invoice_kind === 'rail' || row.invoice_kind === 'air',
      (row: Row) => row.seller_id !== '' && !ids.has(row.seller_id), (row: Row) => row.buyer_id !== '' && !ids.has(row.buyer_id),
    ]) expect(invoices.filter(fits).length).toBeGreaterThan(0);
  });
});

it('is consistent: every form identity holds and the truth is in the data', async () => {
  const report = await validateProvince(join(ROOT, 'small'));
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
});
