/**
 * A delivery read again in plain code, straight from the CSV text: what indicators.md calls R, P, W, S, OX, IX and DT, with nothing of the pipeline
 * behind it. Money is in whole fen so that sums are exact. Slow and obvious on purpose.
 */
import { csvRows, fenOf, groupBy, sum, type Row } from '../data-samples/recompute.ts';

export { fenOf, groupBy, sum, type Row };

/** One claim under test, or a taxpayer without one. */
export interface PlainSubject {
  readonly taxpayer: Row;
  readonly id: string;
  readonly claim: Row | null;
  /** P: last month of the last period under test. */
  readonly p: number;
  /** Day whose rules apply. */
  readonly ruleOn: string;
}

/** A return in force, column or item groups added: `rows` by the number of the printed row, in fen. */
export interface PlainReturn {
  readonly ym: number;
  readonly span: number;
  readonly filedOn: string;
  readonly rows: Readonly<Record<string, number>>;
  /** The same, column group general only. */
  readonly general: Readonly<Record<string, number>>;
}

/** 'YYYY-MM…' as months since year 0. */
export const ymOf = (day: string | undefined): number => Number((day ?? '').slice(0, 4)) * 12 + Number((day ?? '').slice(5, 7)) - 1;
export const dayOf = (time: string | undefined): string => (time ?? '').slice(0, 10);
export const daysBetween = (from: string, to: string): number => (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
/** The same day some months later, clipped to the end of the month. */
export function addMonths(day: string, months: number): string {
  const ym = ymOf(day) + months;
  const last = new Date(Date.UTC(Math.floor(ym / 12), (ym % 12) + 1, 0)).getUTCDate();
  return `${Math.floor(ym / 12)}-${String((ym % 12) + 1).padStart(2, '0')}-${String(Math.min(last, Number(day.slice(8, 10)))).padStart(2, '0')}`;
}
/** fen as yuan. */
export const yuan = (fen: number): number => fen / 100;
/** NULL where the denominator is not above 0. */
export const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null);

export class PlainWorld {
  readonly #text: (table: string) => string;
  readonly #tables = new Map<string, readonly Row[]>();
  readonly #indexes = new Map<string, Map<string, Row[]>>();
  readonly #returns = new Map<string, readonly PlainReturn[]>();
  #firstInvoice: number | undefined;
  readonly asOf: string;
  /** P of the run: the last month whose filing deadline passed before the as-of day. */
  readonly runP: number;

  constructor(text: (table: string) => string, asOf: string, runP: number) {
    this.#text = text;
    this.asOf = asOf;
    this.runP = runP;
  }

  rows(table: string): readonly Row[] {
    const known = this.#tables.get(table) ?? csvRows(this.#text(table));
    this.#tables.set(table, known);
    return known;
  }

  /** Rows of a table with this cell in a column. */
  of(table: string, column: string, value: string): readonly Row[] {
    const key = `${table}.${column}`;
    const index = this.#indexes.get(key) ?? groupBy(this.rows(table), (row) => row[column] ?? '');
    this.#indexes.set(key, index);
    return index.get(value) ?? [];
  }

  taxpayer(id: string): Row | undefined {
    return this.of('taxpayers', 'taxpayer_id', id)[0];
  }

  /** The subject of a result: taxpayer and application ('' for none). */
  subject(id: string, application: string): PlainSubject {
    const taxpayer = this.taxpayer(id);
    if (taxpayer === undefined) throw new Error(`no taxpayer ${id}`);
    const claim = application === '' ? null : (this.of('refund_applications', 'application_id', application)[0] ?? null);
    const isOpen = claim !== null && ['pending', 'suspended'].includes(claim.decision ?? '');
    const month = isOpen ? ymOf(claim.claim_period) : this.runP;
    const isQuarterly = this.filingSpan(id) === 3;
    return { taxpayer, id, claim, p: isQuarterly ? month - ((month + 1) % 3) : month, ruleOn: claim === null ? this.asOf : dayOf(claim.applied_at) };
  }

  /** Length of the newest period filed: 3 or 1 months. */
  filingSpan(id: string): number {
    const isSmall = this.taxpayer(id)?.vat_status === 'small';
    const filed = (isSmall ? this.smallReturns(id) : this.returns(id)).at(-1);
    return filed?.span ?? (isSmall ? 3 : 1);
  }

  /** General returns in force, oldest first. */
  returns(id: string): readonly PlainReturn[] {
    return this.#returnsOf('vat_returns', id, 'column_group', 'general', 'm', 1);
  }

  /** Small-scale returns in force, oldest first. */
  smallReturns(id: string): readonly PlainReturn[] {
    return this.#returnsOf('small_scale_returns', id, 'item_group', 'all', 'q', 3);
  }

  #returnsOf(table: string, id: string, groupColumn: string, usual: string, letter: string, usualSpan: number): readonly PlainReturn[] {
    const key = `${table}.${id}`;
    const known = this.#returns.get(key);
    if (known !== undefined) return known;
    const found = [...groupBy(newest(this.of(table, 'taxpayer_id', id), ['period', groupColumn]), (row) => row.period ?? '').values()].map((rows) => {
      const [first = {}] = rows;
      const kind = first.period_kind;
      return {
        ym: ymOf(first.period), span: kind === 'Q' ? 3 : kind === 'M' ? 1 : usualSpan, filedOn: dayOf(first.filed_at),
        rows: printedRows(rows, letter), general: printedRows(rows.filter((row) => (row[groupColumn] ?? '') === '' || row[groupColumn] === usual), letter),
      };
    });
    const ordered = found.sort((a, b) => a.ym - b.ym);
    this.#returns.set(key, ordered);
    return ordered;
  }

  /** Returns of both kinds within `months` months ending with `to`. */
  periods(id: string, to: number, months: number): readonly (PlainReturn & { readonly sales: number; readonly isGeneral: boolean })[] {
    const general = this.returns(id).map((each) => ({ ...each, isGeneral: true, sales: at(each, '01') + at(each, '05') + at(each, '07') + at(each, '08') }));
    const small = this.smallReturns(id).map((each) => ({ ...each, isGeneral: false, sales: at(each, '01') + at(each, '04') + at(each, '07') + at(each, '09') + at(each, '13') }));
    return [...general, ...small].filter(({ ym }) => ym > to - months && ym <= to);
  }

  /** Σ mNN over a window, in fen. */
  m(id: string, number: string, to: number, months: number): number {
    return sum(this.returns(id).filter(({ ym }) => ym > to - months && ym <= to).map((each) => at(each, number)));
  }

  /** S over a window, in fen. */
  sales(id: string, to: number, months: number): number {
    return sum(this.periods(id, to, months).map(({ sales }) => sales));
  }

  /** Tax of a printed row of schedule 2 in force over a window, in fen. */
  s2(id: string, row: string, to: number, months: number): number {
    return sum(newest(this.of('vat_return_schedule2', 'taxpayer_id', id), ['period', 'row_no']).filter((each) => each.row_no === row && within(each.period, to, months)).map((each) => fenOf(each.tax)));
  }

  /** Rows of schedule 1 in force over a window, without the printed rows 6, 7, 14, 15. */
  schedule1(id: string, to: number, months: number): readonly Row[] {
    return newest(this.of('vat_return_schedule1', 'taxpayer_id', id), ['period', 'row_no']).filter((each) => !['6', '7', '14', '15'].includes(each.row_no ?? '') && within(each.period, to, months));
  }

  /** Valid invoices issued by a seller in a window; purchase invoices of farm products are the buyer's. */
  sold(id: string, to: number, months: number): readonly Row[] {
    return this.of('invoices', 'seller_id', id).filter((row) => row.status !== 'void' && row.invoice_kind !== 'agri_purchase' && within(row.issued_at, to, months));
  }

  /** Valid invoices received by a buyer in a window. */
  bought(id: string, to: number, months: number): readonly Row[] {
    return this.of('invoices', 'buyer_id', id).filter((row) => row.status !== 'void' && within(row.issued_at, to, months));
  }

  isDelivered(table: string): boolean {
    return this.#text(table) !== '';
  }

  /** Deductions of a window (DT): confirmed, or where confirmations were not delivered the tax of invoices received that carry it. */
  deducted(id: string, to: number, months: number): readonly Row[] {
    if (!this.isDelivered('input_uses')) {
      const carrying = this.bought(id, to, months).filter(({ invoice_kind: kind = '', tax }) => ['special', 'motor_vehicle', 'toll', 'air', 'rail'].includes(kind) || (kind === '' && fenOf(tax) !== 0));
      return carrying.map((row) => ({ ...row, effective_tax: row.tax ?? '' }));
    }
    return this.of('input_uses', 'buyer_id', id).filter((row) => row.purpose === 'deduct' && within(row.period, to, months));
  }

  /** First month of the invoices delivered; what lies before it is unknown. */
  firstInvoiceMonth(): number {
    this.#firstInvoice ??= Math.min(...this.rows('invoices').map((row) => ymOf(row.issued_at)));
    return this.#firstInvoice;
  }

  invoice(code: string | undefined, number: string | undefined): Row | undefined {
    return this.of('invoices', 'invoice_number', number ?? '').find((row) => (row.invoice_code ?? '') === (code ?? ''));
  }

  /** Lines of an invoice. */
  lines(invoice: Row): readonly Row[] {
    return this.of('invoice_lines', 'invoice_number', invoice.invoice_number ?? '').filter((row) => (row.invoice_code ?? '') === (invoice.invoice_code ?? ''));
  }
}

export const at = (each: PlainReturn, number: string): number => each.rows[number] ?? 0;
export const within = (time: string | undefined, to: number, months: number): boolean => ymOf(time) > to - months && ymOf(time) <= to;

/** The rows of the highest version, by period and what else tells rows apart. */
export function newest(rows: readonly Row[], key: readonly string[]): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const name = key.map((column) => row[column] ?? '').join('|');
    const before = best.get(name);
    if (before === undefined || Number(row.version) > Number(before.version)) best.set(name, row);
  }
  return [...best.values()];
}

/** Amounts of the columns `…_<letter>NN`, added over rows, by NN. */
function printedRows(rows: readonly Row[], letter: string): Record<string, number> {
  const result: Record<string, number> = {};
  for (const row of rows) {
    for (const [name, cell] of Object.entries(row)) {
      const number = new RegExp(`_${letter}(\\d\\d)$`, 'u').exec(name)?.[1];
      if (number !== undefined) result[number] = (result[number] ?? 0) + fenOf(cell);
    }
  }
  return result;
}
