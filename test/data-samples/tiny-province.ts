/** A province of eight taxpayers, written by hand: one ring, one lone fraud, one look-alike, one honest accident, and books that agree. Money is in fen. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Cell = string | number | boolean | null;
export type Cells = Readonly<Record<string, Cell>>;
/** Files of the province by their path, without ending: tables of the delivery and of truth/. */
export type TinyFiles = Map<string, Cells[]>;

const MONTHS = ['2026-05', '2026-06', '2026-07', '2026-08', '2026-09'];
/** Ids by the names used below. */
export const ID = {
  factory: '91530102MA6001001A', trader: '91530102MA6002002B', shop: '92530102MA6003003C', shellOne: '91530102MA6004004D', shellTwo: '91530102MA6005005E',
  claimant: '91530102MA6006006F', silent: '91530102MA6007007G', seasonal: '91530102MA6008008H',
} as const;

interface Invoice {
  readonly number: string;
  readonly seller: string;
  readonly buyer: string;
  readonly day: string;
  readonly amount: number;
  readonly tax: number;
  readonly kind?: string;
  readonly status?: string;
}
const INVOICES: readonly Invoice[] = [
  { number: '26532000000000000001', seller: ID.shellOne, buyer: ID.claimant, day: '2026-05-10', amount: 100_000_00, tax: 13_000_00 },
  { number: '26532000000000000002', seller: ID.shellOne, buyer: ID.claimant, day: '2026-05-12', amount: 50_000_00, tax: 6_500_00 },
  { number: '26532000000000000003', seller: ID.shellTwo, buyer: ID.claimant, day: '2026-05-11', amount: 80_000_00, tax: 10_400_00 },
  { number: '26532000000000000004', seller: ID.factory, buyer: ID.trader, day: '2026-06-03', amount: 20_000_00, tax: 2_600_00 },
  { number: '26532000000000000005', seller: ID.trader, buyer: ID.shop, day: '2026-07-01', amount: 1_000_00, tax: 130_00, kind: 'general' },
  { number: '26532000000000000006', seller: ID.silent, buyer: ID.factory, day: '2026-06-15', amount: 30_000_00, tax: 3_900_00 },
  { number: '26532000000000000007', seller: ID.factory, buyer: ID.seasonal, day: '2026-05-20', amount: 40_000_00, tax: 5_200_00 },
  { number: '26532000000000000008', seller: ID.trader, buyer: ID.factory, day: '2026-09-25', amount: 9_000_00, tax: 1_170_00 },
  { number: '26532000000000000009', seller: ID.shop, buyer: ID.trader, day: '2026-09-10', amount: 500_00, tax: 5_00, kind: 'general' },
  { number: '26532000000000000010', seller: ID.claimant, buyer: ID.factory, day: '2026-06-20', amount: 10_000_00, tax: 1_300_00 },
  { number: '26532000000000000011', seller: ID.shellOne, buyer: ID.claimant, day: '2026-05-12', amount: 50_000_00, tax: 6_500_00, status: 'void' },
];
/** Invoices that are in no schedule 1: the lone fraud leaves out one, the trader forgets one by accident. */
const LEFT_OUT = new Set(['26532000000000000006', '26532000000000000008']);

const yuan = (fen: number): string => (fen / 100).toFixed(2);
const total = (invoices: readonly Invoice[], of: 'amount' | 'tax'): number => invoices.reduce((sum, each) => sum + each[of], 0);

interface Month { readonly sales: readonly Invoice[]; readonly purchases: readonly Invoice[] }

function monthOf(id: string, period: string): Month {
  const valid = INVOICES.filter(({ day, status }) => day.startsWith(period) && status !== 'void');
  return {
    sales: valid.filter(({ seller, number }) => seller === id && !LEFT_OUT.has(number)),
    purchases: valid.filter(({ buyer, kind }) => buyer === id && kind !== 'general'),
  };
}

/** Returns and schedules of one general taxpayer; the credit is carried from month to month. */
function fileReturns(files: TinyFiles, id: string): void {
  let credit = 0;
  let unpaid = 0;
  for (const period of MONTHS) {
    const { sales, purchases } = monthOf(id, period);
    const special = sales.filter(({ kind }) => kind !== 'general');
    const other = sales.filter(({ kind }) => kind === 'general');
    const output = total(sales, 'tax');
    const input = total(purchases, 'tax');
    const deductible = input + credit;
    const deducted = Math.min(deductible, output);
    const payable = output - deducted;
    const key = { taxpayer_id: id, period, version: 1 };
    files.get('vat_return_schedule1')?.push({
      ...key, row_no: '1', special_sales_c01: yuan(total(special, 'amount')), special_tax_c02: yuan(total(special, 'tax')),
      other_invoice_sales_c03: yuan(total(other, 'amount')), other_invoice_tax_c04: yuan(total(other, 'tax')),
      total_sales_c09: yuan(total(sales, 'amount')), total_tax_c10: yuan(output), total_with_tax_c11: yuan(total(sales, 'amount') + output),
    });
    for (const row_no of ['1', '2', '12']) files.get('vat_return_schedule2')?.push({ ...key, row_no, document_count: purchases.length, tax: yuan(input) });
    files.get('vat_returns')?.push({
      ...key, period_kind: 'M', column_group: 'general', filed_at: `${period.slice(0, 5)}${String(Number(period.slice(5)) + 1).padStart(2, '0')}-12`,
      sales_general_m01: yuan(total(sales, 'amount')), output_tax_m11: yuan(output), input_tax_m12: yuan(input), opening_credit_m13: yuan(credit),
      deductible_total_m17: yuan(deductible), deducted_m18: yuan(deducted), tax_payable_m19: yuan(payable), closing_credit_m20: yuan(deductible - deducted),
      tax_total_m24: yuan(payable), opening_unpaid_m25: yuan(unpaid), paid_m27: yuan(unpaid), paid_previous_m30: yuan(unpaid), closing_unpaid_m32: yuan(payable),
      due_or_refund_m34: yuan(payable),
    });
    for (const { number, tax, day, seller } of purchases) {
      files.get('input_uses')?.push({
        invoice_number: number, buyer_id: id, seller_id: seller, invoice_kind: 'special', period, purpose: 'deduct', effective_tax: yuan(tax), confirmed_at: `${day} 09:00:00`,
      });
    }
    credit = deductible - deducted;
    unpaid = payable;
  }
}

function delivery(): TinyFiles {
  const files: TinyFiles = new Map(['vat_returns', 'vat_return_schedule1', 'vat_return_schedule2', 'input_uses'].map((table) => [table, []]));
  const industries: Readonly<Record<string, string>> = { factory: 'C3441', seasonal: 'C1371', shop: 'F5212' };
  files.set('taxpayers', Object.entries(ID).map(([name, taxpayer_id]) => ({
    taxpayer_id, taxpayer_name: name, entity_kind: name === 'shop' ? 'individual' : 'enterprise', vat_status: name === 'shop' ? 'small' : 'general',
    registered_on: name.startsWith('shell') ? '2026-03-01' : '2015-01-01', status: 'normal',
    industry_code: industries[name] ?? 'F5164', industry_section: (industries[name] ?? 'F').slice(0, 1),
  })));
  files.set('invoices', INVOICES.map(({ number, seller, buyer, day, amount, tax, kind, status }) => ({
    invoice_code: null, invoice_number: number, invoice_kind: kind ?? 'special', media: 'digital', seller_id: seller, buyer_id: buyer, issued_at: day,
    amount: yuan(amount), tax: yuan(tax), total: yuan(amount + tax), tax_rate: '0.13', status: status ?? 'normal', issued_by_authority: false, difference_method: false,
  })));
  for (const [name, id] of Object.entries(ID)) if (name !== 'shop') fileReturns(files, id);
  files.set('small_scale_returns', [{
    taxpayer_id: ID.shop, period: '2026-09', period_kind: 'Q', item_group: 'all', filed_at: '2026-10-10', version: 1,
    sales_3pct_q01: '0', exempt_sales_q09: '2000', below_threshold_sales_q11: '2000', tax_payable_q15: '0', tax_total_q20: '0', due_q22: '0',
  }]);
  const claim = (application_id: string, taxpayer_id: string, amount: string): Cells => ({
    application_id, taxpayer_id, applied_at: '2026-07-16', claim_period: '2026-06', lane: 'four_industries', claimed_ratio: '1', claimed_amount: amount, decision: 'pending',
  });
  files.set('refund_applications', [claim('LD1', ID.claimant, '28600.00'), claim('LD2', ID.seasonal, '5200.00')]);
  return files;
}

function truth(files: TinyFiles): void {
  const honest = { label: 'honest', archetype: null, role: null, ring_id: null, from: null, to: null, tax_yuan: null };
  const member = (role: string, tax_yuan: string): Cells =>
    ({ label: 'fraud', archetype: 'burst_shells', role, ring_id: 'burst_shells-001', from: '2026-05-01', to: '2026-06-30', tax_yuan });
  const said: Readonly<Record<string, Cells>> = {
    shellOne: member('issuer', '19500.00'), shellTwo: member('issuer', '10400.00'), claimant: member('beneficiary', '29900.00'),
    silent: { label: 'fraud', archetype: 'leaves_out_sales', role: 'single', ring_id: null, from: '2026-06-01', to: '2026-06-30', tax_yuan: '3900.00' },
  };
  files.set('truth/labels', Object.entries(ID).map(([name, taxpayer_id]) => ({ taxpayer_id, ...(said[name] ?? honest) })));
  files.set('truth/rings', [{
    ring_id: 'burst_shells-001', archetype: 'burst_shells', members: 3, first_date: '2026-05-10', last_date: '2026-05-12',
    amount_yuan: '230000.00', tax_yuan: '29900.00', claims_yuan: '28600.00', parameters: '{"shells":2}',
  }]);
  const edge = (seller_id: string, days: readonly [string, string], invoices: number, amount_yuan: string): Cells =>
    ({ ring_id: 'burst_shells-001', seller_id, buyer_id: ID.claimant, first_date: days[0], last_date: days[1], invoices, amount_yuan });
  files.set('truth/ring_edges', [edge(ID.shellOne, ['2026-05-10', '2026-05-12'], 2, '150000.00'), edge(ID.shellTwo, ['2026-05-11', '2026-05-11'], 1, '80000.00')]);
  files.set('truth/lookalikes', [
    { taxpayer_id: ID.seasonal, kind: 'seasonal_processor', group_id: 'seasonal_processor-001', role: 'processor', from: '2026-05-01', to: '2026-09-30' },
  ]);
  files.set('truth/claims', [
    { application_id: 'LD1', taxpayer_id: ID.claimant, period: '2026-06', claimed_yuan: '28600.00', true_refundable_yuan: '0.00' },
    { application_id: 'LD2', taxpayer_id: ID.seasonal, period: '2026-06', claimed_yuan: '5200.00', true_refundable_yuan: '5200.00' },
  ]);
  files.set('truth/noise', [{ taxpayer_id: ID.trader, period: '2026-09', kind: 'invoice_forgotten', amount_yuan: '1170.00' }]);
}

/** What parameters.json says of the tiny province. */
export const PARAMETERS = {
  options: { taxpayers: 8 },
  counts: {
    frauds: 4, rings: { burst_shells: 1 }, ring_members: { burst_shells: 3 }, singles: { leaves_out_sales: 1 }, roles: { issuer: 2, beneficiary: 1, single: 1 },
    lookalikes: { seasonal_processor: 1 }, lookalike_groups: { seasonal_processor: 1 }, noise: { invoice_forgotten: 1 },
  },
};

export function tinyProvince(): TinyFiles {
  const files = delivery();
  truth(files);
  return files;
}

const cellText = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csvOf(rows: readonly Cells[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns.join(','), ...rows.map((row) => columns.map((column) => cellText(row[column] ?? null)).join(','))].map((line) => `${line}\n`).join('');
}

/** Writes the files as CSV, and parameters.json; a table without rows is not written. */
export function writeTiny(folder: string, files: TinyFiles, parameters: object | null = PARAMETERS): void {
  mkdirSync(join(folder, 'truth'), { recursive: true });
  for (const [name, rows] of files) {
    if (rows.length === 0) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, `${name}.csv`), csvOf(rows));
  }
  if (parameters !== null) writeFileSync(join(folder, 'truth', 'parameters.json'), JSON.stringify(parameters));
}
