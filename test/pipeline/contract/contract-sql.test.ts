import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCondition, columnAsOf } from '../../../pipeline/contract/contract-sql.ts';
import { SQL_TYPES, type TableContract } from '../../../pipeline/contract/contract.ts';
import { loadContract, tableContract } from '../../../pipeline/contract/load-contract.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';

const contract = loadContract();
const settings = { total_tolerance: 0.05 };
let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({});
  for (const table of contract.tables) {
    const columns = table.columns.map((column) => `${sqlName(column.name)} ${SQL_TYPES[column.type]}`);
    await engine.exec(`create table ${sqlName(table.table)} (${columns.join(', ')})`);
  }
});
afterAll(async () => {
  await engine.close();
});

/** A SELECT of one typed row: the given cells, the other columns NULL. */
function rowOf(table: TableContract, cells: Readonly<Record<string, string | number>>): string {
  const unknown = Object.keys(cells).filter((name) => !table.columns.some((column) => column.name === name));
  expect(unknown).toEqual([]);
  const values = table.columns.map((column) => {
    const cell = cells[column.name];
    const value = cell === undefined ? 'null' : typeof cell === 'number' ? String(cell) : sqlText(cell);
    return `cast(${value} as ${SQL_TYPES[column.type]}) as ${sqlName(column.name)}`;
  });
  return `select ${values.join(', ')}`;
}

/** Codes (with detail) of the row checks of a table that apply to a row. */
async function codesOf(name: string, cells: Readonly<Record<string, string | number>>): Promise<readonly string[]> {
  const table = tableContract(contract, name);
  const found: string[] = [];
  for (const check of table.checks ?? []) {
    const condition = checkCondition(check, settings);
    if (condition === undefined) continue;
    const rows = await engine.rows(`select 1 as hit from (${rowOf(table, cells)}) where ${condition}`);
    if (rows.length > 0) found.push([check.code, check.detail].filter((part) => part !== undefined).join(' '));
  }
  return found;
}

const invoice = { invoice_number: '25532000000000000001', seller_id: 'A', buyer_id: 'B', issued_at: '2025-03-01', amount: 100, tax: 13, total: 113, status: 'normal' };

describe('row checks', () => {
  it('are all valid conditions over the columns of their table, and masks too', async () => {
    for (const table of contract.tables) {
      const conditions = (table.checks ?? []).flatMap((check) => checkCondition(check, settings) ?? []);
      const masked = table.columns.map((column) => `${columnAsOf(table, column.name, '2025-01-01')} as ${sqlName(column.name)}`);
      const types = await engine.describe(`select ${masked.join(', ')} from ${sqlName(table.table)} where ${conditions.map((text) => `(${text})`).join(' or ') || 'true'}`);
      expect(types.map((column) => column.type), table.table).toEqual(table.columns.map((column) => SQL_TYPES[column.type]));
    }
  });

  it.each([
    ['a clean invoice', {}, []],
    ['no party at all', { seller_id: undefined, buyer_id: undefined }, ['E_MISSING party']],
    ['a legacy number without code', { invoice_number: '00012345' }, ['W_NO_CODE']],
    ['a code of 9 digits', { invoice_number: '00012345', invoice_code: '530012345' }, ['E_ID_FORMAT invoice_code']],
    ['a code of 12 digits', { invoice_number: '00012345', invoice_code: '053001234567' }, []],
    ['any code beside a 20-digit number', { invoice_code: '1' }, []],
    ['a void 数电票', { status: 'void' }, ['W_STATUS_INFERRED void_digital']],
    ['a void paper invoice', { status: 'void', media: 'paper', invoice_number: '00012345', invoice_code: '5300123456' }, []],
    ['a negative normal invoice', { amount: -100, tax: -13, total: -113 }, ['W_STATUS_INFERRED red']],
    ['a red invoice with minus', { amount: -100, tax: -13, total: -113, status: 'red' }, []],
    ['amount -100 and tax +13', { amount: -100, tax: 13, total: -87, status: 'red' }, ['W_SIGN']],
    ['a red invoice with plus', { status: 'red' }, ['W_SIGN']],
    ['a total off by 0.05', { total: 113.05 }, []],
    ['a total off by 0.06', { total: 113.06 }, ['W_TOTAL_MISMATCH']],
    ['no total', { total: undefined }, []],
    ['a self invoice', { buyer_id: 'A' }, ['W_SELF_INVOICE']],
    ['17 % in 2025', { tax: 17, total: 117 }, ['W_LATE_RATE']],
    ['16 % on 2019-03-31', { tax: 16, total: 116, issued_at: '2019-03-31 23:59:59' }, []],
    ['16 % on 2019-04-01', { tax: 16, total: 116, issued_at: '2019-04-01' }, ['W_LATE_RATE']],
    ['13 % before July 2017', { issued_at: '2017-06-30' }, []],
    ['13 % after July 2017', { issued_at: '2017-07-01' }, ['W_LATE_RATE']],
    ['17 % in April 2018', { tax: 17, total: 117, issued_at: '2018-04-30' }, []],
    ['17 % in May 2018', { tax: 17, total: 117, issued_at: '2018-05-01' }, ['W_LATE_RATE']],
    ['16.31 % in 2025', { tax: 16.31, total: 116.31 }, []],
    ['17 % on less than 100 yuan', { amount: 99.99, tax: 17, total: 116.99 }, []],
    ['17 % on a red invoice', { amount: -100, tax: -17, total: -117, status: 'red' }, []],
  ])('of invoices: %s', async (_, cells, expected) => {
    const row = Object.fromEntries(Object.entries({ ...invoice, ...cells }).filter((entry): entry is [string, string | number] => entry[1] !== undefined));
    expect(await codesOf('invoices', row)).toEqual(expected);
  });

  const vat = { output_tax_m11: 100, input_tax_m12: 150, opening_credit_m13: 20, deductible_total_m17: 170, deducted_m18: 100, tax_payable_m19: 0, closing_credit_m20: 70 };
  it.each([
    ['a return whose identities hold', {}, []],
    ['17 without its transfers out', { input_transferred_out_m14: 5 }, ['W_FORM_IDENTITY 17']],
    ['17 off by exactly one yuan', { deductible_total_m17: 171, closing_credit_m20: 71 }, []],
    ['18 above the output tax', { deducted_m18: 102, closing_credit_m20: 68 }, ['W_FORM_IDENTITY 18', 'W_FORM_IDENTITY 19']],
    ['19 more than 11 less 18', { tax_payable_m19: 1.01 }, ['W_FORM_IDENTITY 19']],
    ['20 other than 17 less 18', { closing_credit_m20: 60 }, ['W_FORM_IDENTITY 20']],
    ['24', { simple_tax_m21: 5, tax_reduction_m23: 0, tax_total_m24: 10 }, ['W_FORM_IDENTITY 24']],
    ['24 with a missing term', { simple_tax_m21: 5, tax_total_m24: 10 }, []],
    ['27', { paid_m27: 10, prepaid_m28: 1, export_slip_prepaid_m29: 0, paid_previous_m30: 2, paid_arrears_m31: 3 }, ['W_FORM_IDENTITY 27']],
    ['32 and 33', { tax_total_m24: 1, opening_unpaid_m25: 2, export_slip_refund_m26: 3, paid_m27: 4, closing_unpaid_m32: 9, arrears_m33: 9 }, ['W_FORM_IDENTITY 32', 'W_FORM_IDENTITY 33']],
    ['34', { tax_total_m24: 10, prepaid_m28: 1, export_slip_prepaid_m29: 2, due_or_refund_m34: 9 }, ['W_FORM_IDENTITY 34']],
    ['38, where row 16 may be empty', { audit_simple_tax_m22: 1, audit_opening_unpaid_m36: 2, audit_paid_m37: 3, audit_closing_unpaid_m38: 4 }, ['W_FORM_IDENTITY 38']],
    ['a negative credit', { closing_credit_m20: -1, deductible_total_m17: undefined, deducted_m18: undefined }, ['W_NEGATIVE']],
    ['missing rows 17 and 18, which are not filled', { deductible_total_m17: undefined }, []],
  ])('of the main form: %s', async (_, cells, expected) => {
    const row = Object.fromEntries(Object.entries({ ...vat, ...cells }).filter((entry): entry is [string, number] => entry[1] !== undefined));
    expect(await codesOf('vat_returns', row)).toEqual(expected);
  });

  it('of the other tables fire on bad rows and are silent on good ones', async () => {
    expect(await codesOf('taxpayers', { registered_on: '2020-01-02', general_from: '2020-01-01' })).toEqual(['W_OVERLAP']);
    expect(await codesOf('taxpayers', { registered_on: '2020-01-02', general_from: '2020-01-02' })).toEqual([]);
    expect(await codesOf('refund_applications', { applied_at: '2025-02-03 09:00', paid_on: '2025-02-02' })).toEqual(['W_OVERLAP']);
    expect(await codesOf('refund_applications', { applied_at: '2025-02-03 09:00', paid_on: '2025-02-03' })).toEqual([]);
    expect(await codesOf('persons', { person_key: '53010219800101001X' })).toEqual(['E_ID_FORMAT person_key']);
    expect(await codesOf('persons', { person_key: 'a3f5c9d1e7b24680' })).toEqual([]);
    const schedule = { special_sales_c01: 10, other_invoice_sales_c03: 0, uninvoiced_sales_c05: 5, audit_sales_c07: 0 };
    expect(await codesOf('vat_return_schedule1', { ...schedule, total_sales_c09: 12 })).toEqual(['W_FORM_IDENTITY S1-9']);
    expect(await codesOf('vat_return_schedule1', { ...schedule, total_sales_c09: 15 })).toEqual([]);
    expect(await codesOf('small_scale_returns', { tax_payable_q15: 9, tax_reduction_q16: 4, tax_total_q20: 5, prepaid_q21: 0, due_q22: 9 })).toEqual(['W_FORM_IDENTITY Q-22']);
  });

  it('need their settings', () => {
    const check = tableContract(contract, 'invoices').checks?.find((candidate) => candidate.code === 'W_TOTAL_MISMATCH');
    expect(() => checkCondition(check ?? { code: '', meaning: '' }, {})).toThrow(/needs the setting ingest\.total_tolerance/);
  });
});

describe('columnAsOf', () => {
  const table = tableContract(contract, 'refund_applications');
  const decisionOn = async (asOf: string, cells: Readonly<Record<string, string>>) => {
    const rows = await engine.rows<{ decision: string }>(`select ${columnAsOf(table, 'decision', asOf)} as decision from (${rowOf(table, cells)})`);
    return rows[0]?.decision;
  };
  const course = { decision: 'approved', suspended_at: '2025-03-10 10:00', resumed_at: '2025-03-20 10:00', decided_at: '2025-03-25 10:00' };

  it('rebuilds the decision of an earlier day', async () => {
    const days = ['2025-03-09', '2025-03-10', '2025-03-19', '2025-03-20', '2025-03-24', '2025-03-25'];
    const decisions = [];
    for (const day of days) decisions.push(await decisionOn(day, course));
    expect(decisions).toEqual(['pending', 'suspended', 'suspended', 'pending', 'pending', 'approved']);
  });

  it('keeps a claim suspended that was ended without resuming, and pending before', async () => {
    const ended = { decision: 'terminated', suspended_at: '2025-03-10', decided_at: '2025-03-25' };
    expect([await decisionOn('2025-03-09', ended), await decisionOn('2025-03-12', ended), await decisionOn('2025-03-25', ended)]).toEqual(['pending', 'suspended', 'terminated']);
  });

  it('leaves a decision without a date alone', async () => {
    expect(await decisionOn('2020-01-01', { decision: 'refused' })).toBe('refused');
  });

  it('empties what was paid later and keeps the column that never changes', async () => {
    const row = rowOf(table, { paid_on: '2025-04-01', paid_amount: '10.00', claimed_amount: '10.00' });
    const select = (day: string) => `select ${columnAsOf(table, 'paid_amount', day)} as paid, ${columnAsOf(table, 'claimed_amount', day)} as claimed from (${row})`;
    expect(await engine.rows(select('2025-03-31'))).toEqual([{ paid: null, claimed: 10 }]);
    expect(await engine.rows(select('2025-04-01'))).toEqual([{ paid: 10, claimed: 10 }]);
  });

  it('treats a taxpayer as small-scale before general_from', async () => {
    const taxpayers = tableContract(contract, 'taxpayers');
    const row = rowOf(taxpayers, { vat_status: 'general', general_from: '2025-01-01', status: 'abnormal', status_from: '2025-06-01' });
    const select = `select ${columnAsOf(taxpayers, 'vat_status', '2024-12-31')} as vat_status, ${columnAsOf(taxpayers, 'status', '2024-12-31')} as status from (${row})`;
    expect(await engine.rows(select)).toEqual([{ vat_status: 'small', status: null }]);
  });

  it('refuses a day that is not written as a date', () => {
    expect(() => columnAsOf(table, 'decision', "2025-01-01' or 1=1")).toThrow(/YYYY-MM-DD/);
  });
});
