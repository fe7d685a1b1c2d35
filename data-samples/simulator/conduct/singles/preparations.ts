/** What a lone fraud needs before it can be done: a credit, a bad supplier, meals, larger sales. */
import { addDays, dayIn } from '../../calendar.ts';
import { goodNumber } from '../../facts/goods.ts';
import type { Firm } from '../cast.ts';
import { splitSum } from '../draws.ts';
import { costShareOf, farmShareOf, usualGoods } from '../habits.ts';
import { changeBusiness, isStandingGeneral } from '../lives.ts';
import { isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { outsideParty, outsideSellerOf } from '../stage.ts';
import type { Months } from '../stage.ts';
import { ticketAmounts, ticketTimes } from '../tickets.ts';
import type { TicketStyle } from '../tickets.ts';

/** Returns false where the province has nobody to do it with; nothing is written then. */
export type Preparation = (script: Script, firm: Firm, months: Months) => boolean;

const monthlyPurchases = (firm: Firm): number => firm.monthlySales * costShareOf(firm.industry);

/** A real investment whose tax lasts against a year of usual output: the credit it gives is true, what is done with it is not. */
export const withCredit: Preparation = (script, firm, { fromYm }) => invest(script, firm, fromYm, script.stage.firstYm);

/** The same, but not before a month of the calendar. */
export const withCreditSince = (ym: number): Preparation => (script, firm, { fromYm }) => invest(script, firm, fromYm, Math.max(ym, script.stage.firstYm));

function invest(script: Script, firm: Firm, fromYm: number, earliestYm: number): boolean {
  const { random, stage } = script;
  const start = Math.max(earliestYm, firm.generalYm, fromYm - random.int(0, 3));
  const months = Math.min(random.int(1, 4), stage.lastYm - start + 1);
  const good = goodNumber(random.pick(firm.role === 'producer' ? ['machine', 'machine', 'lathe', 'construction'] : ['truck', 'server', 'construction']));
  const salesMonths = random.between(3, 8) + (1 - costShareOf(firm.industry)) * random.between(12, 22);
  script.rows.withoutInvestment.add(firm.firm);
  for (const [at, amountYuan] of splitSum(random, firm.monthlySales * salesMonths, months).entries()) script.invest(firm, start + at, good, amountYuan);
  return true;
}

/** What shells sell to anybody; no factory works it up. */
const CONSUMER_GOODS = ['garment', 'furniture', 'medicine', 'liquor', 'household', 'appliance'] as const;

interface Paper {
  readonly good: number;
  /** Months of the firm's purchases that it is worth, and invoices: from, to. */
  readonly months: readonly [number, number];
  readonly parts: readonly [number, number];
}

/** Invoices without goods from one to four outside sellers, over the months of the fraud. */
function buyPaper(script: Script, firm: Firm, { fromYm, toYm }: Months, paper: Paper): void {
  const { random, stage } = script;
  const { good, months, parts } = paper;
  const sellers = Array.from({ length: random.int(1, 4) }, () => outsideSellerOf(stage, random, good));
  const from = dayIn(fromYm, 1);
  for (const amountYuan of splitSum(random, monthlyPurchases(firm) * random.between(...months), random.int(...parts))) {
    const seller = random.pick(sellers);
    const day = addDays(from, random.int(0, 27 + 30 * (toYm - fromYm)));
    script.order({ seller, buyer: firm.firm, day, amountYuan, good, isPaper: true, kind: 'special' });
  }
}

/** Paper for goods that the factory has no use for, worth some months of its purchases. */
export const withForeignPaper: Preparation = (script, firm, months) => {
  const { random } = script;
  const own = new Set([...usualGoods(firm.industry, 'buy').keys(), ...usualGoods(firm.industry, 'sell').keys()]);
  const good = random.pick(CONSUMER_GOODS.map(goodNumber).filter((each) => !own.has(each)));
  buyPaper(script, firm, months, { good, months: [3, 9], parts: [4, 16] });
  return true;
};

/** A trade that does well: it buys more than in the year before. */
export const withGrowth: Preparation = (script, firm, months) => {
  script.behave(firm, 'buys_ahead', months, script.random.between(1.05, 1.35));
  return true;
};

/**
 * A processor of farm produce, whose purchases from farmers are no vouchers of the ratio, with a credit of its own. It became a general taxpayer in the
 * first months of the window, so that all the months of its ratio are known.
 */
export const asNewProcessor: Preparation = (script, firm, months) => {
  const generalYm = script.stage.firstYm + script.random.int(1, 5);
  script.change(firm, { generalYm, generalFrom: dayIn(generalYm, 1) });
  if (farmShareOf(firm.industry) < LEAST_FARM_SHARE) changeBusiness(script, firm, script.random.pick(['C1311', 'C1371', 'C1711']));
  return withCredit(script, firm, months);
};
const LEAST_FARM_SHARE = 0.3;

/** What the tax-control machine of a small firm writes on one ticket. */
const TICKET_CEILING_YUAN = 100_000;

/** The office has listed the vouchers of a firm by so many days after it was found gone. */
const LISTED_AFTER_DAYS = 250;

/** Paper of a shell that vanished: the buyer knows by then, and keeps what it deducted. */
export const withBadSupplier: Preparation = (script, firm) => {
  const { random, rows, stage } = script;
  const issuers = new Set(rows.labels.filter(({ role }) => role === 'issuer').map((label) => label.firm));
  const isGone = (shell: Firm): boolean => (shell.status === 'absconded' || shell.status === 'abnormal') && shell.vatStatus === 'general';
  const listedBy = addDays(stage.cutoff, -LISTED_AFTER_DAYS);
  const gone = [...rows.firms.values()].filter((shell) => issuers.has(shell.firm) && isGone(shell) && shell.statusFrom < listedBy);
  if (gone.length === 0) return false;
  const shell = random.pick(gone);
  const sold = rows.orders.filter((order) => order.seller === shell.firm && order.isPaper);
  const days = sold.map((order) => order.day).filter((day) => day >= stage.firstDay);
  for (const part of splitSum(random, monthlyPurchases(firm) * random.between(0.3, 3), random.int(4, 9))) {
    script.order({ seller: shell.firm, buyer: firm.firm, day: random.pick(days), amountYuan: part, good: sold[0]?.good ?? 0, isPaper: true, kind: 'special' });
  }
  return true;
};

/** The same, and a credit of its own that it claims. */
export const withBadSupplierAndCredit: Preparation = (script, firm, months) => withBadSupplier(script, firm, months) && withCredit(script, firm, months);

/** Meals for guests and staff, with special invoices. */
export const withMeals: Preparation = (script, firm, { fromYm, toYm }) => {
  const { random, stage } = script;
  const catering = goodNumber('catering');
  const seller = outsideSellerOf(stage, random, catering);
  const monthlyYuan = Math.max(9000, firm.monthlySales * random.between(0.02, 0.09));
  for (let ym = fromYm; ym <= toYm; ym += 1) {
    for (const part of splitSum(random, monthlyYuan * random.between(0.6, 1.4), random.int(1, 3))) {
      script.order({ seller, buyer: firm.firm, day: dayIn(ym, random.int(2, 28)), amountYuan: part, good: catering, isPaper: false, kind: 'special' });
    }
  }
  return true;
};

const OLD_PURCHASE_YUAN: readonly [number, number] = [900, 11_000];

/** Many small purchases, of the usual amount in all, from suppliers with tax-control invoices: some of them will be reversed or spoilt. */
export const withOldPurchases = (aMonth: number): Preparation => (script, firm, { fromYm, toYm }) => {
  const { random, stage } = script;
  const isSupplier = isStandingGeneral(script);
  const suppliers = script.passersBy(
    8, (each) => isSupplier(each) && each.role !== 'farm' && each.firm !== firm.firm && each.legacyUntilYm > stage.firstYm + 1,
  );
  if (suppliers.length === 0) return false;
  const plannedYuan = aMonth * ((OLD_PURCHASE_YUAN[0] + OLD_PURCHASE_YUAN[1]) / 2);
  script.trade(firm, 'buy', usualGoods(firm.industry, 'buy'), Math.max(0.3, 1 - plannedYuan / monthlyPurchases(firm)));
  for (let ym = fromYm; ym <= toYm; ym += 1) {
    for (let each = 0; each < aMonth; each += 1) {
      const supplier = random.pick(suppliers);
      const sold = [...usualGoods(supplier.industry, 'sell').keys()];
      script.order({
        seller: supplier.firm, buyer: firm.firm, day: dayIn(ym, random.int(1, 28)), amountYuan: random.between(...OLD_PURCHASE_YUAN), good: random.pick(sold),
        isPaper: false, kind: 'special',
      });
    }
  }
  return true;
};

/** Beside real purchases ahead of the claim, paper from sellers the firm never dealt with before. */
export const withYoungPaper: Preparation = (script, firm, months) => {
  const { random } = script;
  const goods = [...usualGoods(firm.industry, 'buy').keys()].filter(isGoods);
  const good = goods.length > 0 ? random.pick(goods) : goodNumber('hardware');
  buyPaper(script, firm, months, { good, months: [0.8, 4], parts: [3, 14] });
  return true;
};

/**
 * Once the month's quota is there, tickets for strangers, one close to the ceiling of the machine after the other; then nothing until the next month. What
 * is not paid on them is either left out of the return or covered with paper from elsewhere.
 */
export const withPaperSales: Preparation = (script, firm, months) => {
  const { random, rows, stage } = script;
  const goods = [...usualGoods(firm.industry, 'sell').keys()];
  const [style, most, covers] = [random.pick<TicketStyle>(['at the cap', 'at the cap', 'near the cap']), random.int(10, 24), random.chance(0.5)];
  script.change(firm, { monthlySales: 0 });
  rows.withoutInvestment.add(firm.firm);
  if (!covers) script.behave(firm, 'leaves_out_sales', months, 1);
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    const count = random.int(Math.ceil(most / 2), most);
    const times = ticketTimes(random, count, dayIn(ym, random.int(1, 2)), random.int(1, 3), random.chance(0.6));
    for (const [at, amountYuan] of ticketAmounts(random, count, TICKET_CEILING_YUAN, style).entries()) {
      const [good, time] = [random.pick(goods), times[at]];
      if (time === undefined) continue;
      script.order({
        seller: firm.firm, buyer: outsideParty(stage, random), day: time.day, amountYuan, good, isPaper: true, kind: 'special', priceFactor: random.between(0.6, 1.5),
        ...(time.second === undefined ? {} : { second: time.second }),
      });
      if (covers && at % 4 === 0) {
        script.order({
          seller: outsideSellerOf(stage, random, good), buyer: firm.firm, day: time.day, amountYuan: 4 * amountYuan * random.between(0.8, 0.97), good, isPaper: true,
          kind: 'special',
        });
      }
    }
  }
  return true;
};

/** Sales of a size at which the fraud is one. */
export const raiseSales = (fromYuan: number, toYuan: number): Preparation => (script, firm) => {
  script.change(firm, { monthlySales: Math.round(script.random.between(fromYuan, toYuan) / 10) * 10 });
  return true;
};

/** Share of the sales that customers ask an invoice for, where a fraud needs that there are any in every month. */
const INVOICED_SHARE = 0.85;

/** Sales of a size at which the fraud is one, most of them invoiced to firms. */
export const withInvoicedSales = (kind: 'special' | 'general', fromYuan: number, toYuan: number): Preparation => (script, firm, { fromYm, toYm }) => {
  const { random } = script;
  const isStanding = isStandingGeneral(script);
  const customers = script.passersBy(random.int(3, 8), (each) => isStanding(each) && each.firm !== firm.firm).map((each) => each.firm);
  if (customers.length === 0) return false;
  const monthlyYuan = random.between(fromYuan, toYuan);
  const goods = [...usualGoods(firm.industry, 'sell').keys()];
  script.change(firm, { monthlySales: Math.round(monthlyYuan * (1 - INVOICED_SHARE)) });
  for (let ym = fromYm; ym <= toYm; ym += 1) {
    for (const amountYuan of splitSum(random, monthlyYuan * INVOICED_SHARE * random.between(0.8, 1.2), random.int(1, 4))) {
      const [buyer, good, day] = [random.pick(customers), random.pick(goods), dayIn(ym, random.int(1, 31))];
      script.order({ seller: firm.firm, buyer, day, amountYuan, good, isPaper: false, kind });
    }
  }
  return true;
};
