import type { Good, Industry } from './goods.ts';

/** All money inside the generator is whole fen; files carry yuan. */
export type Fen = number;

export type VatStatus = 'general' | 'small' | '';

export interface Firm {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly internal: boolean;
  readonly entityKind: string;
  readonly vatStatus: VatStatus;
  generalFrom: string;
  registeredOn: string;
  readonly industry: Industry;
  readonly capital: Fen;
  address: string;
  readonly district: string;
  status: string;
  statusFrom: string;
  exportMethod: string;
  agentId: string;
  /** Usual monthly sales before season and noise. */
  monthlySales: Fen;
  /** First and last month with ordinary trade. */
  activeFrom: number;
  activeTo: number;
  levyRefund: boolean;
  legacyUntil: number;
  suppliers: Map<string, Firm[]>;
}

export interface Invoice {
  code: string;
  number: string;
  kind: string;
  seller: Firm | null;
  buyer: Firm | null;
  sellerName: string;
  buyerName: string;
  day: string;
  /** `HH:MM:SS`, or empty when only the date is known. */
  time: string;
  amount: Fen;
  tax: Fen;
  rate: number;
  good: Good;
  status: 'normal' | 'void' | 'red' | 'reversed';
  blue: Invoice | null;
  redReason: string;
  ticketCap: Fen;
  byAuthority: boolean;
}

export interface InputUse {
  readonly invoice: Invoice;
  readonly buyer: Firm;
  readonly month: number;
  readonly purpose: 'deduct' | 'not_deduct';
  readonly tax: Fen;
  readonly confirmedOn: string;
}

export interface OtherVoucher {
  readonly firm: Firm;
  readonly month: number;
  readonly type: 'customs' | 'agricultural';
  readonly number: string;
  readonly tax: Fen;
  readonly base: Fen;
}

export type Cell = string | number;
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Cell[][];
}

export interface Options {
  readonly seed: number;
  readonly taxpayers: number;
  readonly months: number;
  /** Off: an honest province, for the checks that nothing is found in it. */
  readonly plants: boolean;
}

/** One line of truth/labels.csv. */
export interface Label {
  readonly firm: Firm;
  readonly label: 'fraud' | 'innocent';
  readonly kind: string;
  readonly role: string;
  readonly ringId: string;
  readonly codes: string;
}

export const LAST_PERIOD = '2026-10';
export const CUTOFF = '2026-11-15';

export const fen = (yuan: number): Fen => Math.round(yuan * 100);

/** Fen as yuan text without needless zeros: 1234.5, 12, -0.07. */
export function yuan(amount: Fen): string {
  const sign = amount < 0 ? '-' : '';
  const size = Math.abs(amount);
  const rest = size % 100;
  const decimals = rest === 0 ? '' : rest % 10 === 0 ? `.${rest / 10}` : `.${String(rest).padStart(2, '0')}`;
  return `${sign}${Math.floor(size / 100)}${decimals}`;
}

export const taxOf = (amount: Fen, ratePercent: number): Fen => Math.round((amount * ratePercent) / 100);
export const total = (values: Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};
