import { compare, declareUse, indexMonths } from './returns.ts';
import type { MonthFigures, Use } from './returns.ts';
import { fenOf } from './source.ts';
import type { CumcmSource, SourceInvoice } from './source.ts';

/** Faults to plant, each in one firm. Whatever is planted, the firm's chain of returns stays consistent in itself. */
export interface PlantedFaults {
  /** Leaves this share (default 0.2) of the firm's sales and output tax out of its returns, month by month. */
  readonly leaveOutOutput?: { readonly firm: string; readonly share?: number };
  /** Deducts the firm's largest received void invoice in its month of issue; with `confirmed: false` only the return says so. */
  readonly claimVoid?: { readonly firm: string; readonly confirmed?: boolean };
  /** Deducts the firm's largest received invoice once more in its next period; with `confirmed: false` only the return says so. */
  readonly claimTwice?: { readonly firm: string; readonly confirmed?: boolean };
}

/** Changes `figures` in place and returns the uses with the planted ones added. Throws when the firm has no fitting invoice. */
export function plantFaults(source: CumcmSource, figures: readonly MonthFigures[], uses: readonly Use[], faults: PlantedFaults): Use[] {
  const planted = [...uses];
  const plant = (use: Use, confirmed: boolean): void => {
    declareUse(indexMonths(figures)(use.invoice.firm, use.period), use);
    if (confirmed) planted.push(use);
  };
  if (faults.leaveOutOutput !== undefined) leaveOut(figures, faults.leaveOutOutput.firm, faults.leaveOutOutput.share ?? 0.2);
  if (faults.claimVoid !== undefined) {
    const invoice = largest(source.invoices.filter((one) => isReceived(one, faults.claimVoid?.firm) && one.status === 'void'), 'void');
    plant({ invoice, period: invoice.issuedOn.slice(0, 7), tax: fenOf(invoice.taxText) }, faults.claimVoid.confirmed ?? true);
  }
  if (faults.claimTwice !== undefined) {
    const { firm } = faults.claimTwice;
    const later = (period: string): string | undefined =>
      figures.filter((month) => month.firm === firm && month.period > period).map((month) => month.period).sort(compare)[0];
    const candidates = uses.filter((use) => use.invoice.firm === firm && later(use.period) !== undefined);
    const invoice = largest(candidates.map((use) => use.invoice), 'deducted');
    const period = later(invoice.issuedOn.slice(0, 7)) ?? '';
    plant({ invoice, period, tax: fenOf(invoice.taxText) }, faults.claimTwice.confirmed ?? true);
  }
  return planted;
}

function leaveOut(figures: readonly MonthFigures[], firm: string, share: number): void {
  const months = figures.filter((month) => month.firm === firm && month.sales > 0);
  if (months.length === 0) throw new Error(`${firm} has no month with sales; nothing can be left out.`);
  for (const month of months) {
    month.sales -= Math.round(month.sales * share);
    month.outputTax -= Math.round(month.outputTax * share);
  }
}

function isReceived(invoice: SourceInvoice, firm: string | undefined): boolean {
  return invoice.firm === firm && invoice.direction === 'in' && fenOf(invoice.taxText) > 0;
}

function largest(invoices: readonly SourceInvoice[], kind: string): SourceInvoice {
  const [first] = [...invoices].sort((a, b) => fenOf(b.taxText) - fenOf(a.taxText) || compare(a.number, b.number));
  if (first === undefined) throw new Error(`The firm received no ${kind} invoice with tax; choose another firm.`);
  return first;
}
