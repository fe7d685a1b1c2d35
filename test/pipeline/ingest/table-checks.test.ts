import { describe, expect, it } from 'vitest';
import { invoice, settled, vatReturn, warnings } from './support.ts';

const month = (period: string, change = {}) => vatReturn('T', period, { filed_at: `${period}-28`, ...change });
const codes = async (table: string, rows: readonly object[], more: Record<string, object[]> = {}) =>
  (await warnings(await settled({ ...more, [table]: rows } as never), table)).map((text) => text.split(',').filter((code) => !code.startsWith('W_NOT_IN')).join());

describe('a period that is missing between two delivered ones', () => {
  it('is reported at the return after it, for months', async () => {
    expect(await codes('vat_returns', [month('2026-01'), month('2026-02'), month('2026-04')])).toEqual(['', '', 'W_PERIOD_GAP']);
  });
  it('and for quarters', async () => {
    const quarter = (period: string) => ({ taxpayer_id: 'T', period });
    expect(await codes('small_scale_returns', [quarter('2025Q4'), quarter('2026Q1'), quarter('2026Q3')])).toEqual(['', '', 'W_PERIOD_GAP']);
  });
  it('a taxpayer that changes from months to quarters leaves none', async () => {
    expect(await codes('vat_returns', [month('2026-03'), month('2026-06', { period_kind: 'Q' })])).toEqual(['', '']);
  });
  it('versions and column groups of one period are one period', async () => {
    expect(await codes('vat_returns', [month('2026-01'), month('2026-01', { column_group: 'levy_refund' }), month('2026-02')])).toEqual(['', '', '']);
  });
});

describe('identities of the main form', () => {
  const form = (change: object) => codes('vat_returns', [month('2026-05', change)]);

  it('17 = 12 + 13 - 14 - 15 + 16, empty deductions counting 0', async () => {
    expect(await form({ input_tax_m12: 100, opening_credit_m13: 50, input_transferred_out_m14: 20, deductible_total_m17: 130 })).toEqual(['']);
    expect(await form({ input_tax_m12: 100, opening_credit_m13: 50, deductible_total_m17: 151 })).toEqual(['']);
    expect(await form({ input_tax_m12: 100, opening_credit_m13: 50, deductible_total_m17: 151.01 })).toEqual(['W_FORM_IDENTITY:17']);
  });
  it('20 = 17 - 18', async () => {
    expect(await form({ input_tax_m12: 100, deductible_total_m17: 100, deducted_m18: 0, closing_credit_m20: 90 })).toEqual(['W_FORM_IDENTITY:20']);
  });
  it('is not tested where a term is absent', async () => {
    expect(await form({ closing_credit_m20: 90 })).toEqual(['']);
  });
  it('13 = row 20 of the current version of the period before', async () => {
    const carried = (opening: number) => [
      month('2026-04', { closing_credit_m20: 10, version: 1 }), month('2026-04', { closing_credit_m20: 30, version: 2 }), month('2026-05', { opening_credit_m13: opening }),
    ];
    expect(await codes('vat_returns', carried(30))).toEqual(['', '', '']);
    expect(await codes('vat_returns', carried(10))).toEqual(['', '', 'W_FORM_IDENTITY:13']);
  });
  it('13 is not tested over a gap', async () => {
    expect(await codes('vat_returns', [month('2026-03', { closing_credit_m20: 10 }), month('2026-05')])).toEqual(['', 'W_PERIOD_GAP']);
  });
});

describe('identities of schedule 2', () => {
  const sheet = (taxes: Record<string, number>) => Object.entries(taxes).map(([row_no, tax]) => ({ taxpayer_id: 'T', period: '2026-05', row_no, tax }));
  const main = { vat_returns: [month('2026-05', { input_tax_m12: 130, input_transferred_out_m14: 20 })] };

  it('sums hold, missing rows counting 0 where row 12 or 13 is delivered', async () => {
    expect(await codes('vat_return_schedule2', sheet({ 1: 100, 2: 100, 4: 30, 5: 30, 12: 130, 13: 20, 14: 20 }), main)).toEqual(['', '', '', '', '', '', '']);
  });
  it('a sum that fails is reported at its row', async () => {
    expect(await codes('vat_return_schedule2', sheet({ 1: 100, 2: 90, 12: 100 }))).toEqual(['W_FORM_IDENTITY:S2-1', '', '']);
    expect(await codes('vat_return_schedule2', sheet({ 4: 30, '8a': 20, 12: 30 }))).toEqual(['W_FORM_IDENTITY:S2-4', '', '']);
    expect(await codes('vat_return_schedule2', sheet({ 1: 100, 2: 100, 12: 130 }))).toEqual(['', '', 'W_FORM_IDENTITY:S2-12']);
    expect(await codes('vat_return_schedule2', sheet({ 13: 20, '23a': 12, 23: 5 }))).toEqual(['W_FORM_IDENTITY:S2-13', '', '']);
  });
  it('nothing is tested where neither row 12 nor row 13 is delivered', async () => {
    expect(await codes('vat_return_schedule2', sheet({ 1: 100, 2: 90 }))).toEqual(['', '']);
  });
  it('rows 12 and 13 equal rows 12 and 14 of the main form, column groups added', async () => {
    expect(await codes('vat_return_schedule2', sheet({ 1: 100, 2: 100, 12: 100, 13: 5, 14: 5 }), main)).toEqual(['', '', 'W_FORM_IDENTITY:main-12', 'W_FORM_IDENTITY:main-14', '']);
    const groups = { vat_returns: [...main.vat_returns, month('2026-05', { column_group: 'levy_refund', input_tax_m12: 7 })] };
    expect(await codes('vat_return_schedule2', sheet({ 1: 137, 2: 137, 12: 137, 13: 20, 14: 20 }), groups)).toEqual(['', '', '', '', '']);
  });
  it('a printed row the form does not have is refused, 第12栏 and 23 are understood', async () => {
    const engine = await settled({ vat_return_schedule2: [...sheet({ 第12栏: 0, 23: 0 }), { taxpayer_id: 'T', period: '2026-05', row_no: '99', tax: 0 }] });
    expect(await engine.rows('select row_no, errors from stage.vat_return_schedule2 order by rowid')).toEqual([
      { row_no: '23b', errors: null }, { row_no: '12', errors: null }, { row_no: null, errors: 'E_ENUM:row_no' },
    ]);
  });
});

describe('other forms', () => {
  it('schedule 1: columns 9, 10 and 11', async () => {
    const row = { taxpayer_id: 'T', period: '2026-05', row_no: '1', special_sales_c01: 1, other_invoice_sales_c03: 2, uninvoiced_sales_c05: 3, audit_sales_c07: 4 };
    expect(await codes('vat_return_schedule1', [{ ...row, total_sales_c09: 10 }])).toEqual(['']);
    expect(await codes('vat_return_schedule1', [{ ...row, total_sales_c09: 12 }])).toEqual(['W_FORM_IDENTITY:S1-9']);
    expect(await codes('vat_return_schedule1', [{ ...row, total_sales_c09: 10, total_tax_c10: 1, total_with_tax_c11: 20 }])).toEqual(['W_FORM_IDENTITY:S1-11']);
  });
  it('small-scale return: rows 9, 20 and 22', async () => {
    const row = { taxpayer_id: 'T', period: '2026Q2' };
    expect(await codes('small_scale_returns', [{ ...row, exempt_sales_q09: 9, micro_exempt_sales_q10: 1, below_threshold_sales_q11: 1, other_exempt_sales_q12: 1 }])).toEqual(['W_FORM_IDENTITY:Q-9']);
    expect(await codes('small_scale_returns', [{ ...row, tax_payable_q15: 9, tax_reduction_q16: 3, tax_total_q20: 3, prepaid_q21: 0, due_q22: 9 }])).toEqual(['W_FORM_IDENTITY:Q-20,W_FORM_IDENTITY:Q-22']);
  });
});

describe('lines and intervals', () => {
  it('lines that add up to another amount than the header are reported, a yuan of rounding is not', async () => {
    const line = (line_no: number, amount: number) => ({ invoice_number: '25532000000000000001', line_no, amount });
    expect(await codes('invoice_lines', [line(1, 60), line(2, 41)], { invoices: [invoice(1)] })).toEqual(['', '']);
    expect(await codes('invoice_lines', [line(1, 60), line(2, 41.01)], { invoices: [invoice(1)] })).toEqual(['W_LINE_SUM', '']);
    expect(await codes('invoice_lines', [line(1, 100)], { invoices: [invoice(1, { status: 'red', amount: -100, tax: -13, total: -113 })] })).toEqual(['']);
  });
  it('a rating that begins before the former one has ended', async () => {
    const rating = (valid_from: string, valid_to: string | null) => ({ taxpayer_id: 'T', rating: 'A', valid_from, valid_to });
    expect(await codes('credit_ratings', [rating('2025-01-01', '2025-12-31'), rating('2026-01-01', null)])).toEqual(['', '']);
    expect(await codes('credit_ratings', [rating('2025-01-01', '2026-01-01'), rating('2026-01-01', null)])).toEqual(['', 'W_OVERLAP']);
  });
  it('a taxpayer that is general before it was registered', async () => {
    expect(await codes('taxpayers', [{ taxpayer_id: 'T', taxpayer_name: 'N', registered_on: '2020-01-01', general_from: '2019-01-01' }])).toEqual(['W_OVERLAP']);
  });
});
