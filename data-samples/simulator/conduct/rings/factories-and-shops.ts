/** Two frauds of one firm each that need a script of their own: sales to consumers that nobody sees, and purchases from farmers that never were. */
import { addDays, dayIn } from '../../calendar.ts';
import { SURNAMES } from '../../facts/places.ts';
import type { Wish } from '../cast.ts';
import { byCare, drawCare, drawShare, roundYuan } from '../draws.ts';
import { FARM_PRODUCE, farmGoodsOf, usualGoods } from '../habits.ts';
import { changeBusiness, isStandingGeneral } from '../lives.ts';
import type { Script } from '../script.ts';
import { drawMonths, outsideParty } from '../stage.ts';

/** Trades that sell to consumers, with or without an invoice. */
const CONSUMER_TRADES = new Set(['F5212', 'F5271', 'F5281', 'H6110', 'H6210', 'K7020', 'L7291', 'O8111', 'D4610', 'C1512', 'C2110', 'E5011']);
const GIVEN_NAMES = ['国', '文', '志', '秀', '永', '凤', '建', '桂', '玉', '光', '树', '春'] as const;

/** Returns 1, or 0 where nobody was found: a firm that buys for real, hides what it sells to consumers, and claims the credit that stays. */
export function hiddenSales(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const isShop: Wish = (firm) => isStanding(firm) && CONSUMER_TRADES.has(firm.code);
  // most are in retail, catering and lodging, where private payment codes are at hand
  const isCounter: Wish = (each) => isShop(each) && /^(F52|H|O)/.test(each.code) && each.monthlySales > 150_000;
  const [firm] = script.recruit(
    1, ...(random.chance(0.7) ? [isCounter] : []), (each) => isShop(each) && each.monthlySales > 250_000 && each.rating === 'may claim', isShop, (each) => isStanding(each) && each.role === 'trader',
  );
  if (firm === undefined) return 0;
  if (!CONSUMER_TRADES.has(firm.code)) changeBusiness(script, firm, random.pick(['F5212', 'F5271']));
  const drawn = drawMonths(stage, random, random.int(5, 22));
  // most are still at it; some write down next to nothing of what is paid to a private account
  const months = random.chance(0.6) ? { ...drawn, toYm: stage.lastYm } : drawn;
  const strength = random.chance(0.6) ? drawShare(random, 0.97, 0.999) : drawShare(random, 0.45, 0.94);
  const wantsRefund = firm.rating === 'may claim' && random.chance(0.85);
  script.behave(firm, 'hides_sales', months, strength);
  // a trade that does well buys more every year, whatever it shows
  if (random.chance(0.5)) script.behave(firm, 'buys_ahead', months, drawShare(random, 1.05, 1.35));
  if (wantsRefund) script.behave(firm, 'wants_refund', { fromYm: Math.min(stage.lastYm, months.fromYm + random.int(2, 5)), toYm: stage.lastYm }, 1);
  script.label(firm, 'single', months);
  script.ring({ months: months.toYm - months.fromYm + 1, strength, wantsRefund, monthlySalesYuan: firm.monthlySales });
  return 1;
}

/** Returns 1, or 0 where nobody was found: a factory that could produce, hardly does, and writes itself invoices of a few farmers. */
export function agriSelfIssue(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const isFactory: Wish = (each) => isStanding(each) && each.role === 'producer';
  // most are processors of farm goods, some have no business with them
  const wish: Wish = random.chance(0.75) ? (each) => isFactory(each) && farmGoodsOf(each.industry).length > 0 : isFactory;
  const [firm] = script.recruit(1, wish, isFactory);
  if (firm === undefined) return 0;
  const care = drawCare(random);
  const months = drawMonths(stage, random, random.int(4, 12));
  const usual = farmGoodsOf(firm.industry);
  const goods = usual.length > 0 ? usual : [random.pick(FARM_PRODUCE)];
  const givenName = (): string => random.pick(GIVEN_NAMES) + (random.chance(0.7) ? random.pick(GIVEN_NAMES) : '');
  const farmers = Array.from({ length: random.int(4, 25) }, () => random.pick(SURNAMES) + givenName());
  const strength = drawShare(random, 0.3, 1.6);
  const soldShare = drawShare(random, 0, byCare(care, 0.3, 0.7, 1));
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    const invoices = random.int(4, 14);
    const boughtYuan = firm.monthlySales * strength * random.between(0.6, 1.4);
    for (let each = 0; each < invoices; each += 1) {
      script.order({
        seller: firm.firm, buyer: firm.firm, partyName: random.pick(farmers), day: dayIn(ym, random.int(1, 31)),
        amountYuan: (boughtYuan / invoices) * random.between(0.5, 1.5), good: random.pick(goods),
        isPaper: true, kind: 'agri_purchase', priceFactor: random.between(0.9, 1.25),
      });
    }
    // part of the false input covers false output, the rest becomes credit
    const [sold] = usualGoods(firm.industry, 'sell').keys();
    if (soldShare > 0.05 && sold !== undefined) {
      script.order({
        seller: firm.firm, buyer: outsideParty(stage, random), day: addDays(dayIn(ym, 1), random.int(5, 26)), amountYuan: boughtYuan * soldShare, good: sold,
        isPaper: true, kind: 'special',
      });
    }
  }
  const idle = drawShare(random, 0.05, byCare(care, 0.3, 0.5, 0.75));
  const wantsRefund = firm.rating === 'may claim' && soldShare < 0.6 && random.chance(0.9);
  script.behave(firm, 'idle_plant', months, idle);
  if (wantsRefund) script.behave(firm, 'wants_refund', { fromYm: Math.min(stage.lastYm, months.fromYm + 1), toYm: stage.lastYm }, 1);
  script.label(firm, 'single', months);
  script.ring({
    care, months: months.toYm - months.fromYm + 1, farmers: farmers.length, strength, soldShare, idle, wantsRefund, isFarmProcessor: usual.length > 0,
    monthlySalesYuan: roundYuan(firm.monthlySales),
  });
  return 1;
}
