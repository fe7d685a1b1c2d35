/** Rows as CSV text: LF, quotes only where needed, money in yuan. */
import type { Claim } from './claims.ts';
import type { VatReturn } from './returns.ts';
import type { SmallReturn } from './small-returns.ts';
import { at, periodOf } from './calendar.ts';
import type { ExceptionVoucher } from './uses.ts';
import { yuan } from './world.ts';
import type { Cell, Firm, InputUse, Invoice, OtherVoucher, Table } from './world.ts';

export function csvCell(cell: Cell): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvText(table: Table): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

export function tableOf(columns: string, rows: Cell[][]): Table {
  return { columns: columns.trim().split(/\s+/), rows };
}

export function taxpayersTable(firms: readonly Firm[]): Table {
  return tableOf(
    `taxpayer_id taxpayer_name entity_kind vat_status general_from registered_on industry_code registered_capital paid_in_capital
     address_key district_code tax_authority_code status status_from export_method agent_id head_office_id`,
    firms.map((firm) => [
      firm.id, firm.name, firm.entityKind, firm.vatStatus, firm.generalFrom, firm.registeredOn, firm.industry.code,
      yuan(firm.capital), yuan(Math.round(firm.capital * 0.6)), firm.address, firm.district, `1${firm.district}00`,
      firm.status, firm.statusFrom, firm.exportMethod, firm.agentId, '',
    ]),
  );
}

/** Names stand beside parties without an id only; leaving out the others keeps the sample small. */
export function invoicesTable(invoices: readonly Invoice[]): Table {
  const nameOf = (firm: Firm | null, given: string): string => (firm === null ? given : '');
  const ratio = (percent: number): string => String(percent / 100);
  return tableOf(
    `invoice_code invoice_number invoice_kind seller_id seller_name buyer_id buyer_name issued_at amount tax total tax_rate status
     blue_invoice_code blue_invoice_number red_reason ticket_cap issued_by_authority`,
    invoices.map((each) => [
      each.code, each.number, each.kind, each.seller?.id ?? '', nameOf(each.seller, each.sellerName), each.buyer?.id ?? '', nameOf(each.buyer, each.buyerName),
      each.time === '' ? each.day : `${each.day} ${each.time}`, yuan(each.amount), yuan(each.tax), yuan(each.amount + each.tax), ratio(each.rate), each.status,
      each.blue?.code ?? '', each.blue?.number ?? '', each.redReason, each.ticketCap === 0 ? '' : yuan(each.ticketCap), each.byAuthority ? 'true' : '',
    ]),
  );
}

/** One line an invoice, now and then two; most invoices of small shops carry none. */
export function linesTable(invoices: readonly Invoice[]): Table {
  const rows: Cell[][] = [];
  for (const [index, each] of invoices.entries()) {
    if (each.status === 'void' || (each.seller?.vatStatus === 'small' && index % 5 !== 0)) continue;
    const first = index % 25 === 0 ? Math.round(each.amount * 0.6) : each.amount;
    const firstTax = first === each.amount ? each.tax : Math.round(each.tax * 0.6);
    const parts = [[first, firstTax], [each.amount - first, each.tax - firstTax]].filter(([amount]) => amount !== 0);
    for (const [position, [amount = 0, tax = 0]] of parts.entries()) {
      const quantity = Math.max(1, Math.round(Math.abs(amount) / 100 / each.good.priceYuan)) * Math.sign(amount);
      rows.push([each.code, each.number, position + 1, each.good.code, each.good.name, each.good.unit, quantity, (amount / 100 / quantity).toFixed(2), yuan(amount), String(each.rate / 100), yuan(tax), each.rate === 0 ? 'exempt' : '']);
    }
  }
  return tableOf('invoice_code invoice_number line_no goods_code goods_name unit quantity unit_price amount tax_rate tax levy_method', rows);
}

export function usesTable(uses: readonly InputUse[]): Table {
  return tableOf(
    'invoice_code invoice_number buyer_id invoice_kind period purpose effective_tax confirmed_at',
    uses.map((use) => [use.invoice.code, use.invoice.number, use.buyer.id, use.invoice.kind, periodOf(use.month), use.purpose, yuan(use.tax), use.confirmedOn]),
  );
}

export function vouchersTable(vouchers: readonly OtherVoucher[]): Table {
  return tableOf(
    'taxpayer_id period voucher_type voucher_no counterparty_id importer_id tax match_status is_deducted',
    vouchers.map((each) => [each.firm.id, periodOf(each.month), each.type, each.number, '', each.type === 'customs' ? each.firm.id : '', yuan(each.tax), each.type === 'customs' ? 'matched' : '', 'true']),
  );
}

export function exceptionsTable(vouchers: readonly ExceptionVoucher[]): Table {
  return tableOf(
    'invoice_code invoice_number listed_on reason notified_on verification_requested_on lifted_on',
    vouchers.map((each) => [each.invoice.code, each.invoice.number, each.listedOn, each.reason, each.notifiedOn, '', each.liftedOn]),
  );
}

const MAIN = `1 sales_general 2 goods_sales 5 sales_simple 7 export_sales 8 exempt_sales 11 output_tax 12 input_tax 13 opening_credit
  14 input_transferred_out 15 export_refundable 16 audit_tax 17 deductible_total 18 deducted 19 tax_payable 20 closing_credit 21 simple_tax
  23 tax_reduction 24 tax_total 25 opening_unpaid 26 export_slip_refund 27 paid 28 prepaid 29 export_slip_prepaid 30 paid_previous 31 paid_arrears 32 closing_unpaid 33 arrears 34 due_or_refund
  39 urban_tax 40 education_fee 41 local_education_fee`.trim().split(/\s+/);
const MAIN_ROWS = MAIN.filter((_, index) => index % 2 === 0).map(Number);
const MAIN_COLUMNS = MAIN_ROWS.map((row, index) => `${MAIN[index * 2 + 1] ?? ''}_m${String(row).padStart(2, '0')}`);

export function vatReturnsTable(returns: readonly VatReturn[]): Table {
  return tableOf(
    `taxpayer_id period period_kind column_group filed_at version ${MAIN_COLUMNS.join(' ')}`,
    returns.map((each) => [
      each.firm.id, periodOf(each.month), 'M', each.firm.levyRefund ? 'levy_refund' : 'general', each.filedAt, each.version,
      ...MAIN_ROWS.map((row) => yuan(each.rows[row] ?? 0)),
    ]),
  );
}

export function schedule1Table(returns: readonly VatReturn[]): Table {
  const rows: Cell[][] = [];
  for (const each of returns) {
    for (const [number, row] of each.sales) {
      const sales = row.special + row.other + row.uninvoiced;
      // an empty row says nothing where another row is filed
      if (sales === 0 && each.sales.size > 1) continue;
      const tax = row.specialTax + row.otherTax + row.uninvoicedTax;
      const amounts = [row.special, row.specialTax, row.other, row.otherTax, row.uninvoiced, row.uninvoicedTax, sales, tax, sales + tax];
      rows.push([each.firm.id, periodOf(each.month), each.version, number, ...amounts.map(yuan)]);
    }
  }
  return tableOf(
    `taxpayer_id period version row_no special_sales_c01 special_tax_c02 other_invoice_sales_c03 other_invoice_tax_c04
     uninvoiced_sales_c05 uninvoiced_tax_c06 total_sales_c09 total_tax_c10 total_with_tax_c11`, rows);
}

export function schedule2Table(returns: readonly VatReturn[]): Table {
  const rows: Cell[][] = [];
  for (const each of returns) {
    for (const [number, row] of each.input) rows.push([each.firm.id, periodOf(each.month), each.version, number, row.count === 0 ? '' : row.count, row.amount === 0 || ['2', '10', '12', '13'].includes(number) ? '' : yuan(row.amount), yuan(row.tax)]);
  }
  return tableOf('taxpayer_id period version row_no document_count amount tax', rows);
}

const SMALL = `sales_3pct special_sales_3pct other_invoice_sales_3pct sales_5pct special_sales_5pct other_invoice_sales_5pct used_asset_sales
  used_asset_invoiced exempt_sales micro_exempt_sales below_threshold_sales other_exempt_sales export_exempt_sales export_invoiced_sales
  tax_payable tax_reduction exempt_tax micro_exempt_tax below_threshold_tax tax_total prepaid due urban_tax education_fee local_education_fee`.trim().split(/\s+/);

export function smallReturnsTable(returns: readonly SmallReturn[]): Table {
  const columns = SMALL.map((name, index) => `${name}_q${String(index + 1).padStart(2, '0')}`);
  return tableOf(
    `taxpayer_id period period_kind item_group filed_at version ${columns.join(' ')}`,
    returns.map((each) => [each.firm.id, periodOf(each.month), 'Q', 'all', each.filedAt, 1, ...columns.map((_, index) => yuan(each.rows[index + 1] ?? 0))]),
  );
}

export function claimsTable(claims: readonly Claim[]): Table {
  return tableOf(
    `application_id taxpayer_id applied_at accepted_at claim_period lane claimed_industry_share claimed_ratio claimed_credit claimed_amount
     claimed_increment_amount export_refund_pending arrears_offset_amount decision decided_at suspended_at resumed_at paid_on paid_amount repaid_on repaid_amount`,
    claims.map((each) => [
      each.id, each.firm.id, each.appliedAt, each.acceptedAt, periodOf(each.month), each.lane, '1', String(each.ratioBasisPoints / 10_000),
      yuan(each.credit), yuan(each.amount), yuan(each.amount), '0', '0', each.decision, each.decidedAt,
      each.decision === 'suspended' ? at(each.appliedAt.slice(0, 10), 18, 30) : '', '', each.paidOn, each.paidAmount === 0 ? '' : yuan(each.paidAmount), '', '',
    ]),
  );
}
