/** Honest firms of one kind each that look like a fraud: season, build-up, export, a bankruptcy, back-to-back trade, a shop that invoices everything. */
import { addDays, dayIn } from '../../calendar.ts';
import { goodNumber } from '../../facts/goods.ts';
import type { Firm, Wish } from '../cast.ts';
import { splitSum } from '../draws.ts';
import { costShareOf, farmGoodsOf, usualGoods } from '../habits.ts';
import { changeBusiness, isStandingGeneral } from '../lives.ts';
import { goodsOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawMonths, monthOf, outsideParty, outsideSellerOf } from '../stage.ts';

/** Harvest and the months after it, as month of the year from 0. */
const HARVEST_MONTHS = new Set([7, 8, 9, 10]);

/** Of a size that does not move its whole trade. */
const isMiddling: Wish = ({ monthlySales }) => monthlySales > 100_000 && monthlySales < 5_000_000;

const wholeWindow = (script: Script): { fromYm: number; toYm: number } => ({ fromYm: script.stage.firstYm, toYm: script.stage.lastYm });

function claims(script: Script, firm: Firm, fromYm: number): void {
  script.behave(firm, 'wants_refund', { fromYm: Math.min(fromYm, script.stage.lastYm), toYm: script.stage.lastYm }, 1);
}

/** Buys the year's farm produce in four months: credits swell and melt. */
export function seasonalProcessor(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const [firm] = script.recruit(
    1, (each) => isStanding(each) && each.role === 'producer' && farmGoodsOf(each.industry).length > 0, (each) => isStanding(each) && each.role === 'producer',
  );
  if (firm === undefined) return 0;
  if (farmGoodsOf(firm.industry).length === 0) changeBusiness(script, firm, random.pick(['C1371', 'C1311']));
  const [high, low] = [random.between(1.4, 1.9), random.between(0.55, 0.8)];
  for (let ym = stage.firstYm; ym <= stage.lastYm; ym += 1) {
    script.behave(firm, 'buys_ahead', { fromYm: ym, toYm: ym }, HARVEST_MONTHS.has(ym % 12) ? high : low);
  }
  if (random.chance(0.7)) claims(script, firm, stage.firstYm + random.int(2, 8));
  script.lookalike(firm, 'processor', wholeWindow(script));
  return 1;
}

/** A plant on a green field: a year of machines and building work before the first sale. */
export function greenfieldBuildUp(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const [firm] = script.recruitForNewLife(
    1, (each) => isStanding(each) && each.role === 'producer' && each.monthlySales > 150_000 && each.monthlySales < 9_000_000,
    (each) => isStanding(each) && each.role === 'producer',
  );
  if (firm === undefined) return 0;
  const { fromYm } = drawMonths(stage, random, random.int(10, 16));
  const firstSaleYm = Math.min(stage.lastYm, fromYm + random.int(5, 13));
  const registeredOn = dayIn(fromYm, random.int(1, 20));
  script.change(firm, {
    registeredOn, statusFrom: registeredOn, firstYm: fromYm, firstSaleYm, generalYm: fromYm, generalFrom: registeredOn, legacyUntilYm: 0, agent: null,
  });
  script.rows.withoutInvestment.add(firm.firm);
  for (const [at, amountYuan] of splitSum(random, firm.monthlySales * random.between(8, 22), firstSaleYm - fromYm + 1).entries()) {
    script.invest(firm, fromYm + at, goodNumber(at < 3 ? 'construction' : random.pick(['machine', 'machine', 'lathe', 'construction'])), amountYuan);
  }
  claims(script, firm, fromYm + random.int(2, 5));
  script.lookalike(firm, 'builder', { fromYm, toYm: stage.lastYm });
  return 1;
}

/** Most of the output goes abroad at zero rate: credits under exemption, credit and refund (免抵退). */
export function exporter(script: Script): number {
  const isStanding = isStandingGeneral(script);
  const isMaker: Wish = (each) => isStanding(each) && each.role === 'producer' && each.monthlySales > 120_000;
  const [firm] = script.recruit(1, (each) => isMaker(each) && each.exportMethod === 'exempt_credit_refund', isMaker);
  if (firm === undefined) return 0;
  script.change(firm, { exportMethod: 'exempt_credit_refund' });
  if (script.random.chance(0.6)) claims(script, firm, script.stage.firstYm + script.random.int(1, 8));
  script.lookalike(firm, 'exporter', wholeWindow(script));
  return 1;
}

/** A real supplier with years of trade that goes under; its customers bought real goods to the end, half a year and more before. */
export function realSupplierBankrupt(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const daysToEnd = random.int(185, 330);
  const latestYm = monthOf(addDays(stage.cutoff, -daysToEnd)) - 1;
  if (latestYm - stage.firstYm < 3) return 0;
  const isOld: Wish = (each) => isStanding(each) && each.registeredOn < addDays(stage.firstDay, -400);
  const [supplier] = script.recruitForNewLife(
    1, (each) => isOld(each) && isMiddling(each) && [...usualGoods(each.industry, 'sell').keys()].some(isGoods), isOld,
  );
  const [buyer] = script.recruit(1, (each) => isStanding(each) && isMiddling(each), isStanding);
  if (supplier === undefined || buyer === undefined) return script.giveUp();
  const lastYm = random.int(Math.max(stage.firstYm + 3, latestYm - 6), latestYm);
  const [good = 0] = [...usualGoods(supplier.industry, 'sell').keys()].filter(isGoods);
  let lastDay = dayIn(lastYm, 2);
  for (let ym = lastYm - random.int(2, 3); ym <= lastYm; ym += 1) {
    const amountYuan = supplier.monthlySales * random.between(0.15, 0.5);
    lastDay = dayIn(ym, random.int(12, 28));
    script.order({
      seller: outsideSellerOf(stage, random, good), buyer: supplier.firm, day: dayIn(ym, random.int(1, 10)),
      amountYuan: amountYuan * costShareOf(supplier.industry), good, isPaper: false, kind: 'special',
    });
    script.order({ seller: supplier.firm, buyer: buyer.firm, day: lastDay, amountYuan, good, isPaper: false, kind: 'special' });
  }
  const statusFrom = addDays(dayIn(lastYm, 31), daysToEnd);
  // it files to the end of its trade, and as a bankrupt through its manager to the last month
  const status = random.chance(0.6) ? 'bankrupt' : 'absconded';
  script.change(supplier, { lastYm, filedToYm: status === 'bankrupt' ? stage.lastYm : lastYm + random.int(0, 2), status, statusFrom });
  script.lookalike(supplier, 'supplier', { fromYm: stage.firstYm, toYm: lastYm });
  script.lookalike(buyer, 'buyer', { fromYm: monthOf(lastDay) - 2, toYm: monthOf(lastDay) });
  return 2;
}

/** Buys when it has sold: one per cent between, with a few people and a yard. */
export function commodityBroker(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const [firm] = script.recruit(
    1, (each) => isStanding(each) && isMiddling(each) && (each.code === 'F5164' || each.code === 'F5162'),
    (each) => isStanding(each) && each.role === 'trader' && isMiddling(each),
  );
  if (firm === undefined) return 0;
  if (firm.code !== 'F5164' && firm.code !== 'F5162') changeBusiness(script, firm, random.pick(['F5164', 'F5162']));
  const goods = firm.code === 'F5164' ? goodsOf('steel', 'copper', 'aluminium') : goodsOf('coal');
  const [months, deals, margin] = [drawMonths(stage, random, random.int(8, 24)), random.int(1, 4), random.between(0.004, 0.014)];
  const usualYuan = firm.monthlySales * random.between(0.8, 2.5);
  const customers = Array.from({ length: random.int(2, 6) }, () => outsideParty(stage, random));
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    for (let deal = 0; deal < deals; deal += 1) {
      const [good, amountYuan, day] = [random.pick(goods), (usualYuan / deals) * random.between(0.6, 1.4), dayIn(ym, random.int(2, 22))];
      script.order({ seller: outsideSellerOf(stage, random, good), buyer: firm.firm, day, amountYuan, good, isPaper: false, kind: 'special' });
      script.order({
        seller: firm.firm, buyer: random.pick(customers), day: addDays(day, random.int(0, 5)), amountYuan: amountYuan * (1 + margin * random.between(0.7, 1.3)),
        good, isPaper: false, kind: 'special',
      });
    }
  }
  script.lookalike(firm, 'broker', months);
  return 1;
}

/** A shop whose till writes an invoice for every sale: next to nothing goes without. */
export function invoiceEverythingRetailer(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const isShop: Wish = (each) => isStanding(each) && /^F52(12|71)/.test(each.code);
  const [firm] = script.recruit(1, (each) => isShop(each) && isMiddling(each), (each) => isStanding(each) && each.role === 'trader' && isMiddling(each));
  if (firm === undefined) return 0;
  if (!isShop(firm)) changeBusiness(script, firm, random.pick(['F5212', 'F5271']));
  // a tenth of its trade stays as other shops have it, the rest is written down here, sale by sale
  const invoicedYuan = firm.monthlySales * 0.9;
  script.change(firm, { monthlySales: Math.round(firm.monthlySales * 0.1) });
  const goods = [...usualGoods(firm.industry, 'sell').keys()];
  for (let ym = stage.firstYm; ym <= stage.lastYm; ym += 1) {
    const soldYuan = invoicedYuan * random.between(0.8, 1.2);
    for (const amountYuan of splitSum(random, soldYuan * costShareOf(firm.industry), random.int(2, 6))) {
      const good = random.pick(goods);
      script.order({
        seller: outsideSellerOf(stage, random, good), buyer: firm.firm, day: dayIn(ym, random.int(1, 25)), amountYuan, good, isPaper: false, kind: 'special',
      });
    }
    for (const amountYuan of splitSum(random, soldYuan, random.int(6, 16))) {
      script.order({
        seller: firm.firm, buyer: null, partyName: '个人', day: dayIn(ym, random.int(1, 31)), amountYuan, good: random.pick(goods), isPaper: false,
        kind: 'general',
      });
    }
  }
  script.lookalike(firm, 'retailer', wholeWindow(script));
  return 1;
}
