/**
 * Closed loops: value goes round from firm to firm and comes back nearly whole, so that one or two of them can show input. The members have
 * trade of their own; some hops pass a party outside, some value stays on the way, members join later.
 */
import { addDays } from '../../calendar.ts';
import { GOODS } from '../../facts/goods.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, roundYuan, splitSum } from '../draws.ts';
import type { Care } from '../draws.ts';
import { usualGoods } from '../habits.ts';
import { dealHands, drawHands, handsParameter, lendKey } from '../hands.ts';
import { becomeShell, isSmallTrader, isSmallCompany, isStandingGeneral, keepHouse } from '../lives.ts';
import { codeOf, isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import { drawStart, monthOf, outsideParty, outsideSellerOf } from '../stage.ts';

const LEAST_MEMBERS = 3;

interface Loop {
  readonly care: Care;
  readonly rounds: number;
  readonly daysPerRound: number;
  readonly start: string;
  readonly retentionFrom: number;
  readonly retentionTo: number;
  /** Rounds of which only a part returns. */
  readonly partialShare: number;
  readonly turnoverMonths: number;
  readonly mostTickets: number;
  readonly outsideHops: number;
  /** False: some hops are written before the one that feeds them, so that the days do not show the way. */
  readonly isInOrder: boolean;
  readonly goods: readonly number[];
  readonly decoys: number;
}

function drawLoop(script: Script, head: Firm): Loop {
  const { random, stage } = script;
  const care = drawCare(random);
  const rounds = random.int(1, 5);
  const daysPerRound = Math.min(random.int(20, 120), Math.floor((30 * (stage.options.months - 1)) / rounds));
  const goods = [...usualGoods(head.industry, 'sell').keys(), ...usualGoods(head.industry, 'buy').keys()].filter(isGoods);
  const retentionFrom = drawShare(random, 0.86, 0.99);
  return {
    care, rounds, daysPerRound, start: drawStart(stage, random, rounds * daysPerRound), retentionFrom, retentionTo: drawShare(random, retentionFrom, 1),
    partialShare: drawShare(random, 0, byCare(care, 0.2, 0.5, 0.8)),
    turnoverMonths: drawShare(random, 0.3, 4), mostTickets: random.int(1, 4), outsideHops: drawShare(random, 0, byCare(care, 0.05, 0.15, 0.35)),
    isInOrder: !random.chance(byCare(care, 0, 0.1, 0.3)), goods: goods.length > 0 ? random.sample(goods, random.int(1, 2)) : [0],
    decoys: random.int(0, byCare(care, 3, 8, 16)),
  };
}

/** A hop from firm to firm, or through a party outside within a day or two. */
function writeHop(script: Script, loop: Loop, seller: number, buyer: number, amountYuan: number, day: string, good: number): void {
  const { random, stage } = script;
  const write = (from: number, to: number, sum: number, on: string): void => {
    for (const part of splitSum(random, sum, random.int(1, loop.mostTickets))) {
      script.order({ seller: from, buyer: to, day: on, amountYuan: part, good, isPaper: true, kind: 'special' });
    }
  };
  if (!random.chance(loop.outsideHops)) {
    write(seller, buyer, amountYuan, day);
    return;
  }
  const party = outsideParty(stage, random);
  write(seller, party, amountYuan, day);
  write(party, buyer, amountYuan, day);
}

interface Turn {
  readonly members: readonly number[];
  readonly sentYuan: number;
  readonly returnedYuan: number;
  readonly retention: number;
  readonly firstDay: string;
}

/** One round: the head sells first and buys last; what a hop loses is lost evenly. */
function writeRound(script: Script, loop: Loop, members: readonly Firm[], round: number): Turn {
  const { random } = script;
  const [head] = members;
  if (head === undefined) throw new Error('a loop without members');
  const isPartial = random.chance(loop.partialShare);
  const retention = isPartial ? drawShare(random, 0.25, 0.8) : drawShare(random, loop.retentionFrom, loop.retentionTo);
  const sentYuan = roundYuan((head.monthlySales * loop.turnoverMonths * random.between(0.6, 1.4)) / loop.rounds);
  const days = Array.from({ length: members.length - 1 }, () => random.int(0, loop.daysPerRound - 1));
  if (loop.isInOrder) days.sort((a, b) => a - b);
  const firstDay = addDays(loop.start, round * loop.daysPerRound);
  const good = random.pick(loop.goods);
  let returnedYuan = sentYuan;
  for (const [at, seller] of members.entries()) {
    returnedYuan = roundYuan(sentYuan * (1 - ((1 - retention) * at) / (members.length - 1)));
    const buyer = members[(at + 1) % members.length] ?? head;
    // careless rings keep one good all the way, others change it within its class
    const hopGood = random.chance(0.2) ? random.pick(loop.goods) : good;
    writeHop(script, loop, seller.firm, buyer.firm, returnedYuan, addDays(firstDay, at === 0 ? 0 : (days[at - 1] ?? 0)), hopGood);
  }
  return { members: members.map(({ firm }) => firm), sentYuan, returnedYuan, retention, firstDay };
}

/** Real small trade around the loop that leads a reader astray; the head takes no part, so that what left it and came back can be counted. */
function writeDecoys(script: Script, loop: Loop, others: readonly Firm[], passersBy: readonly Firm[]): void {
  const { random, stage } = script;
  for (let decoy = 0; decoy < loop.decoys; decoy += 1) {
    const firm = random.pick(others).firm;
    const party = passersBy.length > 0 && random.chance(0.6) ? random.pick(passersBy).firm : outsideParty(stage, random);
    const [seller, buyer] = random.chance(0.5) ? [firm, party] : [party, firm];
    script.order({
      seller, buyer, day: addDays(loop.start, random.int(0, loop.rounds * loop.daysPerRound - 1)), amountYuan: random.between(3000, 60_000),
      good: random.pick(loop.goods), isPaper: false,
    });
  }
}

/** One member covers what it sells in the loop with paper from outside. */
function feed(script: Script, loop: Loop, feeder: Firm, head: Firm): void {
  const { random, stage } = script;
  const good = loop.goods[0] ?? 0;
  const seller = outsideSellerOf(stage, random, good);
  for (const part of splitSum(random, head.monthlySales * random.between(0.3, 2), random.int(2, 6))) {
    script.order({
      seller, buyer: feeder.firm, day: addDays(loop.start, random.int(0, loop.rounds * loop.daysPerRound - 1)), amountYuan: part, good, isPaper: true,
      kind: 'special',
    });
  }
}

function makeShells(script: Script, loop: Loop, shells: readonly Firm[]): void {
  for (const shell of shells) {
    becomeShell(script, shell, {
      registeredOn: addDays(loop.start, -script.random.int(25, 700)), vatStatus: 'general',
      industry: script.random.pick(['F5164', 'F5165', 'F5169', 'F5175']), goods: loop.goods, beside: script.random.chance(0.5) ? shells[0] : undefined,
    });
    keepHouse(script, shell, loop.start, addDays(loop.start, loop.rounds * loop.daysPerRound - 1), 0.6);
  }
}

function labelMembers(script: Script, loop: Loop, members: readonly Firm[], turns: readonly Turn[], claimants: number): void {
  const { random, stage } = script;
  for (const [at, firm] of members.entries()) {
    const used = turns.filter((turn) => turn.members.includes(firm.firm));
    const fromYm = monthOf(used[0]?.firstDay ?? loop.start);
    const months = { fromYm, toYm: Math.min(stage.lastYm, monthOf(addDays(used.at(-1)?.firstDay ?? loop.start, loop.daysPerRound - 1))) };
    script.label(firm, at < claimants ? 'beneficiary' : 'conduit', months);
    if (at < claimants) script.behave(firm, 'wants_refund', { fromYm: Math.min(stage.lastYm, fromYm + random.int(1, 4)), toYm: stage.lastYm }, 1);
  }
}

/** Returns how many firms it made cheat; 0 where the cast was too small. */
export function closedLoop(script: Script, room: number): number {
  const { random } = script;
  const most = Math.min(room, random.chance(0.75) ? 6 : 9);
  const isStanding = isStandingGeneral(script);
  const wanted = random.int(LEAST_MEMBERS, Math.max(LEAST_MEMBERS, most));
  const shellCount = Math.min(wanted - 2, Math.round(wanted * drawShare(random, 0, 0.45)));
  const fits = (firm: Firm): boolean => isStanding(firm) && [...usualGoods(firm.industry, 'buy').keys()].some(isGoods);
  const standing = script.recruit(wanted - shellCount, (firm) => fits(firm) && firm.monthlySales > 120_000 && firm.monthlySales < 5_000_000, fits);
  // the one that is to claim goes first
  standing.sort((a, b) => Number(b.rating === 'may claim') - Number(a.rating === 'may claim'));
  const [head, ...fronts] = standing;
  const shells = script.recruitForNewLife(shellCount, isSmallTrader, isSmallCompany);
  if (room < LEAST_MEMBERS || head === undefined || standing.length + shells.length < LEAST_MEMBERS) return script.giveUp();
  const loop = drawLoop(script, head);
  makeShells(script, loop, shells);
  const hands = drawHands(script, shells.length + 1, byCare(loop.care, 2, 1, 0), byCare(loop.care, 4, 3, 1));
  dealHands(script, shells, hands);
  const others = [...fronts, ...shells];
  const lent = shells[0] !== undefined && random.chance(byCare(loop.care, 0.5, 0.25, 0.05)) ? lendKey(script, shells[0], head) : 'none';
  const joiners = loop.rounds > 1 && others.length > 2 ? random.int(0, Math.min(loop.rounds - 1, others.length - 2)) : 0;
  const early = others.length - joiners;
  const turns = Array.from({ length: loop.rounds }, (_, round) => writeRound(
    script, loop, [head, ...others.slice(0, early + Math.min(joiners, round))], round,
  ));
  writeDecoys(script, loop, others, script.passersBy(random.int(1, 6), isStanding));
  const feeder = random.chance(0.4) ? random.pick(others) : undefined;
  if (feeder !== undefined) feed(script, loop, feeder, head);
  const claimants = others.length > 2 && random.chance(0.35) ? 2 : 1;
  labelMembers(script, loop, [head, ...others], turns, claimants);
  const [sent, returned] = [turns.reduce((sum, turn) => sum + turn.sentYuan, 0), turns.reduce((sum, turn) => sum + turn.returnedYuan, 0)];
  script.ring({
    care: loop.care, members: others.length + 1, shells: shells.length, joiners, claimants, rounds: loop.rounds, daysPerRound: loop.daysPerRound,
    retention: Math.round((returned / sent) * 1e6) / 1e6, partialShare: loop.partialShare,
    roundRetentions: turns.map((turn) => turn.retention), sentYuan: roundYuan(sent), returnedYuan: roundYuan(returned), turnoverMonths: loop.turnoverMonths,
    mostTickets: loop.mostTickets, outsideHops: loop.outsideHops,
    isInOrder: loop.isInOrder, decoys: loop.decoys, hasFeeder: feeder !== undefined, head: head.firm, goods: loop.goods.map((good) => GOODS[good]?.key ?? ''),
    codes: new Set(loop.goods.map((good) => codeOf(good, 3))).size, lentKey: lent, hands: handsParameter(hands),
  });
  return others.length + 1;
}
