import { describe, expect, it } from 'vitest';
import type { TableContract } from '../../../pipeline/contract/contract.ts';
import { printedRows } from '../../../pipeline/contract/form-rows.ts';
import { loadContract, tableContract } from '../../../pipeline/contract/load-contract.ts';
import { resolveHeaders } from '../../../pipeline/contract/resolve-headers.ts';

const contract = loadContract();
const table = (name: string): TableContract => tableContract(contract, name);
const names = (name: string, headers: readonly string[]) => resolveHeaders(table(name), headers).columns.map((column) => column?.name ?? null);

describe('resolveHeaders', () => {
  it('takes English names, Chinese aliases and both together, in any order', () => {
    expect(names('electricity', ['用电量', 'MONTH', '纳税人识别号', 'meter_id'])).toEqual(['kwh', 'month', 'taxpayer_id', 'meter_id']);
  });

  it('removes a byte-order mark, blanks and full-width forms', () => {
    expect(names('electricity', ['\uFEFF纳税人识别号', '　月份\u00A0', 'ｋｗｈ'])).toEqual(['taxpayer_id', 'month', 'kwh']);
  });

  it('treats full-width and half-width brackets alike', () => {
    expect(names('vat_returns', ['本期应补（退）税额', '其中：欠缴税额'])).toEqual(['due_or_refund_m34', 'arrears_m33']);
  });

  it('accepts every alias of a column', () => {
    expect(names('vat_returns', ['所属期止'])).toEqual(['period']);
    expect(names('invoices', ['数电票号码', '票种', '开票时间'])).toEqual(['invoice_number', 'invoice_kind', 'issued_at']);
  });

  it('lists required columns that are absent, but not one the partition gives', () => {
    expect(resolveHeaders(table('electricity'), ['户号']).missing).toEqual(['taxpayer_id', 'month', 'kwh']);
    expect(resolveHeaders(table('electricity'), ['户号'], { alsoPresent: ['month'] }).missing).toEqual(['taxpayer_id', 'kwh']);
  });

  it('lists two headers that map to one column', () => {
    const found = resolveHeaders(table('electricity'), ['taxpayer_id', '纳税人识别号', 'month', 'kwh']);
    expect(found.duplicates).toEqual([{ column: 'taxpayer_id', headers: ['taxpayer_id', '纳税人识别号'] }]);
    expect(found.missing).toEqual([]);
  });

  it('lists unknown headers, and a nameless one by its position', () => {
    const found = resolveHeaders(table('electricity'), ['', '纳税人识别号', '备注', 'month', 'kwh']);
    expect(found.extra).toEqual(['#1', '备注']);
    expect(found.columns[0]).toBeNull();
    expect(found.columns[2]).toBeNull();
  });

  it('reads printed rows of the main form in every spelling', () => {
    expect(names('vat_returns', ['第1栏', '栏次２', 'm03', 'M4', '第20栏'])).toEqual([
      'sales_general_m01',
      'goods_sales_m02',
      'labour_sales_m03',
      'audit_sales_m04',
      'closing_credit_m20',
    ]);
  });

  it('reads printed rows of the small-scale form and columns of schedule 1', () => {
    expect(names('small_scale_returns', ['q01', '栏次20'])).toEqual(['sales_3pct_q01', 'tax_total_q20']);
    expect(names('vat_return_schedule1', ['第9列', '列10', 'c11', '第1栏', '栏次'])).toEqual(['total_sales_c09', 'total_tax_c10', 'total_with_tax_c11', 'special_sales_c01', 'row_no']);
  });

  it('finds that a printed row and its Chinese title are the same column', () => {
    expect(resolveHeaders(table('vat_returns'), ['第20栏', '期末留抵税额']).duplicates).toEqual([{ column: 'closing_credit_m20', headers: ['第20栏', '期末留抵税额'] }]);
  });

  it('lists printed rows the form does not have', () => {
    const found = resolveHeaders(table('vat_returns'), ['第42栏', 'm99', 'q01', '20']);
    expect(found.unmappedRows).toEqual(['第42栏', 'm99']);
    expect(found.extra).toEqual(['q01', '20']);
  });

  it('reads no printed rows in a table that is no form', () => {
    expect(resolveHeaders(table('electricity'), ['第1栏'])).toMatchObject({ extra: ['第1栏'], unmappedRows: [] });
  });

  it('follows another form version when one is given', () => {
    const renumbered = new Map([...printedRows(contract, 'vat_main', '2021-20'), ['50', 'closing_credit_m20']]);
    expect(resolveHeaders(table('vat_returns'), ['第50栏'], { printedRows: renumbered }).columns).toEqual([{ name: 'closing_credit_m20' }]);
  });
});
