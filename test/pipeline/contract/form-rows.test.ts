import { describe, expect, it } from 'vitest';
import { expandFormRows, formVersionOf, parsePrintedRow, printedRows } from '../../../pipeline/contract/form-rows.ts';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';

const contract = loadContract();

describe('form rows', () => {
  it('map 41, 25, 22 and 39 printed rows of layout 2021-20', () => {
    const sizes = (['vat_main', 'small_scale', 'vat_s1', 'vat_s2'] as const).map((form) => printedRows(contract, form, '2021-20').size);
    expect(sizes).toEqual([41, 25, 22, 39]);
  });

  it('are the same for 2026 until that layout is known', () => {
    for (const form of ['vat_main', 'small_scale', 'vat_s1', 'vat_s2'] as const) {
      expect(printedRows(contract, form, '2026')).toEqual(printedRows(contract, form, '2021-20'));
    }
  });

  it('are unique by form, version and printed row', () => {
    const keys = contract.formRows.map((row) => `${row.form} ${row.form_version} ${row.printed_row}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('read row 23 of schedule 2 as 23b', () => {
    expect(printedRows(contract, 'vat_s2', '2021-20').get('23')).toBe('23b');
    expect(printedRows(contract, 'vat_s2', '2021-20').get('23a')).toBe('23a');
  });

  it('use layout 2021-20 for every period while 2026 has no start', () => {
    expect(['2019-04', '2021-08', '2026-10'].map((period) => formVersionOf(contract, period))).toEqual(['2021-20', '2021-20', '2021-20']);
  });

  it('use a later version from its first period on', () => {
    const dated = { ...contract, formRows: contract.formRows.map((row) => (row.form_version === '2026' ? { ...row, valid_from: '2026-02' } : row)) };
    expect(['2026-01', '2026-02'].map((period) => formVersionOf(dated, period))).toEqual(['2021-20', '2026']);
  });

  it('name a column that does not exist as a fault', () => {
    const rows = { vat_main: { '1': 'no_such_column' }, small_scale: 'by_name', vat_s1: {}, vat_s2: {} } as const;
    const file = { versions: [{ form_version: 'x', source: 's', valid_from: null, valid_to: null, rows }] };
    expect(expandFormRows(file, contract.tables).faults).toEqual(['form-rows.yaml: version x, vat_main row 1 names no_such_column, which is no column of vat_returns']);
  });

  it.each([
    ['第9a栏', '9a'],
    ['栏次 09A', '9a'],
    ['２３ｂ', '23b'],
    ['行次12', '12'],
    ['十二', undefined],
    ['', undefined],
  ])('read %s as printed row %s', (text, row) => {
    expect(parsePrintedRow(text)).toBe(row);
  });
});
