/** Honest circles of firms: clients of one agent, tenants of one house, groups that buy together, processing on order, suppliers of a site, mutual trade. */
import { addDays, dayIn } from '../../calendar.ts';
import { goodNumber } from '../../facts/goods.ts';
import type { Firm, Wish } from '../cast.ts';
import { hexKey, ipAddress, splitSum } from '../draws.ts';
import { costShareOf, usualGoods } from '../habits.ts';
import { becomeShell, isCompany, isSmallCompany, isSmallTrader, isStandingGeneral, placeOf } from '../lives.ts';
import { goodsOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawMonths, outsideParty, outsideSellerOf } from '../stage.ts';
import type { Months } from '../stage.ts';

/** Of a size that does not move its whole trade. */
const isMiddling: Wish = ({ monthlySales }) => monthlySales > 100_000 && monthlySales < 6_000_000;

const wholeWindow = (script: Script): Months => ({ fromYm: script.stage.firstYm, toYm: script.stage.lastYm });
/** Business groups of the scripts are numbered apart from those of the ordinary province. */
const FIRST_GROUP = 1_000_000;

/** One agent keeps the books of many: its clerk, telephone, device and address on the net appear at all of them. */
export function accountingAgent(script: Script, clients: number): number {
  const { random, stage } = script;
  const [agent] = script.recruit(
    1, (each) => each.code === 'L7241' && each.entityKind === 'enterprise' && each.registeredOn < stage.firstDay,
    (each) => isSmallCompany(each) && each.role === 'service' && each.registeredOn < stage.firstDay,
  );
  const isClient: Wish = (each) => (each.vatStatus === 'small' || each.monthlySales < 200_000) && each.agent === null && !each.isAgent
    && each.code !== 'L7241' && each.role !== 'farm';
  if (agent === undefined) return 0;
  const served = script.recruit(clients, isClient);
  if (served.length < 5) return script.giveUp();
  const office = { filing_clerk: hexKey(random), phone: hexKey(random), device: hexKey(random), ip: ipAddress(random) };
  // half of the agents write their own number into every client's registration
  const sharesPhone = random.chance(0.5);
  for (const firm of [agent, ...served]) {
    if (firm !== agent) script.change(firm, { agent: agent.firm });
    for (const kind of ['filing_clerk', 'phone', 'device', 'ip'] as const) {
      if (kind === 'phone' && firm !== agent && !(sharesPhone || random.chance(0.2))) continue;
      script.key(firm, kind, office[kind]);
    }
    script.lookalike(firm, firm === agent ? 'agent' : 'client', wholeWindow(script));
  }
  return served.length + 1;
}

/** Young firms registered at the address of one incubator; some leave their telephone to its front desk. */
export function incubatorAddress(script: Script, tenants: number): number {
  const { random, stage } = script;
  const isYoung: Wish = (each) => each.entityKind === 'enterprise' && !each.isAgent && each.registeredOn >= addDays(stage.firstDay, -700);
  const found = script.recruit(tenants, isYoung, isSmallCompany);
  const [host] = found;
  if (host === undefined || found.length < 4) return script.giveUp();
  const [address, desk] = [hexKey(random), hexKey(random)];
  const deskShare = random.between(0, 0.5);
  for (const firm of found) {
    script.change(firm, { addressKey: address, ...placeOf(host) });
    if (random.chance(deskShare)) script.key(firm, 'phone', desk);
    script.lookalike(firm, 'tenant', wholeWindow(script));
  }
  return found.length;
}

/** A group buys centrally and hands the goods on to its members; services and returns flow back, so that its invoices go round. */
export function groupProcurement(script: Script, members: number): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const buysGoods: Wish = (each) => isStanding(each) && each.entityKind === 'enterprise' && isMiddling(each)
    && [...usualGoods(each.industry, 'buy').keys()].some(isGoods);
  const [centre, ...firms] = script.recruit(members, buysGoods);
  if (centre === undefined || firms.length < 2) return script.giveUp();
  const [officer, address, holding] = [hexKey(random), hexKey(random), hexKey(random)];
  const [share, margin, months] = [random.between(0.3, 0.7), random.between(0.002, 0.012), drawMonths(stage, random, random.int(12, 24))];
  for (const firm of [centre, ...firms]) {
    script.change(firm, {
      businessGroup: FIRST_GROUP + centre.firm, agent: null, ...(random.chance(0.5) ? { addressKey: address } : {}),
      ...(firm !== centre && random.chance(0.15) ? { headOffice: centre.firm } : {}),
    });
    script.key(firm, 'investor', holding);
    if (random.chance(0.7)) script.key(firm, 'finance_officer', officer);
    script.lookalike(firm, firm === centre ? 'centre' : 'member', wholeWindow(script));
  }
  for (const firm of firms) {
    const goods = [...usualGoods(firm.industry, 'buy').keys()].filter(isGoods);
    const monthlyYuan = firm.monthlySales * costShareOf(firm.industry) * share;
    // what the centre delivers the member buys no more elsewhere
    script.trade(firm, 'buy', usualGoods(firm.industry, 'buy'), 1 - share * ((months.toYm - months.fromYm + 1) / stage.options.months));
    for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
      const [good, amountYuan, day] = [random.pick(goods), monthlyYuan * random.between(0.8, 1.2), dayIn(ym, random.int(3, 16))];
      script.order({ seller: outsideSellerOf(stage, random, good), buyer: centre.firm, day, amountYuan, good, isPaper: false, kind: 'special' });
      script.order({
        seller: centre.firm, buyer: firm.firm, day: addDays(day, random.int(0, 6)), amountYuan: amountYuan * (1 + margin), good, isPaper: false,
        kind: 'special',
      });
      if (random.chance(0.5)) {
        script.order({
          seller: firm.firm, buyer: centre.firm, day: addDays(day, random.int(4, 11)), amountYuan: amountYuan * random.between(0.05, 0.3),
          good: random.pick([good, ...goodsOf('warehousing', 'processing', 'freight')]), isPaper: false, kind: 'special',
        });
      }
    }
  }
  return firms.length + 1;
}

/** Material goes out to be worked on and comes back as processed goods: a circle of two or three with processing codes. */
export function tollProcessing(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const isMaker: Wish = (each) => isStanding(each) && each.role === 'producer';
  const [principal] = script.recruit(1, (each) => isMaker(each) && isMiddling(each) && [...usualGoods(each.industry, 'buy').keys()].some(isGoods), isMaker);
  const processors = script.recruit(random.int(1, 2), isMaker);
  if (principal === undefined || processors.length === 0) return script.giveUp();
  const [months, value] = [drawMonths(stage, random, random.int(6, 18)), random.between(0.85, 1.2)];
  const [material, work] = [[...usualGoods(principal.industry, 'buy').keys()].filter(isGoods), goodNumber('processing')];
  const monthlyYuan = principal.monthlySales * random.between(0.15, 0.45);
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    for (const processor of processors) {
      const [good, amountYuan, day] = [random.pick(material), (monthlyYuan / processors.length) * random.between(0.7, 1.3), dayIn(ym, random.int(1, 8))];
      script.order({
        seller: outsideSellerOf(stage, random, good), buyer: principal.firm, day, amountYuan: amountYuan * 0.98, good, isPaper: false, kind: 'special',
      });
      script.order({ seller: principal.firm, buyer: processor.firm, day: addDays(day, random.int(0, 3)), amountYuan, good, isPaper: false, kind: 'special' });
      script.order({
        seller: processor.firm, buyer: principal.firm, day: addDays(day, random.int(5, 14)), amountYuan: amountYuan * value, good: work, isPaper: false,
        kind: 'special',
      });
      const [sold = good] = usualGoods(principal.industry, 'sell').keys();
      script.order({
        seller: principal.firm, buyer: outsideParty(stage, random), day: addDays(day, random.int(15, 19)), amountYuan: amountYuan * value * 1.12, good: sold,
        isPaper: false, kind: 'special',
      });
    }
  }
  for (const firm of [principal, ...processors]) script.lookalike(firm, firm === principal ? 'principal' : 'processor', months);
  return processors.length + 1;
}

/** One building site brings a dozen young suppliers to a builder; some of them close when it is finished. */
export function youngConsortium(script: Script, suppliers: number): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const [builder] = script.recruit(1, (each) => isStanding(each) && each.code === 'E4710' && isMiddling(each), (each) => isStanding(each) && isMiddling(each));
  const young = script.recruitForNewLife(suppliers, isSmallTrader, isSmallCompany);
  if (builder === undefined || young.length < 3) return script.giveUp();
  const months = drawMonths(stage, random, random.int(6, 12));
  const goods = goodsOf('steel', 'concrete', 'cement', 'sand', 'cable', 'structure', 'board');
  for (const firm of young) {
    const good = random.pick(goods);
    const first = addDays(dayIn(months.fromYm, 1), -random.int(10, 120));
    becomeShell(script, firm, {
      registeredOn: first, vatStatus: 'general', industry: 'F5165', goods: [good], monthlySales: Math.round(random.between(60_000, 180_000)),
    });
    deliver(script, firm, builder, good, { fromYm: months.fromYm + random.int(0, 2), toYm: months.toYm });
    script.lookalike(firm, 'supplier', months);
  }
  // the site's material replaces what the builder would buy elsewhere
  script.trade(builder, 'buy', usualGoods(builder.industry, 'buy'), 1 - 0.5 * ((months.toYm - months.fromYm + 1) / stage.options.months));
  script.lookalike(builder, 'builder', months);
  return young.length + 1;
}

/** Monthly deliveries to the site, bought from outside shortly before. */
function deliver(script: Script, supplier: Firm, builder: Firm, good: number, { fromYm, toYm }: Months): void {
  const { random, stage } = script;
  for (let ym = fromYm; ym <= toYm; ym += 1) {
    const [amountYuan, day] = [builder.monthlySales * random.between(0.02, 0.09), dayIn(ym, random.int(5, 18))];
    script.order({
      seller: outsideSellerOf(stage, random, good), buyer: supplier.firm, day, amountYuan: amountYuan * random.between(0.9, 0.96), good, isPaper: false,
      kind: 'special',
    });
    for (const part of splitSum(random, amountYuan, random.int(1, 3))) {
      script.order({
        seller: supplier.firm, buyer: builder.firm, day: addDays(day, random.int(0, 9)), amountYuan: part, good, isPaper: false, kind: 'special',
      });
    }
  }
}

/** Two traders fill each other's gaps: what goes one way comes back as other goods of about the same value. */
export function mutualTrade(script: Script): number {
  const { random, stage } = script;
  const isStanding = isStandingGeneral(script);
  const isTrader: Wish = (each) => isStanding(each) && each.role === 'trader' && isCompany(each) && [...usualGoods(each.industry, 'sell').keys()].some(isGoods);
  const [one, other] = script.recruit(2, (each) => isTrader(each) && isMiddling(each), isTrader);
  if (one === undefined || other === undefined) return script.giveUp();
  const [months, monthlyYuan, likeness] = [
    drawMonths(stage, random, random.int(6, 20)), Math.min(one.monthlySales, other.monthlySales) * random.between(0.1, 0.4), random.between(0.7, 1),
  ];
  const main = (firm: Firm): number => [...usualGoods(firm.industry, 'sell').keys()].filter(isGoods)[0] ?? 0;
  for (let ym = months.fromYm; ym <= months.toYm; ym += 1) {
    const amountYuan = monthlyYuan * random.between(0.6, 1.4);
    script.order({ seller: one.firm, buyer: other.firm, day: dayIn(ym, random.int(2, 27)), amountYuan, good: main(one), isPaper: false, kind: 'special' });
    script.order({
      seller: other.firm, buyer: one.firm, day: dayIn(ym, random.int(2, 27)), amountYuan: amountYuan * likeness * random.between(0.85, 1.1), good: main(other),
      isPaper: false, kind: 'special',
    });
  }
  script.lookalike(one, 'trader', months);
  script.lookalike(other, 'trader', months);
  return 2;
}
