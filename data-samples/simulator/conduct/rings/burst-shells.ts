/** Shells that write all their tickets within days and are gone some weeks later, for claimants with trade of their own. */
import { addDays } from '../../calendar.ts';
import type { Firm } from '../cast.ts';
import { byCare, drawCare, drawShare, skewedInt } from '../draws.ts';
import type { Care } from '../draws.ts';
import { dealHands, drawHands, handsParameter, lendKey } from '../hands.ts';
import { becomeShell, drawLegacyUntilYm, isSmallCompany, isSmallTrader, isStandingGeneral, keepHouse, leave } from '../lives.ts';
import type { Exit } from '../lives.ts';
import type { Script } from '../script.ts';
import { daysBetween, drawStart, monthOf, outsideParty } from '../stage.ts';
import { ticketAmounts, ticketTimes } from '../tickets.ts';
import type { TicketStyle } from '../tickets.ts';
import { nextClaimant, paperGoods, recruitClaimants, settleClaimants } from './claimants.ts';
import type { Claimant } from './claimants.ts';

const LEAST_SHELLS = 5;
const MOST_SHELLS = 60;

interface Burst {
  readonly care: Care;
  readonly days: number;
  readonly waves: readonly string[];
  readonly capYuan: number;
  readonly style: TicketStyle;
  readonly inSittings: boolean;
  readonly claimantShare: number;
  readonly camouflageShare: number;
  readonly oldLicences: number;
  readonly legacyUntilYm: number;
  readonly goods: readonly number[];
}

function drawBurst(script: Script, claimants: readonly Claimant[]): Burst {
  const { random, stage } = script;
  const care = drawCare(random);
  const days = random.int(3, 25);
  const waves = random.int(1, byCare(care, 1, 2, 3));
  const start = drawStart(stage, random, days + 45);
  // the shells of a ring of the old kind write up to the ceiling of their tax-control machines
  const legacyUntilYm = drawLegacyUntilYm(script);
  const isLegacy = monthOf(start) + 2 <= legacyUntilYm && random.chance(0.5);
  return {
    care, days, waves: Array.from({ length: waves }, (_, wave) => addDays(start, Math.round((45 * wave) / 3))),
    capYuan: isLegacy && random.chance(0.3) ? 1_000_000 : 100_000,
    style: random.pick(byCare<readonly TicketStyle[]>(care, ['near the cap'], ['near the cap', 'mixed'], ['mixed', 'broken up'])),
    inSittings: random.chance(byCare(care, 0.85, 0.5, 0.15)), claimantShare: drawShare(random, 0.25, 0.95),
    camouflageShare: drawShare(random, 0, byCare(care, 0.05, 0.15, 0.3)),
    oldLicences: drawShare(random, 0, byCare(care, 0.1, 0.3, 0.6)), legacyUntilYm: isLegacy ? legacyUntilYm : 0,
    goods: paperGoods(script, claimants, byCare(care, 0.55, 0.3, 0.1)),
  };
}

/** Birth of one shell: weeks before its first ticket, or years where the licence was bought. */
function registrationOf(script: Script, burst: Burst, firstTicket: string): string {
  const { random } = script;
  const isOld = random.chance(burst.oldLicences) || burst.legacyUntilYm > 0;
  const age = isOld ? random.int(420, 2400) : byCare(burst.care, random.int(6, 45), random.int(20, 120), random.int(70, 330));
  return addDays(firstTicket, -age);
}

/** Buyers of one shell, ticket by ticket: claimants while they are hungry, honest firms for show, the rest outside the province. */
function writeTickets(
  script: Script, burst: Burst, shell: Firm, claimants: readonly Claimant[], passersBy: readonly Firm[], firstDay: string,
): { lastDay: string; soldYuan: number } {
  const { random, stage } = script;
  const count = random.int(8, burst.capYuan > 100_000 ? 12 : 25);
  const amounts = ticketAmounts(random, count, burst.capYuan, burst.style);
  const times = ticketTimes(random, count, firstDay, burst.days, burst.inSittings);
  let lastDay = firstDay;
  let soldYuan = 0;
  for (const [at, { day, second }] of times.entries()) {
    const fullYuan = amounts[at] ?? burst.capYuan;
    const claimant = nextClaimant(random, claimants, burst.claimantShare, fullYuan);
    const isShow = claimant === undefined && passersBy.length > 0 && random.chance(burst.camouflageShare);
    const amountYuan = isShow ? random.between(800, 9000) : fullYuan;
    const buyer = claimant?.firm ?? (isShow ? random.pick(passersBy).firm : outsideParty(stage, random));
    script.order({
      seller: shell.firm, buyer, day, amountYuan, good: random.pick(burst.goods), isPaper: !isShow, kind: 'special',
      ...(second === undefined ? {} : { second }), priceFactor: random.between(0.6, 1.5),
    });
    if (day > lastDay) lastDay = day;
    soldYuan += amountYuan;
  }
  return { lastDay, soldYuan };
}

/** What the shell tells the tax office about its burst: nothing, zero sales, or all of it against paper input. Returns the last month it files for. */
function settleFiling(script: Script, burst: Burst, shell: Firm, firstDay: string, lastDay: string, soldYuan: number): number {
  const { random, stage } = script;
  const u = random.next();
  const lastYm = monthOf(lastDay);
  if (u < 0.66) return monthOf(firstDay) - 1;
  if (u < 0.84) {
    script.behave(shell, 'leaves_out_sales', { fromYm: monthOf(firstDay), toYm: lastYm }, 1);
    return Math.min(stage.lastYm, lastYm + random.int(0, 3));
  }
  const parts = random.int(3, 8);
  const seller = outsideParty(stage, random);
  for (let part = 0; part < parts; part += 1) {
    script.order({
      seller, buyer: shell.firm, day: addDays(firstDay, random.int(0, daysBetween(firstDay, lastDay))), amountYuan: (soldYuan / parts) * random.between(0.9, 1),
      good: random.pick(burst.goods), isPaper: true, kind: 'special',
    });
  }
  return Math.min(stage.lastYm, lastYm + random.int(0, 2));
}

function drawExit(script: Script, care: Care): Exit {
  const u = script.random.next();
  const lingers = byCare(care, 0.08, 0.18, 0.3);
  return u < lingers ? 'lingers' : u < lingers + 0.15 ? 'deregistered' : u < lingers + 0.5 ? 'abnormal' : 'absconded';
}

function runShell(script: Script, burst: Burst, shell: Firm, claimants: readonly Claimant[], passersBy: readonly Firm[]): void {
  const { random, stage } = script;
  const firstDay = addDays(random.pick(burst.waves), random.int(0, 12));
  const { lastDay, soldYuan } = writeTickets(script, burst, shell, claimants, passersBy, firstDay);
  keepHouse(script, shell, shell.registeredOn, lastDay, byCare(burst.care, 0.15, 0.45, 0.8));
  const filedToYm = settleFiling(script, burst, shell, firstDay, lastDay, soldYuan);
  leave(script, shell, drawExit(script, burst.care), lastDay, random.int(3, 22), filedToYm);
  script.label(shell, 'issuer', { fromYm: Math.max(stage.firstYm, monthOf(firstDay)), toYm: monthOf(lastDay) });
}

/** Returns how many firms it made cheat; 0 where the cast was too small. */
export function burstShells(script: Script, room: number): number {
  const { random, stage } = script;
  const claimants = recruitClaimants(script, Math.min(skewedInt(random, 1, 6), Math.max(1, Math.floor(room / 6))), [0.8, 7]);
  const wanted = Math.min(skewedInt(random, LEAST_SHELLS, MOST_SHELLS), room - claimants.length);
  const burst = drawBurst(script, claimants);
  const firstTicket = burst.waves[0] ?? stage.firstDay;
  const shells = script.recruitForNewLife(wanted, isSmallTrader, isSmallCompany);
  if (shells.length < LEAST_SHELLS || claimants.length === 0) return script.giveUp();
  const keepsBusiness = drawShare(random, 0, 0.6);
  const industry = random.pick(['F5164', 'F5165', 'F5169', 'F5175', 'F5131', 'F5122']);
  for (const shell of shells) {
    const registeredOn = registrationOf(script, burst, firstTicket);
    becomeShell(script, shell, {
      registeredOn, vatStatus: 'general', goods: burst.goods, legacyUntilYm: burst.legacyUntilYm, beside: random.chance(0.6) ? shells[0] : undefined,
      ...(random.chance(keepsBusiness) ? {} : { industry }),
    });
  }
  const hands = drawHands(script, shells.length, byCare(burst.care, 3, 2, 1), byCare(burst.care, 6, 4, 3));
  dealHands(script, shells, hands);
  const isLent = random.chance(byCare(burst.care, 0.4, 0.2, 0.05));
  const lent = isLent && shells[0] !== undefined && claimants[0] !== undefined ? lendKey(script, shells[0], claimants[0].firm) : 'none';
  const appetites = claimants.map(({ appetiteYuan }) => appetiteYuan);
  const passersBy = script.passersBy(random.int(3, 12), isStandingGeneral(script));
  for (const shell of shells) runShell(script, burst, shell, claimants, passersBy);
  settleClaimants(
    script, claimants, { fromYm: Math.max(stage.firstYm, monthOf(firstTicket)), toYm: Math.min(stage.lastYm, monthOf(burst.waves.at(-1) ?? firstTicket) + 2) },
  );
  script.ring({
    care: burst.care, shells: shells.length, claimants: claimants.length, days: burst.days, waves: [...burst.waves], capYuan: burst.capYuan, style: burst.style,
    inSittings: burst.inSittings,
    claimantShare: burst.claimantShare, camouflageShare: burst.camouflageShare, oldLicences: burst.oldLicences, isLegacy: burst.legacyUntilYm > 0,
    hands: handsParameter(hands), lentKey: lent, appetitesYuan: appetites,
  });
  return shells.length + claimants.length;
}
