/**
 * Turns 16,736 real, anonymised invoices of 24 firms into a delivery of our contract.
 *
 * Real, row for row and with its texts untouched: parties, invoice numbers (leading zeros lost), dates, amounts, taxes, totals,
 * void marks, negative invoices that are not marked red. There are no invoice codes, no invoice kinds, no names, no 18-character
 * ids: load with `--set ingest.id_profile=opaque`. `direction` says on which side the book's owner stands.
 *
 * Derived, not observed: the returns. The source's declarations were themselves computed from the invoices; ours repeat its
 * sales, output tax and carry, and split its net input tax into row 12 (received invoices with positive tax) and row 14 (tax of
 * received negative invoices, schedule 2 row 20). All output stands on row 1 and row 11, as the declarations have it, also that
 * of firms whose rates look like small-scale ones. Uses are derived too: confirmed for deduction in the month of issue. Nothing is known of
 * registration, tax status, industry or credit rating, and nothing is made up.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plantFaults } from './plant.ts';
import type { PlantedFaults } from './plant.ts';
import { chainReturns, deriveFigures, deriveUses, findDisagreements } from './returns.ts';
import type { Disagreement, ReturnRow, Use } from './returns.ts';
import { readCumcm, yuanText } from './source.ts';
import type { CumcmSource, SourceInvoice } from './source.ts';

export interface AdaptReport {
  /** Data rows written, per table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Firm-months where the source's declaration differs from what its invoices give, before any fault is planted. */
  readonly disagreements: readonly Disagreement[];
}

/** Writes the delivery into `outDir`. Throws when the source is not the known one or a planted fault fits no invoice. */
export async function adaptCumcm(sourceDir: string, outDir: string, options: { plant?: PlantedFaults } = {}): Promise<AdaptReport> {
  const source = await readCumcm(sourceDir);
  const honestUses = deriveUses(source);
  const figures = deriveFigures(source, honestUses);
  const disagreements = findDisagreements(source, chainReturns(figures));
  const uses = plantFaults(source, figures, honestUses, options.plant ?? {});
  const returns = chainReturns(figures);
  const tables = {
    taxpayers: taxpayerLines(source),
    invoices: invoiceLines(source),
    vat_returns: returnLines(returns),
    vat_return_schedule2: schedule2Lines(returns),
    input_uses: useLines(uses),
  };
  await mkdir(outDir, { recursive: true });
  for (const [table, lines] of Object.entries(tables)) await writeFile(join(outDir, `${table}.csv`), `${lines.join('\n')}\n`);
  return { rows: Object.fromEntries(Object.entries(tables).map(([table, lines]) => [table, lines.length - 1])), disagreements };
}

function taxpayerLines(source: CumcmSource): string[] {
  return [
    'taxpayer_id,taxpayer_name,entity_kind',
    ...source.firms.map(({ firm, kind }) => [firm, firm, kind === 'company' ? 'enterprise' : 'individual'].join(',')),
  ];
}

function sellerAndBuyer({ firm, direction, counterparty }: SourceInvoice): [string, string] {
  return direction === 'out' ? [firm, counterparty] : [counterparty, firm];
}

function invoiceLines(source: CumcmSource): string[] {
  return [
    'invoice_number,seller_id,buyer_id,issued_at,amount,tax,total,status,book_owner_id',
    ...source.invoices.map((invoice) =>
      [
        invoice.number, ...sellerAndBuyer(invoice), invoice.issuedOn, invoice.amountText, invoice.taxText, invoice.totalText,
        invoice.status === 'void' ? '作废发票' : '有效发票', invoice.firm,
      ].join(','),
    ),
  ];
}

function returnLines(rows: readonly ReturnRow[]): string[] {
  return [
    'taxpayer_id,period,sales_general_m01,output_tax_m11,input_tax_m12,opening_credit_m13,input_transferred_out_m14,' +
      'export_refundable_m15,audit_tax_m16,deductible_total_m17,deducted_m18,tax_payable_m19,closing_credit_m20',
    ...rows.map((row) =>
      [
        row.firm, row.period,
        ...[
          row.sales, row.outputTax, row.inputTax, row.openingCredit, row.transferredOut, 0, 0, row.deductible, row.deducted, row.payable, row.closingCredit,
        ].map(yuanText),
      ].join(','),
    ),
  ];
}

function schedule2Lines(rows: readonly ReturnRow[]): string[] {
  const printed = rows.flatMap((row) => {
    const input = [String(row.inputDocuments), yuanText(row.inputAmount), yuanText(row.inputTax)];
    const transferred = ['', '', yuanText(row.transferredOut)];
    const own: [string, string[]][] = [['1', input], ['2', input], ['12', input], ['13', transferred], ['20', transferred]];
    return own.map(([rowNumber, cells]) => [row.firm, row.period, rowNumber, ...cells].join(','));
  });
  return ['taxpayer_id,period,row_no,document_count,amount,tax', ...printed];
}

function useLines(uses: readonly Use[]): string[] {
  return [
    'invoice_number,buyer_id,seller_id,period,purpose,effective_tax',
    ...uses.map(({ invoice, period, tax }) => [invoice.number, invoice.firm, invoice.counterparty, period, 'deduct', yuanText(tax)].join(',')),
  ];
}
