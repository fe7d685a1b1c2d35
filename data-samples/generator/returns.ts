/** Returns of general taxpayers, derived from invoices and confirmed uses through the rows of the form. */
import { at, dayIn, monthNumber, monthOfDay, workingDay } from './calendar.ts';
import { planClaim } from './claims.ts';
import type { Claim } from './claims.ts';
import type { Economy } from './economy.ts';
import type { Random } from './random.ts';
import type { Roles } from './roles.ts';
import { lastFiledMonth } from './uses.ts';
import type { ExceptionVoucher } from './uses.ts';
import { fen, taxOf, total } from './world.ts';
import type { Fen, Firm, InputUse, Invoice, OtherVoucher } from './world.ts';

export interface SalesRow {
  special: Fen;
  specialTax: Fen;
  other: Fen;
  otherTax: Fen;
  uninvoiced: Fen;
  uninvoicedTax: Fen;
}

export interface InputRow {
  count: number;
  amount: Fen;
  tax: Fen;
}

export interface VatReturn {
  readonly firm: Firm;
  readonly month: number;
  readonly version: number;
  readonly filedAt: string;
  /** Rows of the main form by their printed number. */
  readonly rows: Record<number, Fen>;
  readonly sales: Map<string, SalesRow>;
  readonly input: Map<string, InputRow>;
}

export interface Sources {
  readonly economy: Economy;
  readonly roles: Roles;
  readonly invoices: readonly Invoice[];
  readonly uninvoiced: ReadonlyMap<string, Fen>;
  readonly uses: readonly InputUse[];
  readonly vouchers: readonly OtherVoucher[];
  readonly exceptions: readonly ExceptionVoucher[];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Row of schedule 1 for a sale: by rate, goods apart from services; exports 16, exempt 18. */
function salesRowNumber(goodsCode: string, rate: number, exporter: boolean): string {
  if (rate === 0) return exporter ? '16' : '18';
  const isGoods = goodsCode.startsWith('1') || goodsCode.startsWith('2');
  if (rate === 13) return isGoods ? '1' : '2';
  if (rate === 9) return isGoods ? '3' : '4';
  return '5';
}

export class ReturnOffice {
  readonly returns: VatReturn[] = [];
  readonly claims: Claim[] = [];
  private readonly sold: Map<string, Invoice[]>;
  private readonly used: Map<string, InputUse[]>;
  private readonly vouchers: Map<string, OtherVoucher[]>;
  private readonly useOf: Map<Invoice, InputUse>;

  constructor(private readonly sources: Sources, private readonly random: Random) {
    this.sold = grouped(sources.invoices.filter((each) => each.status !== 'void' && !each.byAuthority && each.kind !== 'agri_purchase'), (each) => `${each.seller?.id ?? ''}/${monthOfDay(each.day)}`);
    this.used = grouped(sources.uses.filter((use) => use.purpose === 'deduct'), (use) => `${use.buyer.id}/${use.month}`);
    this.vouchers = grouped(sources.vouchers, (each) => `${each.firm.id}/${each.month}`);
    this.useOf = new Map(sources.uses.filter((use) => use.purpose === 'deduct').map((use) => [use.invoice, use]));
  }

  fileAll(): void {
    for (const firm of this.sources.economy.general) this.fileChain(firm);
  }

  /** All returns of one firm in order: each takes its opening credit from the one before. */
  private fileChain(firm: Firm): void {
    const { economy, roles } = this.sources;
    const random = this.random.fork(firm.id);
    const from = Math.max(economy.firstMonth, monthOfDay(firm.generalFrom));
    const chain: VatReturn[] = [];
    let previous = roles.has(firm, 'history') ? this.fileHistory(firm, random) : null;
    let redDue = 0;
    for (let month = from; month <= lastFiledMonth(firm, economy, roles); month += 1) {
      redDue += this.redsReceived(firm, month);
      const input = this.inputRows(firm, month, previous?.rows[20] ?? 0, redDue);
      redDue -= input.get('20')?.tax ?? 0;
      const filedAt = at(workingDay(dayIn(month + 1, random.int(5, 12))), random.int(9, 17), random.int(0, 59));
      const sales = this.salesRows(firm, month);
      const filed: VatReturn = { firm, month, version: 1, filedAt, sales, input, rows: this.mainRows(firm, month, previous, sales, input) };
      const corrected = this.correct(filed, previous, random);
      this.returns.push(...corrected);
      previous = corrected.at(-1) ?? filed;
      chain.push(previous);
      const claim = planClaim(chain, economy, roles, this.claims.filter((each) => each.firm === firm), random);
      if (claim !== null) this.claims.push(claim);
    }
  }

  /** A few returns leave a sale out at first and are corrected six weeks later; only where no credit is carried on. */
  private correct(right: VatReturn, previous: VatReturn | null, random: Random): VatReturn[] {
    const quiet = !this.sources.roles.labels.some((each) => each.firm === right.firm);
    const isFit = quiet && (right.rows[20] ?? 0) === 0 && (right.rows[34] ?? 0) > fen(20_000) && this.sources.economy.lastMonth - right.month > 3;
    if (!random.chance(0.015) || !isFit) return [right];
    const [rowNumber, row] = [...right.sales][0] ?? [];
    if (rowNumber === undefined || row === undefined || row.specialTax < fen(15_000)) return [right];
    const short = new Map(right.sales).set(rowNumber, { ...row, special: row.special - fen(40_000), specialTax: row.specialTax - fen(5_200) });
    const wrong: VatReturn = { ...right, sales: short, rows: this.mainRows(right.firm, right.month, previous, short, right.input) };
    if ((wrong.rows[20] ?? 0) !== 0) return [right];
    return [wrong, { ...right, version: 2, filedAt: at(workingDay(dayIn(right.month + 2, 20)), 10, 30) }];
  }

  private salesRows(firm: Firm, month: number): Map<string, SalesRow> {
    const rows = new Map<string, SalesRow>();
    const rowFor = (number: string): SalesRow => {
      const row = rows.get(number) ?? { special: 0, specialTax: 0, other: 0, otherTax: 0, uninvoiced: 0, uninvoicedTax: 0 };
      rows.set(number, row);
      return row;
    };
    const main = firm.industry.sells[0];
    const home = rowFor(salesRowNumber(main?.code ?? '', main?.rate ?? 13, false));
    for (const invoice of this.sold.get(`${firm.id}/${month}`) ?? []) {
      const row = rowFor(salesRowNumber(invoice.good.code, invoice.rate, firm.exportMethod !== 'none'));
      if (invoice.kind === 'special') {
        row.special += invoice.amount;
        row.specialTax += invoice.tax;
      } else {
        row.other += invoice.amount;
        row.otherTax += invoice.tax;
      }
    }
    home.uninvoiced += this.sources.uninvoiced.get(`${firm.id}/${month}`) ?? 0;
    const { economy, roles } = this.sources;
    const age = economy.lastMonth - month;
    if (roles.has(firm, 'negative_uninvoiced') && (age === 2 || age === 4)) home.uninvoiced -= Math.round(firm.monthlySales * 0.25) + home.uninvoiced;
    home.uninvoicedTax = taxOf(home.uninvoiced, main?.rate ?? 13);
    if (roles.has(firm, 'output_left_out') && age >= 1 && age <= 6) {
      home.special -= Math.round(home.special * 0.2);
      home.specialTax -= Math.round(home.specialTax * 0.2);
    }
    return rows;
  }

  /** Tax of red invoices received in the month whose blue invoice had been deducted before. */
  private redsReceived(firm: Firm, month: number): Fen {
    const reds = this.sources.invoices.filter((each) => each.blue !== null && each.buyer === firm && monthOfDay(each.day) === month);
    return total(reds.map((red) => (red.blue !== null && this.useOf.has(red.blue) ? -red.tax : 0)));
  }

  private inputRows(firm: Firm, month: number, openingCredit: Fen, redDue: Fen): Map<string, InputRow> {
    const { economy, roles } = this.sources;
    const rows = new Map<string, InputRow>();
    const uses = this.used.get(`${firm.id}/${month}`) ?? [];
    const sum = (chosen: readonly InputUse[]): InputRow => ({ count: chosen.length, amount: total(chosen.map((use) => use.invoice.amount)), tax: total(chosen.map((use) => use.tax)) });
    const confirmed = sum(uses.filter((use) => use.invoice.kind === 'special' || use.invoice.kind === 'toll'));
    const travel = sum(uses.filter((use) => use.invoice.kind === 'rail' || use.invoice.kind === 'air'));
    const age = economy.lastMonth - month;
    const declared = { ...confirmed };
    if (roles.has(firm, 'unconfirmed_input') && (age === 1 || age === 4 || age === 5)) {
      declared.amount += Math.round(firm.monthlySales * 0.2);
      declared.tax += taxOf(Math.round(firm.monthlySales * 0.2), 13);
    }
    const papers = this.vouchers.get(`${firm.id}/${month}`) ?? [];
    const paper = (type: OtherVoucher['type']): InputRow => {
      const chosen = papers.filter((each) => each.type === type);
      return { count: chosen.length, amount: total(chosen.map((each) => each.base)), tax: total(chosen.map((each) => each.tax)) };
    };
    const add = (...parts: readonly InputRow[]): InputRow => ({ count: total(parts.map((each) => each.count)), amount: total(parts.map((each) => each.amount)), tax: total(parts.map((each) => each.tax)) });
    const put = (number: string, row: InputRow): void => {
      if (row.tax !== 0 || row.count !== 0) rows.set(number, row);
    };
    put('1', declared);
    put('2', declared);
    put('4', add(paper('customs'), paper('agricultural'), travel));
    put('5', paper('customs'));
    put('6', paper('agricultural'));
    put('8b', travel);
    put('10', travel);
    rows.set('12', add(declared, rows.get('4') ?? { count: 0, amount: 0, tax: 0 }));
    const out = (tax: Fen): InputRow => ({ count: 0, amount: 0, tax });
    const exceptions = this.sources.exceptions.filter((each) => each.buyer === firm && each.transferMonth === month);
    const claim = this.claims.find((each) => each.firm === firm && each.paidAmount > 0 && each.month + 1 === month);
    const posted = claim === undefined || roles.has(firm, 'refund_unposted') ? 0 : claim.paidAmount;
    const left = (rows.get('12')?.tax ?? 0) + openingCredit - posted;
    put('20', out(Math.max(0, Math.min(redDue, left))));
    put('22', out(posted));
    put('23a', out(total(exceptions.map((each) => each.invoice.tax))));
    put('13', out(total(['20', '22', '23a'].map((number) => rows.get(number)?.tax ?? 0))));
    return rows;
  }

  private mainRows(firm: Firm, month: number, previous: VatReturn | null, sales: Map<string, SalesRow>, input: Map<string, InputRow>): Record<number, Fen> {
    const taxable = [...sales].filter(([number]) => Number(number) <= 5);
    const net = (rows: readonly (readonly [string, SalesRow])[]): Fen => total(rows.map(([, row]) => row.special + row.other + row.uninvoiced));
    const only = (...numbers: readonly string[]): Fen => net([...sales].filter(([number]) => numbers.includes(number)));
    const { economy, roles } = this.sources;
    const rows: Record<number, Fen> = { 1: net(taxable), 2: only('1', '3'), 7: only('16'), 8: only('18') };
    rows[11] = total(taxable.map(([, row]) => row.specialTax + row.otherTax + row.uninvoicedTax));
    rows[12] = input.get('12')?.tax ?? 0;
    rows[13] = previous?.rows[20] ?? 0;
    if (roles.has(firm, 'chain_break') && economy.lastMonth - month === 3) rows[13] += fen(60_000);
    rows[14] = input.get('13')?.tax ?? 0;
    rows[15] = firm.exportMethod === 'none' ? 0 : Math.max(0, Math.min(rows[13] - rows[14], taxOf(previous?.rows[7] ?? 0, 13)));
    return settle(rows, previous);
  }

  /** Older returns of deferring factories, sales and tax only, so that the year of a deferral programme is covered. */
  private fileHistory(firm: Firm, random: Random): VatReturn {
    let previous: VatReturn | null = null;
    let month = monthNumber('2021-01');
    do {
      const sales = Math.round(firm.monthlySales * random.between(0.8, 1.1)) + (this.sources.roles.has(firm, 'deferral_wrong') ? fen(2_600_000) : 0);
      const rows: Record<number, Fen> = { 1: sales, 2: sales, 7: 0, 8: 0, 11: taxOf(sales, 13), 12: taxOf(Math.round(sales * 0.8), 13), 13: 0, 14: 0, 15: 0 };
      const filed: VatReturn = { firm, month, version: 1, filedAt: at(workingDay(dayIn(month + 1, random.int(5, 12))), 10, 0), rows: settle(rows, previous), sales: new Map(), input: new Map() };
      this.returns.push(filed);
      previous = filed;
      month += 1;
    } while (month < this.sources.economy.firstMonth);
    return previous;
  }
}

/** The lower half of the form from rows 11–15: identities 17, 18, 19, 20, 24, 27, 32, 33, 34. */
function settle(rows: Record<number, Fen>, previous: VatReturn | null): Record<number, Fen> {
  const row = (number: number): Fen => rows[number] ?? 0;
  rows[17] = row(12) + row(13) - row(14) - row(15);
  rows[18] = Math.min(row(17), row(11));
  rows[19] = row(11) - row(18);
  rows[20] = row(17) - row(18);
  rows[24] = row(19);
  rows[25] = previous?.rows[32] ?? 0;
  rows[27] = row(25);
  rows[30] = row(25);
  rows[32] = row(24) + row(25) - row(27);
  rows[33] = 0;
  rows[34] = row(24);
  rows[39] = taxOf(row(34), 7);
  rows[40] = taxOf(row(34), 3);
  rows[41] = taxOf(row(34), 2);
  return rows;
}
