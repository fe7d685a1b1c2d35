import { fenOf } from './source.ts';
import type { CumcmSource, Fen, SourceInvoice } from './source.ts';

/** One confirmed use of a received invoice. */
export interface Use {
  readonly invoice: SourceInvoice;
  readonly period: string;
  readonly tax: Fen;
}

/** What one firm puts into one month's return before the chain is computed. */
export interface MonthFigures {
  readonly firm: string;
  readonly period: string;
  sales: Fen;
  outputTax: Fen;
  inputTax: Fen;
  inputDocuments: number;
  inputAmount: Fen;
  transferredOut: Fen;
}

/** Rows 11–20 of one return. */
export interface ReturnRow extends Readonly<MonthFigures> {
  readonly openingCredit: Fen;
  readonly deductible: Fen;
  readonly deducted: Fen;
  readonly payable: Fen;
  readonly closingCredit: Fen;
}

/** A firm-month in which two figures that should be equal are not; both in fen. */
export interface Disagreement {
  readonly firm: string;
  readonly period: string;
  readonly figure: string;
  readonly declared: Fen;
  readonly derived: Fen;
}

/**
 * Uses: each received invoice that is not void and carries positive tax, confirmed in the month of issue. Red ones are not
 * confirmed; their tax is transferred out.
 */
export function deriveUses(source: CumcmSource): Use[] {
  return source.invoices
    .filter((invoice) => invoice.direction === 'in' && invoice.status === 'valid' && fenOf(invoice.taxText) > 0)
    .map((invoice) => ({ invoice, period: invoice.issuedOn.slice(0, 7), tax: fenOf(invoice.taxText) }));
}

/** Figures of every declared firm-month, from the invoices. Months and their order are those of the declarations. */
export function deriveFigures(source: CumcmSource, uses: readonly Use[]): MonthFigures[] {
  const figures = source.declarations.map(({ firm, period }) => ({
    firm, period, sales: 0, outputTax: 0, inputTax: 0, inputDocuments: 0, inputAmount: 0, transferredOut: 0,
  }));
  const monthOf = indexMonths(figures);
  for (const invoice of source.invoices) {
    if (invoice.status === 'void') continue;
    const month = monthOf(invoice.firm, invoice.issuedOn.slice(0, 7));
    const tax = fenOf(invoice.taxText);
    if (invoice.direction === 'out') {
      month.sales += fenOf(invoice.amountText);
      month.outputTax += tax;
    } else if (tax < 0) {
      month.transferredOut -= tax;
    }
  }
  for (const use of uses) declareUse(monthOf(use.invoice.firm, use.period), use);
  return figures;
}

/** Adds one use to the input of a month. */
export function declareUse(month: MonthFigures, use: Use): void {
  month.inputTax += use.tax;
  month.inputDocuments += 1;
  month.inputAmount += fenOf(use.invoice.amountText);
}

/** Finds the figures of a firm-month; throws when that month was never declared. */
export function indexMonths(figures: readonly MonthFigures[]): (firm: string, period: string) => MonthFigures {
  const months = new Map(figures.map((month) => [`${month.firm}|${month.period}`, month]));
  return (firm, period) => {
    const month = months.get(`${firm}|${period}`);
    if (month === undefined) throw new Error(`The declarations have no month ${period} for ${firm}, but its invoices do.`);
    return month;
  };
}

/** Fills rows 13 and 17–20 by the form's identities, firm by firm in the order of periods; the first month opens with nothing. */
export function chainReturns(figures: readonly MonthFigures[]): ReturnRow[] {
  const closing = new Map<string, Fen>();
  const ordered = [...figures].sort((a, b) => compare(a.firm, b.firm) || compare(a.period, b.period));
  return ordered.map((month) => {
    const openingCredit = closing.get(month.firm) ?? 0;
    const deductible = month.inputTax + openingCredit - month.transferredOut;
    const deducted = Math.min(deductible, month.outputTax);
    const closingCredit = deductible - deducted;
    closing.set(month.firm, closingCredit);
    return { ...month, openingCredit, deductible, deducted, payable: month.outputTax - deducted, closingCredit };
  });
}

/** Compares every figure of the declarations with the return derived for it. */
export function findDisagreements(source: CumcmSource, rows: readonly ReturnRow[]): Disagreement[] {
  const derived = new Map(rows.map((row) => [`${row.firm}|${row.period}`, row]));
  return source.declarations.flatMap((declaration) => {
    const { firm, period } = declaration;
    const row = derived.get(`${firm}|${period}`);
    if (row === undefined) throw new Error(`No return was derived for ${firm} ${period}.`);
    const pairs: [string, Fen, Fen][] = [
      ['sales', declaration.sales, row.sales],
      ['output tax', declaration.outputTax, row.outputTax],
      ['input tax', declaration.inputTax, row.inputTax - row.transferredOut],
      ['carry in', declaration.carryIn, row.openingCredit],
      ['payable', declaration.payable, row.payable],
      ['carry out', declaration.carryOut, row.closingCredit],
    ];
    return pairs
      .filter(([, declared, own]) => declared !== own)
      .map(([figure, declared, own]) => ({ firm, period, figure, declared, derived: own }));
  });
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
