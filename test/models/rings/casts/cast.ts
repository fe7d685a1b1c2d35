import type { CaseRow } from '../../../../indicators/loader/case-rows.ts';
import type { Engine } from '../../../../pipeline/engine/engine.ts';
import { taxpayers, words, type Given } from '../ring-world.ts';

export interface Sale {
  readonly pair: string;
  /** A day of 2026 as `05-29`, or a whole date. */
  readonly day: string;
  readonly amount: number;
  /** Goods code, or the first digits of one; a sale without has no line. */
  readonly goods?: string;
  readonly price?: number;
  readonly tax?: number;
  readonly status?: string;
}

/** Who plays in one case, and what is known of them. Ids are letters of the case: cases of one world share nobody. */
export interface Cast {
  /** Taxpayers by their ids: general and registered in 2015 unless said otherwise; `staff` is their insured staff. */
  readonly firms: Readonly<Record<string, CaseRow>>;
  readonly sales: readonly Sale[];
  /** Rows of further tables. */
  readonly more?: Given;
}

export const sold = (pair: string, day: string, amount: number, more: Partial<Sale> = {}): Sale => ({ pair, day, amount, ...more });

/** The same facts for several taxpayers: `each('A B', { staff: 5 })`. */
export const each = (ids: string, facts: CaseRow = {}): Record<string, CaseRow> => Object.fromEntries(ids.split(' ').map((id) => [id, facts]));

/** `S1 … Sn` as words. */
export const numbered = (letter: string, count: number): string => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`).join(' ');

/** One legal representative for all of these. */
export const representative = (ids: string): CaseRow[] =>
  ids.split(' ').map((taxpayer_id) => ({ taxpayer_id, person_key: 'P', role: 'legal_representative', valid_from: '2020-01-01' }));

/** One device on which all of these file. */
export const device = (ids: string): CaseRow[] => ids.split(' ').map((taxpayer_id) => ({ taxpayer_id, occurred_at: '2026-05-04', event_kind: 'file', device_id: 'D' }));

/** One address on the net from which all of these file; the number tells cases apart. */
export const network = (ids: string, number = 1): CaseRow[] =>
  ids.split(' ').map((taxpayer_id) => ({ taxpayer_id, occurred_at: '2026-07-04', event_kind: 'file', ip_address: `10.1.1.${number}` }));

/** A claim for a refund. */
export const claim = (taxpayer_id: string, claimed_amount = 80_000): CaseRow =>
  ({ taxpayer_id, application_id: taxpayer_id, lane: 'other', applied_at: '2026-06-20', claim_period: '2026-05', claimed_amount });

const NAMES = [
  'taxpayer_id', 'seller_id', 'buyer_id', 'agent_id', 'person_key', 'address_key', 'device_id', 'voucher_no', 'declaration_no', 'application_id',
] as const;

/** The tables in which all cases stand side by side: what belongs to a case is called `CASE-…`. */
export function staged(casts: Readonly<Record<string, Cast>>): Given {
  const tables: Record<string, CaseRow[]> = { taxpayers: [], invoices: [], invoice_lines: [], headcounts: [] };
  for (const [name, { firms, sales, more = {} }] of Object.entries(casts)) {
    const add = (table: string, rows: readonly CaseRow[]): void => { (tables[table] ??= []).push(...rows.map((row) => renamed(name, row))); };
    for (const { staff, ...row } of taxpayers(firms)) {
      add('taxpayers', [row]);
      if (staff !== undefined) add('headcounts', [{ taxpayer_id: row['taxpayer_id'] ?? '', month: '2026-05', insured_count: staff }]);
    }
    for (const sale of sales) {
      const number = (tables['invoices']?.length ?? 0) + 1;
      add('invoices', [invoiceRow(sale, number)]);
      if (sale.goods !== undefined) add('invoice_lines', [lineRow(sale, sale.goods, number)]);
    }
    for (const [table, rows] of Object.entries(more)) add(table, rows);
  }
  return tables;
}

function renamed(name: string, row: CaseRow): CaseRow {
  return { ...row, ...Object.fromEntries(NAMES.filter((column) => (row[column] ?? '') !== '').map((column) => [column, `${name}-${row[column]}`])) };
}

function invoiceRow({ pair, day, amount, tax = 0, status = 'normal' }: Sale, number: number): CaseRow {
  const [seller_id = '', buyer_id = ''] = pair.split('>');
  return { invoice_number: number, seller_id, buyer_id, issued_at: day.length === 5 ? `2026-${day}` : day, amount, tax, status };
}

function lineRow({ amount, tax = 0, price }: Sale, goods: string, number: number): CaseRow {
  return { invoice_number: number, line_no: 1, goods_code: goods, unit: 'piece', unit_price: price ?? null, quantity: price === undefined ? null : amount / price, amount, tax };
}

/** Rings of a case with all their parties: `burst_and_vanish: B beneficiary, S1 issuer, S2 issuer`; further kinds follow the main one after a plus. */
export const ringsOf = (engine: Engine, name: string): Promise<string[]> => words(engine, `
  with kinds as (select ring_no, string_agg(kind, '+' order by place) as kinds from ring_kind group by ring_no)
  select k.kinds || ': ' || string_agg(replace(n.party_id, '${name}-', '') || ' ' || p.role, ', ' order by n.party_id) as ring
  from ring_part as p join parties as n on n.party_key = p.party_key join kinds as k on k.ring_no = p.ring_no
  group by p.ring_no, k.kinds having bool_or(starts_with(n.party_id, '${name}-')) order by ring asc nulls last`);
