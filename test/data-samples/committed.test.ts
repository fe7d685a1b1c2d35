import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import iconv from 'iconv-lite';
import { brokenFiles, sampleFiles } from '../../data-samples/generate.ts';
import { isUscc } from '../../data-samples/generator/ids.ts';
import { csvRecords, csvRows, current, fenOf, groupBy, sum } from './recompute.ts';
import type { Row } from './recompute.ts';

const ROOT = join(import.meta.dirname, '../../data-samples');
const TABLES = `taxpayers taxpayer_changes persons events invoices invoice_lines invoice_quotas input_uses exception_vouchers other_vouchers vat_returns
  vat_return_schedule1 vat_return_schedule2 small_scale_returns refund_applications levy_refunds credit_ratings violations inspection_cases filing_comparisons
  balance_sheets income_statements cit_settlements six_tax_filings deferrals electricity bank_transactions headcounts customs_declarations officer_actions
  response_tasks response_feedback`.trim().split(/\s+/);
const read = (table: string): Row[] => csvRows(readFileSync(join(ROOT, `small/${table}.csv`), 'utf8'));
const filing = (row: Row): string => `${row.taxpayer_id ?? ''}|${row.period ?? ''}|${row.version ?? ''}`;

describe('the committed sample', () => {
  it('is what the generator writes from its seed, to the byte', () => {
    const written = new Map([...sampleFiles({ seed: 42, taxpayers: 300, months: 24, plants: true }), ...brokenFiles()]);
    for (const [path, bytes] of written) expect(bytes.equals(readFileSync(join(ROOT, path))), path).toBe(true);
    const committed = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => /^(small|truth|gb18030|broken)\//.test(path) && statSync(join(ROOT, path)).isFile());
    expect(committed.filter((path) => !written.has(path))).toEqual([]);
  });

  it('changes with the seed', () => {
    const other = sampleFiles({ seed: 43, taxpayers: 60, months: 13, plants: true }).get('small/invoices.csv');
    const same = sampleFiles({ seed: 44, taxpayers: 60, months: 13, plants: true }).get('small/invoices.csv');
    expect(other?.equals(same ?? Buffer.alloc(0))).toBe(false);
  });

  it('stays under five megabytes', () => {
    const sizes = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(ROOT, path))).filter((entry) => entry.isFile()).map((entry) => entry.size);
    expect(sum(sizes)).toBeLessThan(5_000_000);
  });

  it.each(TABLES)('has rows in %s, each with the fields of the header', (table) => {
    const [header = [], ...records] = csvRecords(readFileSync(join(ROOT, `small/${table}.csv`), 'utf8'));
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter((record) => record.length !== header.length)).toEqual([]);
  });

  it('holds the 32 tables, the manifest and nothing else in the delivery folder', () => {
    expect(readdirSync(join(ROOT, 'small')).sort()).toEqual([...TABLES.map((table) => `${table}.csv`), 'delivery.json'].sort());
  });

  it('has no day after the cutoff where a day must be known', () => {
    const late: string[] = [];
    for (const table of TABLES) {
      for (const row of read(table)) {
        for (const [column, value] of Object.entries(row)) {
          if (/^\d{4}-\d\d-\d\d/.test(value) && value.slice(0, 10) > '2026-11-15' && !/(valid_to|due_on|_to)$/.test(column)) late.push(`${table}.${column} ${value}`);
        }
      }
    }
    expect(late).toEqual([]);
  });

  it('has ids with a correct check character, and keys that are unique', () => {
    expect(read('taxpayers').map((row) => row.taxpayer_id ?? '').filter((id) => id.length === 18 && !isUscc(id))).toEqual([]);
    const keys = read('invoices').map((row) => `${row.invoice_code ?? ''}-${row.invoice_number ?? ''}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const table of ['vat_returns', 'vat_return_schedule1', 'vat_return_schedule2']) {
      const rows = read(table).map((row) => `${filing(row)}|${row.row_no ?? ''}`);
      expect(new Set(rows).size, table).toBe(rows.length);
    }
  });

  it('has the register in GB18030 with the same ids', () => {
    const rows = csvRows(iconv.decode(readFileSync(join(ROOT, 'gb18030/taxpayers.csv')), 'gb18030'));
    expect(rows.map((row) => row['纳税人识别号'])).toEqual(read('taxpayers').map((row) => row.taxpayer_id));
    expect(rows.map((row) => row['纳税人名称'])).toEqual(read('taxpayers').map((row) => row.taxpayer_name));
  });

  it('labels only taxpayers of the delivery, most of them honest', () => {
    const labels = csvRows(readFileSync(join(ROOT, 'truth/labels.csv'), 'utf8'));
    const ids = new Set(read('taxpayers').map((row) => row.taxpayer_id));
    expect(Object.keys(labels[0] ?? {})).toEqual(['taxpayer_id', 'label', 'kind', 'role', 'ring_id', 'codes']);
    expect(labels.filter((row) => !ids.has(row.taxpayer_id) || !['fraud', 'innocent'].includes(row.label ?? ''))).toEqual([]);
    expect(new Set(labels.filter((row) => row.label === 'fraud').map((row) => row.taxpayer_id)).size).toBeLessThan(ids.size / 5);
    const kinds = groupBy(labels, (row) => row.kind ?? '');
    expect(kinds.get('closed_loop')?.length).toBe(4);
    expect(kinds.get('same_control')?.length).toBe(6);
  });

  it('shows red, void, legacy, consumer, authority-issued and outside invoices', () => {
    const invoices = read('invoices');
    const ids = new Set(read('taxpayers').map((row) => row.taxpayer_id));
    const keys = new Set(invoices.map((row) => `${row.invoice_code ?? ''}-${row.invoice_number ?? ''}`));
    const reds = invoices.filter((row) => row.status === 'red');
    expect(reds.length / invoices.length).toBeGreaterThan(0.004);
    expect(reds.length / invoices.length).toBeLessThan(0.02);
    expect(reds.filter((row) => !keys.has(`${row.blue_invoice_code ?? ''}-${row.blue_invoice_number ?? ''}`))).toEqual([]);
    expect(invoices.filter((row) => row.status === 'void' && row.invoice_code === '')).toEqual([]);
    for (const fits of [
      (row: Row) => row.status === 'void', (row: Row) => row.buyer_name === '个人' && row.buyer_id === '', (row: Row) => row.issued_by_authority === 'true',
      (row: Row) => row.invoice_kind === 'agri_purchase', (row: Row) => row.invoice_kind === 'toll', (row: Row) => row.invoice_kind === 'rail',
      (row: Row) => row.seller_id !== '' && !ids.has(row.seller_id), (row: Row) => row.buyer_id !== '' && !ids.has(row.buyer_id),
    ]) expect(invoices.filter(fits).length).toBeGreaterThan(4);
  });
});

describe('the forms of the committed sample', () => {
  const rowTax = (rows: readonly Row[], number: string): number => sum(rows.filter((row) => row.row_no === number).map((row) => fenOf(row.tax)));

  it('hold every identity of the main form', () => {
    const broken: string[] = [];
    for (const row of read('vat_returns')) {
      const m = (number: number): number => fenOf(Object.entries(row).find(([name]) => name.endsWith(`_m${String(number).padStart(2, '0')}`))?.[1]);
      const gaps = { 17: m(17) - (m(12) + m(13) - m(14) - m(15) + m(16)), 18: m(18) - Math.min(m(17), m(11)), 19: m(19) - (m(11) - m(18)), 20: m(20) - (m(17) - m(18)), 24: m(24) - (m(19) + m(21) - m(23)), 27: m(27) - (m(28) + m(29) + m(30) + m(31)), 32: m(32) - (m(24) + m(25) + m(26) - m(27)), 33: m(33) - (m(25) + m(26) - m(27)), 34: m(34) - (m(24) - m(28) - m(29)) };
      for (const [number, gap] of Object.entries(gaps)) if (gap !== 0) broken.push(`${filing(row)} row ${number}`);
      if ([m(17), m(18), m(19), m(20)].some((value) => value < 0)) broken.push(`${filing(row)} negative`);
    }
    expect(broken).toEqual([]);
  });

  it('hold the identities of both schedules and agree with the main form', () => {
    const broken: string[] = [];
    const second = groupBy(read('vat_return_schedule2'), filing);
    const first = groupBy(read('vat_return_schedule1'), filing);
    for (const row of read('vat_returns').filter((each) => (each.period ?? '') >= '2024-11')) {
      const s2 = second.get(filing(row)) ?? [];
      const r = (number: string): number => rowTax(s2, number);
      const out = sum(['14', '15', '16', '17', '18', '19', '20', '21', '22', '23a', '23b'].map(r));
      if (r('1') !== r('2') + r('3') || r('4') !== r('5') + r('6') + r('7') + r('8a') + r('8b') || r('12') !== r('1') + r('4') + r('11') || r('13') !== out) broken.push(`${filing(row)} schedule 2`);
      if (fenOf(row.input_tax_m12) !== r('12') || fenOf(row.input_transferred_out_m14) !== r('13')) broken.push(`${filing(row)} rows 12, 14`);
      const s1 = first.get(filing(row)) ?? [];
      for (const line of s1) {
        if (fenOf(line.total_sales_c09) !== fenOf(line.special_sales_c01) + fenOf(line.other_invoice_sales_c03) + fenOf(line.uninvoiced_sales_c05)) broken.push(`${filing(row)} S1-9`);
        if (fenOf(line.total_tax_c10) !== fenOf(line.special_tax_c02) + fenOf(line.other_invoice_tax_c04) + fenOf(line.uninvoiced_tax_c06)) broken.push(`${filing(row)} S1-10`);
        if (fenOf(line.total_with_tax_c11) !== fenOf(line.total_sales_c09) + fenOf(line.total_tax_c10)) broken.push(`${filing(row)} S1-11`);
      }
      const taxable = s1.filter((line) => Number(line.row_no) <= 5);
      if (s1.length === 0 || fenOf(row.output_tax_m11) !== sum(taxable.map((line) => fenOf(line.total_tax_c10))) || fenOf(row.sales_general_m01) !== sum(taxable.map((line) => fenOf(line.total_sales_c09)))) broken.push(`${filing(row)} rows 1, 11`);
    }
    expect(broken).toEqual([]);
  });

  it('hold the identities of the small-scale form', () => {
    const broken = current(read('small_scale_returns'), filing).filter((row) =>
      fenOf(row.exempt_sales_q09) !== fenOf(row.micro_exempt_sales_q10) + fenOf(row.below_threshold_sales_q11) + fenOf(row.other_exempt_sales_q12)
      || fenOf(row.tax_total_q20) !== fenOf(row.tax_payable_q15) - fenOf(row.tax_reduction_q16) || fenOf(row.due_q22) !== fenOf(row.tax_total_q20) - fenOf(row.prepaid_q21));
    expect(broken).toEqual([]);
  });
});
