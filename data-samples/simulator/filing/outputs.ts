/** Tables of the delivery that taxpayers file or that follow from their returns. */
import type { OutputTable } from '../sql.ts';
import { smallReturnsOutput } from './small-returns.ts';

/** Columns of the main form by their printed row. */
const MAIN_COLUMNS = [
  'sales_general', 'goods_sales', 'labour_sales', 'audit_sales', 'sales_simple', 'audit_sales_simple', 'export_sales', 'exempt_sales', 'exempt_goods_sales',
    'exempt_labour_sales',
  'output_tax', 'input_tax', 'opening_credit', 'input_transferred_out', 'export_refundable', 'audit_tax', 'deductible_total', 'deducted', 'tax_payable',
    'closing_credit',
  'simple_tax', 'audit_simple_tax', 'tax_reduction', 'tax_total', 'opening_unpaid', 'export_slip_refund', 'paid', 'prepaid', 'export_slip_prepaid',
    'paid_previous', 'paid_arrears',
  'closing_unpaid', 'arrears', 'due_or_refund', 'levy_refund', 'audit_opening_unpaid', 'audit_paid', 'audit_closing_unpaid', 'urban_tax', 'education_fee',
    'local_education_fee',
];

const two = (row: number): string => String(row).padStart(2, '0');
const time = (column: string): string => `strftime(${column}, '%Y-%m-%d %H:%M:%S')`;

const uses = (months: string): string => `select i.invoice_code, i.invoice_number, b.taxpayer_id as buyer_id, s.taxpayer_id as seller_id,
  i.kind as invoice_kind, period_of(u.ym) as period, u.purpose, u.tax as effective_tax,
    ${time('u.confirmed_at')} as confirmed_at
  from (select * from input_use where ${months}) as u join invoice as i using (invoice) join firm as b on b.firm = u.buyer
    left join firm as s on s.firm = i.seller`;

const exceptions = (): string => `select i.invoice_code, i.invoice_number, e.listed_on, e.reason, e.notified_on, e.verification_requested_on, e.lifted_on
  from exception_voucher as e join invoice as i using (invoice)`;

/** Returns of before the window are written with its first month. */
const returns = (months: string): string => `select f.taxpayer_id, period_of(filed_ym) as period, 'M' as period_kind, r.column_group,
  ${time('r.filed_at')} as filed_at, r.version,
    ${MAIN_COLUMNS.map((name, at) => `r.m${two(at + 1)} as ${name}_m${two(at + 1)}`).join(', ')}
  from (select * from (select * exclude (ym), ym as filed_ym, greatest(ym, first_ym()) as ym from vat_return) where ${months}) as r
    join firm as f using (firm)`;

const schedule1 = (months: string): string => `select f.taxpayer_id, period_of(r.ym) as period, r.version, r.row_no, r.special_sales as special_sales_c01,
  r.special_tax as special_tax_c02, r.other_sales as other_invoice_sales_c03,
    r.other_tax as other_invoice_tax_c04, r.uninvoiced_sales as uninvoiced_sales_c05, r.uninvoiced_tax as uninvoiced_tax_c06,
      r.audit_sales as audit_sales_c07, r.audit_tax as audit_tax_c08,
    (r.total_sales)::decimal(18, 2) as total_sales_c09, (r.total_tax)::decimal(18, 2) as total_tax_c10,
      (r.total_sales + r.total_tax)::decimal(18, 2) as total_with_tax_c11,
    r.deduction as deduction_c12, (r.total_sales + r.total_tax - r.deduction)::decimal(18, 2) as net_with_tax_c13, r.net_tax as net_tax_c14
  from (select *, special_sales + other_sales + uninvoiced_sales + audit_sales as total_sales,
    special_tax + other_tax + uninvoiced_tax + audit_tax as total_tax from sales_row where ${months}) as r join firm as f using (firm)`;

const schedule2 = (months: string): string => `select f.taxpayer_id, period_of(r.ym) as period, r.version, r.row_no, r.documents as document_count, r.amount,
  r.tax
  from (select * from input_row where ${months}) as r join firm as f using (firm)`;

const claims = (): string => `select c.application_id, f.taxpayer_id, ${time('c.applied_at')} as applied_at, ${time('c.accepted_at')} as accepted_at,
  period_of(c.ym) as claim_period, c.lane, c.claimed_size,
    c.claimed_industry_share::decimal(9, 6) as claimed_industry_share, c.claimed_ratio::decimal(9, 6) as claimed_ratio, c.claimed_credit, c.claimed_amount,
      c.claimed_stock_amount, c.claimed_increment_amount,
    c.export_refund_pending, c.arrears_offset_amount, c.decision, ${time('c.decided_at')} as decided_at, ${time('c.suspended_at')} as suspended_at,
      ${time('c.resumed_at')} as resumed_at, c.paid_on, c.paid_amount, c.repaid_on, c.repaid_amount
  from claim as c join firm as f using (firm)`;

const levyRefunds = (): string => `select f.taxpayer_id, l.document_no, l.refunded_on, 'immediate' as regime, l.amount from levy_refund as l
  join firm as f using (firm)`;

export const filingOutputs: readonly OutputTable[] = [
  { table: 'input_uses', select: uses, orderBy: 'buyer_id, period, invoice_number, invoice_code', isMonthly: true },
  { table: 'exception_vouchers', select: exceptions, orderBy: 'invoice_number, invoice_code, listed_on', isMonthly: false },
  { table: 'vat_returns', select: returns, orderBy: 'taxpayer_id, period, column_group, version', isMonthly: true },
  { table: 'vat_return_schedule1', select: schedule1, orderBy: 'taxpayer_id, period, row_no, version', isMonthly: true },
  { table: 'vat_return_schedule2', select: schedule2, orderBy: 'taxpayer_id, period, row_no, version', isMonthly: true },
  smallReturnsOutput,
  { table: 'refund_applications', select: claims, orderBy: 'application_id', isMonthly: false },
  { table: 'levy_refunds', select: levyRefunds, orderBy: 'taxpayer_id, document_no', isMonthly: false },
];
