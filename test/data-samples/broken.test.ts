import { describe, expect, it } from 'vitest';
import iconv from 'iconv-lite';
import { brokenFiles } from '../../data-samples/generate.ts';
import { isUscc, usccCheckCharacter } from '../../data-samples/broken-delivery/ids.ts';
import type { CaseLine, FileTotals } from '../../data-samples/broken-delivery/broken-file.ts';
import { csvRecords, sum } from './recompute.ts';

const files = await brokenFiles();
const expected: { cases: CaseLine[]; files: FileTotals[] } = JSON.parse(files.get('broken-expected.json')?.toString('utf8') ?? '{}');
const bytesOf = (path: string): Buffer => files.get(`broken/${path}`) ?? Buffer.alloc(0);
const textOf = (path: string): string => {
  const bytes = bytesOf(path);
  return path === 'credit_ratings.csv' ? iconv.decode(bytes, 'gb18030') : bytes.toString('utf8').replace(/^\uFEFF/, '');
};
const rowAt = (line: CaseLine): string[] => csvRecords(textOf(line.file).split('\n').slice((line.line ?? 1) - 1).join('\n'))[0] ?? [];
const named = (name: string): CaseLine => expected.cases.find((each) => each.case === name) ?? expect.fail(`no case "${name}"`);
const cell = (name: string, column: string): string => rowAt(named(name))[csvRecords(textOf(named(name).file))[0]?.indexOf(column) ?? -1] ?? '';

describe('the broken delivery', () => {
  it('balances for every file: delivered = accepted + duplicates + quarantined', () => {
    for (const each of expected.files) {
      expect(each.delivered, each.file).toBe(each.accepted + each.duplicates.same_file + each.duplicates.other_file + sum(Object.values(each.quarantined)));
      expect(csvRecords(textOf(each.file)).length - 1, each.file).toBe(each.delivered);
    }
  });

  it('points at the right physical lines, also after a line break inside quotes', () => {
    expect(cell('date with slashes', 'issued_at')).toBe('2026/7/18');
    expect(cell('void with leading blank', 'status')).toBe(' 作废发票');
    expect(cell('id in scientific notation', 'seller_id')).toBe('9.14403E+17');
    expect(cell('legacy number without its zeros', 'invoice_number')).toBe('12345');
    expect(cell('full-width status and line break in the name', 'seller_name')).toContain('\n');
    expect(cell('amount in words', 'amount')).toBe('12万元');
    expect(cell('unknown status', 'status')).toBe('已认证');
    expect(rowAt(named('too few fields'))).toHaveLength(2);
  });

  it('shows every reject and warning code of the contract', () => {
    const shown = new Set(expected.cases.flatMap((each) => each.codes ?? []));
    const codes = `E_COLUMNS E_MISSING E_ID_FORMAT E_ID_PRECISION E_DATE E_PERIOD E_AMOUNT_PARSE E_RANGE E_ENUM E_PARTITION E_DUPLICATE_KEY E_KEY_CONFLICT E_SUPERSEDED E_REF
      W_TOTAL_MISMATCH W_SIGN W_STATUS_INFERRED W_REVERSED_WITHOUT_RED W_USCC_CHECKDIGIT W_ID_ROUNDED W_ID_SCIENTIFIC W_ID_FORMAT W_PARTY_NAMELESS_ID W_NUMBER_PADDED W_NO_CODE
      W_FORM_IDENTITY W_SELF_INVOICE W_LATE_RATE W_REPEATED_ROW W_SHARED_BOOK W_COPY_DIFFERENCE W_NOT_IN_TAXPAYERS W_REF_UNRESOLVED W_ROUNDED W_AMOUNT_SCIENTIFIC W_PARTITION
      W_LINE_SUM W_PERIOD_GAP W_OVERLAP W_NEGATIVE F_HEADER_DUPLICATE F_HEADER_MISSING F_HEADER_EXTRA F_TABLE_UNKNOWN`.trim().split(/\s+/);
    expect(codes.filter((code) => !shown.has(code))).toEqual([]);
  });

  it('has distinct case names and file paths that exist', () => {
    expect(new Set(expected.cases.map((each) => each.case)).size).toBe(expected.cases.length);
    expect(expected.cases.filter((each) => !files.has(`broken/${each.file}`))).toEqual([]);
  });

  it('has a byte order mark, a GB18030 file, CRLF, a nameless column and a hive partition', () => {
    expect([...bytesOf('taxpayers.csv').subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(textOf('taxpayers.csv').startsWith(',纳税人识别号')).toBe(true);
    expect(textOf('taxpayers.csv')).toContain('\r\n');
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytesOf('credit_ratings.csv'))).toThrow();
    expect(textOf('credit_ratings.csv').startsWith('纳税人识别号,信用级别')).toBe(true);
    expect(files.has('broken/vat_returns/period=2026-10/part.csv')).toBe(true);
  });

  it('shares sixty invoices between two books that differ in code and counterparty', () => {
    const facts = (path: string): string[] => csvRecords(textOf(path)).slice(1).map((row) => [row[1], row[7], row[8], row[9]].join('|'));
    expect(facts('invoices/book-a.csv')).toHaveLength(60);
    expect(facts('invoices/book-a.csv')).toEqual(facts('invoices/book-b.csv'));
  });

  it('has no unplanted day after the cutoff', () => {
    const planted = new Set(expected.cases.map((each) => `${each.file}:${each.line ?? 0}`));
    const late: string[] = [];
    for (const { file } of expected.files.filter((each) => each.file !== 'invoices/planted.csv')) {
      const [header = [], ...rows] = csvRecords(textOf(file));
      for (const [index, row] of rows.entries()) {
        const isLate = row.some((value, at) => /^\d{4}-\d\d-\d\d/.test(value) && value.slice(0, 10) > '2026-11-16' && !/valid_to|有效期止|due_on/.test(header[at] ?? ''));
        if (isLate && !planted.has(`${file}:${index + 2}`)) late.push(`${file}:${index + 2}`);
      }
    }
    expect(late).toEqual([]);
  });

  it('uses ids whose check character is wrong only where it says so', () => {
    expect(isUscc('91530100MA6K000013')).toBe(true);
    expect(isUscc(cell('check character wrong', 'seller_id'))).toBe(false);
    expect(usccCheckCharacter('91440300192203800')).not.toBe('0');
    expect(isUscc(String(named('counterparty outside taxpayers').values?.seller_id))).toBe(true);
  });
});

describe('social credit codes', () => {
  it('agree with the published examples', () => {
    for (const id of ['91530100MA6K000013', '91530100MA6K000026', '92530102MA6P00003D', '91530100MA6K0000XR', '91350100M000100Y43', '914403001922038216', '9144030071526726XG']) expect(isUscc(id), id).toBe(true);
    for (const id of ['91350100M000100Y4Z', '91530100MA6K000014', '9153O100MA6K000013']) expect(isUscc(id), id).toBe(false);
  });
});
