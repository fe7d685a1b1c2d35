/** Shells at one address or on one device that sell general invoices for services: the buyers deduct cost, not VAT. */
import { addDays } from '../../calendar.ts';
import { SMALL_CEILING_YUAN } from '../../facts/law.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, skewedInt } from '../draws.ts';
import { dealHands, drawHands, handsParameter } from '../hands.ts';
import type { Hands } from '../hands.ts';
import { becomeShell, isSmallCompany, isSmallIndividual, keepHouse, leave } from '../lives.ts';
import { goodsOf } from '../script.ts';
import type { Script } from '../script.ts';
import { drawStart, monthOf, outsideParty } from '../stage.ts';

const LEAST_SHELLS = 4;
const MOST_SHELLS = 45;
const SERVICES = ['consulting', 'labour', 'advertising', 'design', 'hosting', 'freight', 'property'] as const;
const SERVICE_INDUSTRIES = ['L7249', 'L7264', 'I6513', 'M7481'] as const;

interface Mill {
  readonly days: number;
  readonly start: string;
  readonly goods: readonly number[];
  /** Ceiling of one shell in thirty days: the exempt amount, or as much as it can. */
  readonly monthlyYuan: number;
  readonly ticketYuan: readonly [number, number];
}

function drawMill(script: Script, isCareful: boolean): Mill {
  const { random, stage } = script;
  const days = Math.min(30 * (stage.options.months - 1), random.int(60, 300));
  const staysExempt = random.chance(isCareful ? 0.6 : 0.3);
  return {
    days, start: drawStart(stage, random, days), goods: goodsOf(...random.sample(SERVICES, random.int(1, 3))),
    monthlyYuan: staysExempt ? random.int(55_000, 99_000) : random.int(150_000, 900_000),
    ticketYuan: staysExempt && random.chance(0.6) ? [3000, 30_000] : [9000, 98_000],
  };
}

/** Buyers inside are a few per hundred taxpayers at most: a mill serves many provinces. */
function drawBuyers(script: Script): { buyers: number[]; inside: number } {
  const { random, stage } = script;
  const wanted = skewedInt(random, 30, 400);
  const inside = script.passersBy(
    Math.round(Math.min(wanted * random.between(0.2, 0.7), stage.options.taxpayers * 0.06)),
    (firm) => firm.entityKind === 'enterprise' && firm.monthlySales > 20_000,
  );
  return {
    inside: inside.length, buyers: [...inside.map(({ firm }) => firm), ...Array.from({ length: wanted - inside.length }, () => outsideParty(stage, random))],
  };
}

function runShell(script: Script, mill: Mill, shell: Firm, buyers: readonly number[]): void {
  const { random, stage } = script;
  const starts = random.int(0, Math.floor(mill.days / 2));
  const days = random.int(Math.min(25, mill.days - starts), mill.days - starts);
  let lastDay = addDays(mill.start, starts);
  const firstDay = lastDay;
  // whatever the mill makes, one shell stops before the office asks it to register as a general taxpayer
  let left = Math.min(mill.monthlyYuan * Math.max(1, days / 30), SMALL_CEILING_YUAN * 0.98) * random.between(0.7, 1);
  while (left > 1000) {
    const amountYuan = Math.min(left, random.between(...mill.ticketYuan));
    const day = addDays(firstDay, random.int(0, days - 1));
    script.order({
      seller: shell.firm, buyer: random.pick(buyers), day, amountYuan, good: random.pick(mill.goods), isPaper: true, kind: 'general',
      priceFactor: random.between(0.5, 1.8),
    });
    if (day > lastDay) lastDay = day;
    left -= amountYuan;
  }
  keepHouse(script, shell, shell.registeredOn, lastDay, 0.4);
  const lastYm = monthOf(lastDay);
  if (random.chance(0.25)) {
    const behaviour = shell.vatStatus === 'small' ? 'leaves_out_small_sales' : 'leaves_out_sales';
    script.behave(shell, behaviour, { fromYm: monthOf(firstDay), toYm: lastYm }, drawShare(random, 0.4, 1));
  }
  leave(
    script, shell, random.pick(['deregistered', 'deregistered', 'abnormal', 'lingers', 'lingers']), lastDay, random.int(3, 26),
    Math.min(stage.lastYm, random.chance(0.7) ? lastYm + random.int(0, 4) : lastYm - 1),
  );
  script.label(shell, 'issuer', { fromYm: monthOf(firstDay), toYm: lastYm });
}

/** One address or one device, whatever else the hand shares. */
function withHouse(script: Script, hands: Hands): Hands {
  const house = script.random.pick(['address', 'device'] as const);
  return { ...hands, kinds: [...new Set([house, ...hands.kinds])], coverage: Math.max(hands.coverage, 0.75) };
}

/** Returns how many firms it made cheat; 0 where the cast was too small. */
export function invoiceMill(script: Script, room: number): number {
  const { random } = script;
  const care = drawCare(random);
  const individuals = drawShare(random, 0, 0.5);
  const wanted = Math.min(skewedInt(random, LEAST_SHELLS, MOST_SHELLS), room);
  const persons = script.recruitForNewLife(Math.round(wanted * individuals), isSmallIndividual);
  const shells = [...script.recruitForNewLife(wanted - persons.length, isSmallCompany), ...persons];
  if (shells.length < LEAST_SHELLS) return script.giveUp();
  const mill = drawMill(script, care === 'careful');
  const generalShare = drawShare(random, 0, 0.4);
  const industry = random.pick(SERVICE_INDUSTRIES);
  for (const shell of shells) {
    const isGeneral = shell.entityKind === 'enterprise' && random.chance(generalShare);
    becomeShell(script, shell, {
      registeredOn: addDays(mill.start, -(random.chance(0.2) ? random.int(400, 1800) : random.int(8, 160))), vatStatus: isGeneral ? 'general' : 'small',
      goods: mill.goods, industry, beside: random.chance(0.7) ? shells[0] : undefined,
    });
  }
  const hands = withHouse(script, drawHands(script, shells.length, byCare(care, 2, 1, 0), byCare(care, 5, 3, 2)));
  dealHands(script, shells, hands);
  const { buyers, inside } = drawBuyers(script);
  for (const shell of shells) runShell(script, mill, shell, buyers);
  script.ring({
    care, shells: shells.length, individuals: persons.length, generalShare, days: mill.days, monthlyYuan: mill.monthlyYuan, ticketFromYuan: mill.ticketYuan[0],
    ticketToYuan: mill.ticketYuan[1],
    buyers: buyers.length, insideBuyers: inside, hands: handsParameter(hands),
  });
  return shells.length;
}
