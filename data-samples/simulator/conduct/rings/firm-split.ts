/** One business of one house under several names, each small enough for the halved taxes and fees; together they are not. */
import { addDays, dayIn } from '../../calendar.ts';
import { INDUSTRIES } from '../../facts/industries.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, hexKey, roundYuan, skewedInt, splitSum } from '../draws.ts';
import { costShareOf, industryNumber, usualGoods } from '../habits.ts';
import { dealHands, drawHands, handsParameter } from '../hands.ts';
import { becomeShell, isSmallCompany, isStandingGeneral, placeOf } from '../lives.ts';
import type { Script } from '../script.ts';
import { outsideSellerOf } from '../stage.ts';

const LEAST_FIRMS = 2;
const MOST_FIRMS = 5;
/** Trades that live from many hands: dispatch of labour and care of buildings. */
const MANY_HANDED = ['L7264', 'L7264', 'K7020'] as const;
/** Persons of one firm: below the three hundred of the small. */
const PERSONS: readonly [number, number] = [90, 250];

/** One month of a member: bills to the customers they all share, and what it buys for itself. */
function writeMonth(script: Script, member: Firm, customers: readonly number[], ym: number, soldYuan: number): void {
  const { random, stage } = script;
  const [sold, bought] = [[...usualGoods(member.industry, 'sell').keys()], [...usualGoods(member.industry, 'buy').keys()]];
  for (const amountYuan of splitSum(random, soldYuan, random.int(2, 5))) {
    script.order({
      seller: member.firm, buyer: random.pick(customers), day: dayIn(ym, random.int(2, 28)), amountYuan, good: random.pick(sold), isPaper: false, kind: 'special',
    });
  }
  for (const amountYuan of splitSum(random, soldYuan * costShareOf(member.industry), random.int(1, 3))) {
    const good = random.pick(bought);
    script.order({
      seller: outsideSellerOf(stage, random, good), buyer: member.firm, day: dayIn(ym, random.int(1, 28)), amountYuan, good, isPaper: false, kind: 'special',
    });
  }
}

/** Returns how many firms it made cheat; 0 where the cast was too small. The work is real, and so are the persons; only the firm is cut up. */
export function firmSplit(script: Script, room: number): number {
  const { random, stage } = script;
  const care = drawCare(random);
  const members = script.recruitForNewLife(Math.min(skewedInt(random, LEAST_FIRMS, MOST_FIRMS), room), isSmallCompany);
  const isStanding = isStandingGeneral(script);
  const customers = script.passersBy(random.int(4, 12), isStanding).map(({ firm }) => firm);
  const [house] = members;
  if (house === undefined || members.length < LEAST_FIRMS || customers.length === 0) return script.giveUp();
  const industry = random.pick(MANY_HANDED);
  const perHeadYuan = 1000 * (INDUSTRIES[industryNumber(industry)]?.thousandPerHead ?? 10);
  // careless hands keep one address, careful ones rent another for most of the firms
  const [address, underOneRoof] = [hexKey(random), drawShare(random, byCare(care, 0.9, 0.7, 0.2), 1)];
  const hands = drawHands(script, members.length, byCare(care, 3, 2, 1), byCare(care, 5, 4, 2));
  const persons = members.map(() => random.int(...PERSONS));
  const ownTrade = drawShare(random, 0.01, byCare(care, 0.04, 0.08, 0.2));
  for (const [at, member] of members.entries()) {
    const soldYuan = (persons[at] ?? 0) * perHeadYuan;
    becomeShell(script, member, {
      registeredOn: addDays(stage.firstDay, -random.int(at === 0 ? 900 : 60, at === 0 ? 4000 : 1200)), vatStatus: 'general', industry,
      goods: [...usualGoods(industryNumber(industry), 'sell').keys()], monthlySales: roundYuan(soldYuan * ownTrade), beside: house,
    });
  }
  dealHands(script, members, hands);
  for (const [at, member] of members.entries()) {
    if (random.chance(underOneRoof)) script.change(member, { addressKey: address, ...placeOf(house) });
    const soldYuan = (persons[at] ?? 0) * perHeadYuan * (1 - ownTrade);
    for (let ym = stage.firstYm; ym <= stage.lastYm; ym += 1) writeMonth(script, member, customers, ym, soldYuan * random.between(0.85, 1.15));
    const months = { fromYm: stage.firstYm, toYm: stage.lastYm };
    script.behave(member, 'splits_to_stay_small', months, 1);
    script.label(member, 'member', months);
  }
  script.ring({ care, firms: members.length, industry, persons, customers: customers.length, underOneRoof, ownTrade, hands: handsParameter(hands) });
  return members.length;
}
