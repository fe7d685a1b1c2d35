import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whole fen: sums of money stay exact. */
export type Fen = number;

/** One invoice as one firm's book shows it. Texts are the source's own. */
export interface SourceInvoice {
  readonly firm: string;
  readonly direction: 'in' | 'out';
  readonly counterparty: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly amountText: string;
  readonly taxText: string;
  readonly totalText: string;
  readonly status: 'valid' | 'void';
}

/** One firm-month of the declarations that came with the invoices. */
export interface SourceDeclaration {
  readonly firm: string;
  readonly period: string;
  readonly sales: Fen;
  readonly outputTax: Fen;
  readonly purchases: Fen;
  readonly inputTax: Fen;
  readonly carryIn: Fen;
  readonly payable: Fen;
  readonly carryOut: Fen;
}

export interface SourceFirm {
  readonly firm: string;
  readonly kind: 'individual' | 'company';
}

export interface CumcmSource {
  readonly firms: readonly SourceFirm[];
  readonly invoices: readonly SourceInvoice[];
  readonly declarations: readonly SourceDeclaration[];
}

/** File names of the source set; tests ask for them to know whether it is there. */
export const SOURCE_FILES = {
  firms: 'cumcm_dev_taxpayers.csv',
  invoices: 'cumcm_dev_invoices.csv',
  declarations: 'cumcm_dev_declarations_derived.csv',
} as const;

/** Reads the three source files. Throws on a header, word or number that is not the known one: nothing is guessed. */
export async function readCumcm(folder: string): Promise<CumcmSource> {
  const read = async (name: string, columns: readonly string[]): Promise<string[][]> =>
    parseCsv(await readFile(join(folder, name), 'utf8'), name, columns);
  const firms = await read(SOURCE_FILES.firms, ['taxpayer', 'kind']);
  const invoices = await read(SOURCE_FILES.invoices, [
    'taxpayer', 'direction', 'counterparty', 'invoice_no', 'issue_date', 'amount', 'tax', 'total', 'status',
  ]);
  const declarations = await read(SOURCE_FILES.declarations, [
    'taxpayer', 'period', 'sales_amount', 'output_tax', 'purchase_amount', 'input_tax', 'carry_in', 'payable', 'carry_out',
  ]);
  return { firms: firms.map(toFirm), invoices: invoices.map(toInvoice), declarations: declarations.map(toDeclaration) };
}

/** Yuan text with at most two decimals as whole fen. Throws on anything else. */
export function fenOf(text: string): Fen {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/u.exec(text);
  if (match === null) throw new Error('An amount of the source is not a plain number with at most two decimals.');
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  // Minus nothing is nothing: -0 would print as "-0.00".
  return match[1] === '-' && fen !== 0 ? -fen : fen;
}

/** Whole fen as yuan text with two decimals. */
export function yuanText(fen: Fen): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function parseCsv(text: string, name: string, columns: readonly string[]): string[][] {
  if (text.includes('"')) throw new Error(`${name} holds quotes; the source known to this adapter has none.`);
  const [header, ...lines] = text.replace(/^\uFEFF/u, '').split(/\r?\n/u).filter((line) => line !== '');
  if (header !== columns.join(',')) throw new Error(`${name} has other columns than ${columns.join(', ')}.`);
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== columns.length) throw new Error(`${name} holds a row of ${cells.length} cells where ${columns.length} are expected.`);
    return cells;
  });
}

function toFirm([firm = '', kind = '']: string[]): SourceFirm {
  return { firm, kind: oneOf(kind, ['individual', 'company']) };
}

function toInvoice([firm = '', direction = '', counterparty = '', number = '', issuedOn = '', amountText = '', taxText = '', totalText = '', status = '']: string[]): SourceInvoice {
  return {
    firm, direction: oneOf(direction, ['in', 'out']), counterparty, number, issuedOn, amountText, taxText, totalText, status: oneOf(status, ['valid', 'void']),
  };
}

function toDeclaration([firm = '', period = '', ...amounts]: string[]): SourceDeclaration {
  const [sales = 0, outputTax = 0, purchases = 0, inputTax = 0, carryIn = 0, payable = 0, carryOut = 0] = amounts.map(fenOf);
  return { firm, period, sales, outputTax, purchases, inputTax, carryIn, payable, carryOut };
}

function oneOf<T extends string>(value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`A cell of the source is none of ${words.join(', ')}.`);
  return found;
}
