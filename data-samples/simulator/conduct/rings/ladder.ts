/**
 * Ladders of brokers between a source and a beneficiary: paper climbs down within days at next to no margin. With a switch the goods change
 * on the way (变票); without one the ladder only adds distance.
 */
import { addDays } from '../../calendar.ts';
import { GOODS } from '../../facts/goods.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, roundYuan, skewedInt, splitSum } from '../draws.ts';
import type { Care } from '../draws.ts';
import { dealHands, drawHands, handsParameter } from '../hands.ts';
import { becomeShell, isSmallCompany, isSmallTrader, keepHouse, leave } from '../lives.ts';
import { codeOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawStart, monthOf, outsideParty, outsideSellerOf } from '../stage.ts';
import { nextClaimant, paperGoods, recruitClaimants, settleClaimants } from './claimants.ts';
import type { Claimant } from './claimants.ts';

interface LadderKind { readonly hasSwitch: boolean; readonly leastBrokers: number; readonly mostBrokers: number; readonly mostMargin: number }

interface Ladder {
  readonly care: Care;
  readonly rounds: number;
  readonly days: number;
  readonly start: string;
  readonly margins: readonly number[];
  /** Goods of every hop: the source's sale first, the last broker's sale last. */
  readonly hopGoods: readonly number[];
  readonly outsideShare: number;
  readonly hasVanishingSource: boolean;
  readonly mostHoldingDays: number;
  readonly mostTickets: number;
}

/** A good the beneficiary's good was before: another group of the same class where the script is careful, else another class. */
function goodBefore(script: Script, good: number, isNear: boolean): number {
  const all = GOODS.map((_, at) => at).filter((other) => isGoods(other) && codeOf(other, 7) !== codeOf(good, 7));
  const near = all.filter((other) => (codeOf(other, 3) === codeOf(good, 3)) === isNear);
  return script.random.pick(near.length > 0 ? near : all);
}

function drawHopGoods(script: Script, kind: LadderKind, care: Care, hops: number, last: number): number[] {
  const { random } = script;
  const goods = Array.from({ length: hops }, () => last);
  if (!kind.hasSwitch) return goods;
  const isNear = random.chance(byCare(care, 0.15, 0.35, 0.6));
  const at = random.int(1, hops - 1);
  const before = goodBefore(script, last, isNear);
  goods.fill(before, 0, at);
  // now and then the goods change twice
  if (at > 1 && random.chance(0.3)) goods.fill(goodBefore(script, before, isNear), 0, random.int(1, at - 1));
  return goods;
}

function drawLadder(script: Script, kind: LadderKind, brokers: number, claimants: readonly Claimant[]): Ladder {
  const { random, stage } = script;
  const care = drawCare(random);
  const mostHoldingDays = random.int(0, 5);
  const days = Math.min(30 * (stage.options.months - 1), random.int(60, 240));
  const [last = 0] = paperGoods(script, claimants, 0.15);
  return {
    care, rounds: skewedInt(random, 4, 24), days, start: drawStart(stage, random, days + (mostHoldingDays + 1) * (brokers + 1)),
    margins: Array.from({ length: brokers }, () => drawShare(random, 0, kind.mostMargin)),
    hopGoods: drawHopGoods(script, kind, care, brokers + 1, last), outsideShare: drawShare(random, 0.1, 0.7), hasVanishingSource: random.chance(0.35),
    mostHoldingDays, mostTickets: random.int(1, 4),
  };
}

/** One hop of one round, on one day, as some tickets. */
function writeHop(script: Script, seller: number, buyer: number, good: number, amountYuan: number, day: string, mostTickets: number): void {
  const { random } = script;
  for (const part of splitSum(random, amountYuan, random.int(1, mostTickets))) {
    script.order({ seller, buyer, day, amountYuan: part, good, isPaper: true, kind: 'special', priceFactor: random.between(0.97, 1.03) });
  }
}

function writeRounds(script: Script, ladder: Ladder, brokers: readonly Firm[], source: Firm | undefined, claimants: readonly Claimant[]): void {
  const { random, stage } = script;
  const appetite = claimants.reduce((sum, claimant) => sum + claimant.appetiteYuan, 0);
  const perRound = appetite / (1 - ladder.outsideShare) / ladder.rounds;
  const sourceParty = outsideSellerOf(stage, random, ladder.hopGoods[0] ?? 0);
  for (let round = 0; round < ladder.rounds; round += 1) {
    let day = addDays(ladder.start, Math.floor((ladder.days * (round + random.next())) / ladder.rounds));
    let amountYuan = perRound * random.between(0.5, 1.5);
    let seller = source?.firm ?? sourceParty;
    for (const [at, broker] of brokers.entries()) {
      writeHop(script, seller, broker.firm, ladder.hopGoods[at] ?? 0, amountYuan, day, ladder.mostTickets);
      amountYuan *= 1 + (ladder.margins[at] ?? 0);
      seller = broker.firm;
      day = addDays(day, random.int(0, ladder.mostHoldingDays));
    }
    const claimant = nextClaimant(random, claimants, 1 - ladder.outsideShare, amountYuan);
    const buyer = claimant?.firm ?? outsideParty(stage, random);
    writeHop(script, seller, buyer, ladder.hopGoods.at(-1) ?? 0, amountYuan, day, ladder.mostTickets);
  }
}

/** Genuine trade beside the ladder hides it; some brokers buy a licence that is years old. */
function makeBrokers(script: Script, ladder: Ladder, brokers: readonly Firm[], frontShare: number): void {
  const { random } = script;
  const industry = random.pick(['F5164', 'F5165', 'F5169', 'F5175', 'F5131', 'F5122', 'F5162']);
  for (const [at, broker] of brokers.entries()) {
    const registeredOn = addDays(ladder.start, -(random.chance(0.3) ? random.int(500, 2600) : random.int(20, 300)));
    const front = random.chance(frontShare) ? { monthlySales: roundYuan(random.between(60_000, 260_000)) } : {};
    becomeShell(script, broker, {
      registeredOn, vatStatus: 'general', industry, goods: [...new Set([ladder.hopGoods[at] ?? 0, ladder.hopGoods[at + 1] ?? 0])],
      beside: random.chance(0.4) ? brokers[0] : undefined, ...front,
    });
    keepHouse(script, broker, ladder.start, addDays(ladder.start, ladder.days), byCare(ladder.care, 0.3, 0.6, 0.9));
  }
}

/** The first seller inside the province, which never declares what it sold. */
function makeSource(script: Script, ladder: Ladder, source: Firm): void {
  const { random, stage } = script;
  becomeShell(script, source, { registeredOn: addDays(ladder.start, -random.int(10, 200)), vatStatus: 'general', goods: [ladder.hopGoods[0] ?? 0] });
  const lastDay = addDays(ladder.start, ladder.days);
  leave(
    script, source, random.pick(['absconded', 'abnormal', 'lingers']), lastDay, random.int(3, 16),
    random.chance(0.6) ? monthOf(ladder.start) - 1 : Math.min(stage.lastYm, monthOf(lastDay)),
  );
  if (source.filedToYm >= monthOf(ladder.start)) script.behave(source, 'leaves_out_sales', { fromYm: monthOf(ladder.start), toYm: monthOf(lastDay) }, 1);
}

function runLadder(script: Script, kind: LadderKind, room: number): number {
  const { random, stage } = script;
  const claimants = recruitClaimants(script, room >= kind.leastBrokers + 4 && random.chance(0.3) ? 2 : 1, [0.6, 5]);
  const brokers = script.recruitForNewLife(
    Math.min(random.int(kind.leastBrokers, kind.mostBrokers), room - claimants.length - 1), isSmallTrader, isSmallCompany,
  );
  if (brokers.length < kind.leastBrokers || claimants.length === 0) return script.giveUp();
  const ladder = drawLadder(script, kind, brokers.length, claimants);
  const [source] = ladder.hasVanishingSource ? script.recruitForNewLife(1, isSmallCompany) : [];
  const frontShare = drawShare(random, 0, byCare(ladder.care, 0.3, 0.6, 0.9));
  makeBrokers(script, ladder, brokers, frontShare);
  if (source !== undefined) makeSource(script, ladder, source);
  const hands = drawHands(script, brokers.length + 1, byCare(ladder.care, 2, 1, 0), byCare(ladder.care, 5, 3, 2));
  dealHands(script, source === undefined ? brokers : [source, ...brokers], hands);
  writeRounds(script, ladder, brokers, source, claimants);
  const months = { fromYm: monthOf(ladder.start), toYm: Math.min(stage.lastYm, monthOf(addDays(ladder.start, ladder.days))) };
  for (const broker of brokers) {
    script.label(broker, 'conduit', months);
    if (broker.monthlySales === 0) script.behave(broker, 'idle_plant', { fromYm: stage.firstYm, toYm: stage.lastYm }, random.between(0, 0.15));
  }
  if (source !== undefined) script.label(source, 'issuer', months);
  settleClaimants(script, claimants, months);
  script.ring({
    care: ladder.care, brokers: brokers.length, claimants: claimants.length, rounds: ladder.rounds, days: ladder.days, margins: [...ladder.margins],
    goods: ladder.hopGoods.map((good) => GOODS[good]?.key ?? ''),
    outsideShare: ladder.outsideShare, hasVanishingSource: source !== undefined, mostHoldingDays: ladder.mostHoldingDays, mostTickets: ladder.mostTickets,
    frontShare, hands: handsParameter(hands),
  });
  return brokers.length + claimants.length + (source === undefined ? 0 : 1);
}

/** Two to four brokers, and goods that become others on the way. */
export const goodsSwitch = (script: Script, room: number): number => runLadder(
  script, { hasSwitch: true, leastBrokers: 2, mostBrokers: 4, mostMargin: 0.03 }, room,
);

/** Three to six companies that hand the same goods on, without stock or staff. */
export const passThrough = (script: Script, room: number): number => runLadder(
  script, { hasSwitch: false, leastBrokers: 3, mostBrokers: 6, mostMargin: 0.019 }, room,
);
