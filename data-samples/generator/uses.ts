/** What buyers do with the invoices they received: confirmation of use, vouchers that are no invoices, exception vouchers. */
import { addDays, dayIn, monthOfDay, periodOf } from './calendar.ts';
import type { Economy } from './economy.ts';
import type { Random } from './random.ts';
import type { Roles } from './roles.ts';
import { CUTOFF, taxOf } from './world.ts';
import type { Firm, InputUse, Invoice, OtherVoucher } from './world.ts';

export interface ExceptionVoucher {
  readonly invoice: Invoice;
  readonly buyer: Firm;
  readonly listedOn: string;
  readonly notifiedOn: string;
  readonly liftedOn: string;
  readonly reason: string;
  /** Month whose return transfers the tax out; 0 = never. */
  readonly transferMonth: number;
}

const CONFIRMED_KINDS = ['special', 'toll', 'rail', 'air'];

/** Last month for which the firm still files: a firm that vanished stops with the month before. */
export function lastFiledMonth(firm: Firm, economy: Economy, roles: Roles): number {
  if (roles.has(firm, 'burst_shell')) return 0;
  return firm.status === 'normal' ? economy.lastMonth : Math.min(economy.lastMonth, monthOfDay(firm.statusFrom) - 1);
}

export function confirmUses(economy: Economy, roles: Roles, invoices: readonly Invoice[], random: Random): InputUse[] {
  const redOf = new Map(invoices.filter((each) => each.blue !== null).map((red) => [red.blue, red]));
  const uses: InputUse[] = [];
  for (const invoice of invoices) {
    const { buyer } = invoice;
    if (buyer?.vatStatus !== 'general' || !buyer.internal || invoice.tax <= 0 || invoice.status === 'void' || !CONFIRMED_KINDS.includes(invoice.kind)) continue;
    const late = random.chance(0.2) ? 1 : 0;
    const forgotten = random.chance(0.015);
    const month = monthOfDay(invoice.day) + late;
    const red = redOf.get(invoice);
    const takenBack = red !== undefined && monthOfDay(red.day) <= month;
    if (forgotten || takenBack || month > lastFiledMonth(buyer, economy, roles)) continue;
    const purpose = invoice.kind === 'special' && random.chance(0.01) ? 'not_deduct' : 'deduct';
    uses.push({ invoice, buyer, month, purpose, tax: invoice.tax, confirmedOn: dayIn(month + 1, random.int(1, 4)) });
  }
  return uses;
}

export function otherVouchers(economy: Economy, roles: Roles, invoices: readonly Invoice[], random: Random): OtherVoucher[] {
  const vouchers: OtherVoucher[] = [];
  for (const invoice of invoices) {
    if (invoice.buyer === null || (invoice.kind !== 'agri_purchase' && invoice.kind !== 'agri_sale')) continue;
    vouchers.push({ firm: invoice.buyer, month: monthOfDay(invoice.day), type: 'agricultural', number: invoice.number, tax: taxOf(invoice.amount, 9), base: invoice.amount });
  }
  for (const firm of roles.of('imports')) {
    for (let month = economy.firstMonth + 1; month <= economy.lastMonth; month += random.int(2, 4)) {
      const base = Math.round(firm.monthlySales * random.between(0.1, 0.25));
      vouchers.push({ firm, month, type: 'customs', number: `5305${periodOf(month).replace('-', '')}${String(firm.index).padStart(4, '0')}A${random.int(10, 99)}`, tax: taxOf(base, 13), base });
    }
  }
  return vouchers;
}

function listOne(use: InputUse, listedOn: string, reason: string, liftedOn: string, transfers: boolean): ExceptionVoucher {
  const notifiedOn = addDays(listedOn, 6);
  return { invoice: use.invoice, buyer: use.buyer, listedOn, notifiedOn, liftedOn, reason, transferMonth: transfers ? monthOfDay(notifiedOn) : 0 };
}

/** Listed vouchers: still deducted (planted), transferred out in time, lifted again, or never used. */
export function exceptionVouchers(economy: Economy, roles: Roles, invoices: readonly Invoice[], uses: readonly InputUse[], random: Random): ExceptionVoucher[] {
  const listed: ExceptionVoucher[] = [];
  const day = (): string => dayIn(economy.lastMonth - random.int(4, 6), random.int(3, 20));
  const special = uses.filter((use) => use.purpose === 'deduct' && use.invoice.kind === 'special' && use.invoice.status === 'normal' && economy.lastMonth - use.month >= 7 && economy.lastMonth - use.month < 18);
  const usedBy = (firm: Firm): InputUse[] => special.filter((use) => use.buyer === firm);
  for (const firm of roles.of('exception_deducted')) {
    for (const use of random.sample(usedBy(firm), 2)) listed.push(listOne(use, day(), random.pick(['2', '4', '5']), '', false));
  }
  for (const firm of roles.of('transfers_out_exception')) {
    // the smallest voucher, so that the month's input covers the transfer
    const [smallest] = usedBy(firm).sort((a, b) => a.tax - b.tax);
    if (smallest !== undefined) listed.push(listOne(smallest, day(), '5', '', true));
  }
  const taken = new Set(listed.map((each) => each.buyer));
  for (const use of random.sample(special.filter((each) => !taken.has(each.buyer) && each.buyer.status === 'normal'), 3)) {
    const listedOn = day();
    listed.push(listOne(use, listedOn, '3', addDays(listedOn, 35), false));
  }
  const used = new Set(uses.map((use) => use.invoice));
  for (const invoice of random.sample(invoices.filter((each) => each.kind === 'special' && each.status === 'normal' && !used.has(each) && each.buyer?.internal === false), 2)) {
    if (invoice.buyer === null) continue;
    listed.push({ invoice, buyer: invoice.buyer, listedOn: day(), notifiedOn: '', liftedOn: '', reason: '1', transferMonth: 0 });
  }
  return listed.filter((each) => each.listedOn <= CUTOFF);
}
