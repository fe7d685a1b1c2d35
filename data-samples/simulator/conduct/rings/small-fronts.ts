/** What is split or shifted among small-scale firms of one hand: income below the exempt amount, and the margin of a general taxpayer. */
import { addDays, dayIn } from '../../calendar.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, roundYuan, skewedInt, splitSum } from '../draws.ts';
import { usualGoods } from '../habits.ts';
import { dealHands, drawHands, handsParameter, lendKey } from '../hands.ts';
import { becomeShell, isSmallCompany, isSmallIndividual, isSmallTrader, isStandingGeneral, keepHouse, placeOf } from '../lives.ts';
import { goodsOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawMonths, outsideParty, outsideSellerOf } from '../stage.ts';
import type { Months } from '../stage.ts';

const LEAST_SPLIT = 6;
const MOST_SPLIT = 40;
const QUARTER_LIMIT_YUAN = 300_000;
const SPLIT_SERVICES = ['consulting', 'design', 'labour', 'freight', 'advertising', 'repair', 'software'] as const;

/** What pays every month is seldom given up: most arrangements last to the end of the window. */
const goingOn = (script: Script, months: Months): Months => (script.random.chance(0.6) ? { ...months, toYm: script.stage.lastYm } : months);

/** How a hand steers its fronts: the part of the exempt amount it aims at, and the share of quarters that slip above it. */
interface Steering { readonly level: number; readonly slips: number }

/** Income of one front in one quarter: near the exempt amount, now and then far below or, where the hand is careless, above it. */
function writeQuarter(script: Script, front: Firm, buyers: readonly number[], good: number, fromYm: number, toYm: number, { level, slips }: Steering): void {
  const { random } = script;
  const u = random.next();
  const share = u < slips ? random.between(1.01, 1.12) : u < slips + 0.1 ? random.between(0.2, 0.6) : Math.min(0.999, level * random.between(0.94, 1.06));
  const part = (toYm - fromYm + 1) / 3;
  for (const amountYuan of splitSum(random, QUARTER_LIMIT_YUAN * share * part, random.int(1, 5))) {
    script.order({
      seller: front.firm, buyer: random.pick(buyers), day: dayIn(random.int(fromYm, toYm), random.int(3, 30)), amountYuan, good, isPaper: false,
      kind: 'general',
    });
  }
}

function writeSplit(script: Script, front: Firm, buyers: readonly number[], good: number, months: Months, steering: Steering): void {
  for (let fromYm = months.fromYm; fromYm <= months.toYm; fromYm = fromYm - (fromYm % 3) + 3) {
    writeQuarter(script, front, buyers, good, fromYm, Math.min(months.toYm, fromYm - (fromYm % 3) + 2), steering);
  }
}

/** Returns how many firms it made cheat; 0 where the cast was too small. The work is done; who did it is not who invoices it. */
export function incomeSplit(script: Script, room: number): number {
  const { random, stage } = script;
  const care = drawCare(random);
  const wanted = Math.min(skewedInt(random, LEAST_SPLIT, MOST_SPLIT), room - 1);
  const companies = drawShare(random, 0, 0.4);
  const found = script.recruitForNewLife(Math.round(wanted * (1 - companies)), isSmallIndividual);
  const fronts = [...found, ...script.recruitForNewLife(wanted - found.length, isSmallCompany)];
  const isBuyer = isStandingGeneral(script);
  const [owner] = script.recruit(1, (firm) => isBuyer(firm) && firm.role === 'service', isBuyer);
  if (fronts.length < LEAST_SPLIT || owner === undefined) return script.giveUp();
  const months = goingOn(script, drawMonths(stage, random, 3 * random.int(2, 7)));
  const good = random.pick(goodsOf(...SPLIT_SERVICES));
  const level = drawShare(random, byCare(care, 0.95, 0.86, 0.72), byCare(care, 0.995, 0.98, 0.93));
  // staying below the amount is what the split is for: many hands never slip
  const slips = random.chance(0.6) ? 0 : drawShare(random, 0.01, 0.12);
  const buyers = [owner.firm, ...script.passersBy(random.int(0, 2), isBuyer).map(({ firm }) => firm)];
  const staggered = random.chance(0.4);
  for (const front of fronts) {
    const fromYm = Math.min(months.toYm, months.fromYm + (staggered ? random.int(0, 5) : 0));
    becomeShell(script, front, {
      registeredOn: addDays(dayIn(fromYm, 1), -random.int(5, random.chance(0.25) ? 1500 : 120)), vatStatus: 'small',
      industry: random.pick(['L7249', 'M7481', 'L7264', 'G5430']), goods: [good], beside: random.chance(0.6) ? fronts[0] : undefined,
    });
    keepHouse(script, front, front.registeredOn, dayIn(months.toYm, 28), 0.35);
    writeSplit(script, front, buyers, good, { fromYm, toYm: months.toYm }, { level, slips });
    script.label(front, 'member', { fromYm, toYm: months.toYm });
  }
  const hands = drawHands(script, fronts.length, byCare(care, 3, 2, 1), byCare(care, 5, 4, 3));
  dealHands(script, fronts, hands);
  const lent = fronts[0] !== undefined && random.chance(byCare(care, 0.5, 0.3, 0.1)) ? lendKey(script, fronts[0], owner) : 'none';
  script.label(owner, 'controller', months);
  script.ring({
    care, fronts: fronts.length, individuals: found.length, months: months.toYm - months.fromYm + 1, level, slips, buyers: buyers.length, staggered, lentKey: lent,
    hands: handsParameter(hands),
  });
  return fronts.length + 1;
}

/** The related shops sell the goods on at the market's price, mostly to consumers. */
function resell(script: Script, shop: Firm, good: number, marketYuan: number, day: string, consumerShare: number): void {
  const { random, stage } = script;
  for (const part of splitSum(random, marketYuan * random.between(0.97, 1.05), random.int(2, 5))) {
    const later = addDays(day, random.int(0, 20));
    const on = later > stage.lastDay ? stage.lastDay : later;
    const isConsumer = random.chance(consumerShare);
    script.order({
      seller: shop.firm, buyer: isConsumer ? null : outsideParty(stage, random), day: on, amountYuan: part, good, isPaper: false, kind: 'general',
      priceFactor: random.between(0.97, 1.05), ...(isConsumer ? { partyName: '个人' } : {}),
    });
  }
}

/** Returns how many firms it made cheat; 0 where the cast was too small. The margin arises where it is hardly taxed. */
export function relatedTransfer(script: Script, room: number): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const sellsGoods = (firm: Firm): boolean => isStanding(firm) && firm.monthlySales > 150_000 && firm.monthlySales < 8_000_000
    && [...usualGoods(firm.industry, 'sell').keys()].some(isGoods);
  // shifting a margin pays where much is sold
  const [parent] = script.recruit(1, (firm) => sellsGoods(firm) && firm.monthlySales > 900_000, sellsGoods, isStanding);
  const shops = script.recruitForNewLife(Math.min(random.int(2, 6), room - 1), isSmallTrader, isSmallCompany);
  if (parent === undefined || shops.length < 2) return script.giveUp();
  const months = goingOn(script, drawMonths(stage, random, random.int(5, 16)));
  const [priceFrom, consumerShare] = [drawShare(random, 0.5, 0.68), drawShare(random, 0.4, 1)];
  const priceTo = drawShare(random, priceFrom, 0.75);
  // each shop stays below the ceiling of five million in twelve months
  const monthlyYuan = Math.min(parent.monthlySales * random.between(0.15, 0.5), 240_000 * shops.length);
  const sold = [...usualGoods(parent.industry, 'sell').keys()].filter(isGoods);
  const goods = sold.length > 0 ? random.sample(sold, random.int(1, 2)) : goodsOf('household');
  for (const shop of shops) {
    becomeShell(
      script, shop,
      { registeredOn: addDays(dayIn(months.fromYm, 1), -random.int(15, 900)), vatStatus: 'small', goods, beside: random.chance(0.5) ? parent : undefined },
    );
    keepHouse(script, shop, shop.registeredOn, dayIn(months.toYm, 28), 0.7);
    script.label(shop, 'member', months);
  }
  const hands = drawHands(script, shops.length, 1, 4);
  dealHands(script, shops, hands);
  // the parent's own people stand behind the first of the shops, now and then under the parent's roof
  const [ownShop] = shops;
  const ties = ownShop === undefined ? [] : Array.from({ length: random.int(0, 5) }, () => lendKey(script, ownShop, parent));
  const lent = [...new Set(ties)].sort();
  const underOneRoof = ownShop !== undefined && random.chance(0.5);
  if (underOneRoof) script.change(ownShop, { addressKey: parent.addressKey, ...placeOf(parent) });
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    for (const [at, marketYuan] of splitSum(random, monthlyYuan * random.between(0.7, 1), shops.length).entries()) {
      const shop = shops[at];
      if (shop === undefined) continue;
      const [good, day, priceFactor] = [random.pick(goods), dayIn(ym, random.int(4, 20)), random.between(priceFrom, priceTo)];
      script.order({
        seller: outsideSellerOf(stage, random, good), buyer: parent.firm, day: dayIn(ym, random.int(1, 4)), amountYuan: marketYuan * random.between(0.82, 0.92),
        good, isPaper: false, kind: 'special',
      });
      script.order({ seller: parent.firm, buyer: shop.firm, day, amountYuan: marketYuan * priceFactor, good, isPaper: false, kind: 'general', priceFactor });
      resell(script, shop, good, marketYuan, day, consumerShare);
    }
  }
  const wantsRefund = random.chance(0.5);
  if (wantsRefund) script.behave(parent, 'wants_refund', { fromYm: Math.min(stage.lastYm, months.fromYm + 3), toYm: stage.lastYm }, 1);
  script.label(parent, 'beneficiary', months);
  script.ring({
    shops: shops.length, months: months.toYm - months.fromYm + 1, priceFrom, priceTo, monthlyYuan: roundYuan(monthlyYuan), consumerShare, wantsRefund,
    lentKeys: lent, underOneRoof, hands: handsParameter(hands),
  });
  return shops.length + 1;
}
