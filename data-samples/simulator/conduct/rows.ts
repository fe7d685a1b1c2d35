/** What the scripts write, gathered before it goes to the database in bulk. */
import type { Behaviour } from './behaviours.ts';
import type { Firm } from './cast.ts';

export type Side = 'sell' | 'buy';
export type KeyKind = 'legal_representative' | 'finance_officer' | 'filing_clerk' | 'investor' | 'phone' | 'device' | 'ip';
export type Role = 'issuer' | 'conduit' | 'beneficiary' | 'controller' | 'member' | 'single';
export type Parameter = string | number | boolean | readonly Parameter[] | { readonly [name: string]: Parameter };
export type Parameters = Readonly<Record<string, Parameter>>;

export interface KeyRow {
  readonly firm: number; readonly kind: KeyKind; readonly value: string; readonly from: string; readonly to: string | null; readonly equity: number | null,
}
export interface GoodRow { readonly firm: number; readonly side: Side; readonly good: number; readonly share: number }
export interface InvestmentRow { readonly firm: number; readonly ym: number; readonly good: number; readonly amountYuan: number }
export interface ConductRow { readonly firm: number; readonly behaviour: Behaviour; readonly fromYm: number; readonly toYm: number; readonly strength: number }
export interface OrderRow {
  readonly groupId: string;
  readonly seller: number;
  readonly buyer: number | null;
  readonly partyName: string | null;
  readonly day: string;
  readonly second: number | null;
  readonly amountYuan: number;
  readonly good: number;
  readonly kind: string | null;
  readonly priceFactor: number;
  readonly isPaper: boolean;
}
export interface LabelRow {
  readonly firm: number; readonly archetype: string; readonly role: Role; readonly ringId: string | null; readonly fromYm: number; readonly toYm: number,
}
export interface RingRow { readonly ringId: string; readonly archetype: string; readonly parameters: Parameters }
export interface LookalikeRow {
  readonly firm: number; readonly kind: string; readonly groupId: string; readonly role: string; readonly fromYm: number; readonly toYm: number,
}

/** Rows of all scripts in the order in which they were written. */
export interface ConductRows {
  readonly firms: Map<number, Firm>;
  /** Firm and kind whose keys of the ordinary life are replaced, as `firm/kind`. */
  readonly newKeys: Set<string>;
  readonly keys: KeyRow[];
  /** Firm and side whose goods of the ordinary life are replaced, as `firm/side`. */
  readonly newGoods: Set<string>;
  readonly goods: GoodRow[];
  /** Firms whose ordinary investments never happen. */
  readonly withoutInvestment: Set<number>;
  readonly investments: InvestmentRow[];
  readonly conduct: ConductRow[];
  readonly orders: OrderRow[];
  readonly labels: LabelRow[];
  readonly rings: RingRow[];
  readonly lookalikes: LookalikeRow[];
}

export function emptyRows(): ConductRows {
  return {
    firms: new Map(), newKeys: new Set(), keys: [], newGoods: new Set(), goods: [], withoutInvestment: new Set(), investments: [],
    conduct: [], orders: [], labels: [], rings: [], lookalikes: [],
  };
}
