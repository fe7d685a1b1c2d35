/** Recruits the lone frauds of a province: each behaviour once if there is room, then by how often it is met. */
import { Random } from '../../random.ts';
import type { Firm } from '../cast.ts';
import { drawShare } from '../draws.ts';
import type { ConductRows } from '../rows.ts';
import { Script } from '../script.ts';
import { drawMonths } from '../stage.ts';
import type { Stage } from '../stage.ts';
import { SINGLE_FRAUDS } from './single-frauds.ts';
import type { SingleFraud } from './single-frauds.ts';

function runSingle(stage: Stage, rows: ConductRows, fraud: SingleFraud, number: number): boolean {
  const script = new Script(`${fraud.behaviour}-${String(number).padStart(3, '0')}`, fraud.behaviour, stage, rows);
  const { random } = script;
  const isSettled = (firm: Firm): boolean => firm.registeredOn < stage.firstDay && firm.firstSaleYm <= stage.firstYm;
  const isFree = (firm: Firm): boolean => firm.vatStatus === fraud.vatStatus && (fraud.vatStatus === 'small' || firm.generalYm <= stage.firstYm)
    && !firm.isAgent && firm.role !== 'farm' && firm.role !== 'developer';
  const [firm] = script.recruit(1, (each) => isSettled(each) && isFree(each) && fraud.fits(each));
  if (firm === undefined) return false;
  const span = drawMonths(stage, random, random.int(...fraud.months), fraud.firstYm);
  const isTooLate = fraud.lastYm !== undefined && span.toYm > fraud.lastYm;
  const ended = isTooLate ? { fromYm: Math.max(stage.firstYm, fraud.lastYm - (span.toYm - span.fromYm)), toYm: fraud.lastYm } : span;
  const lasting = fraud.isLatest === true ? { fromYm: stage.lastYm - (span.toYm - span.fromYm), toYm: stage.lastYm } : { ...ended, toYm: stage.lastYm };
  const months = fraud.isLasting === true || fraud.isLatest === true ? lasting : ended;
  if (fraud.prepare?.(script, firm, months) === false) {
    script.giveUp();
    return false;
  }
  script.behave(firm, fraud.behaviour, months, drawShare(random, ...fraud.strength));
  // who swells a credit waits with the claim until it is worth it
  const claimsFromYm = fraud.isLatest === true ? Math.max(months.fromYm, stage.lastYm - 1) : months.fromYm;
  if (random.chance(fraud.refundChance)) script.behave(firm, 'wants_refund', { fromYm: claimsFromYm, toYm: stage.lastYm }, 1);
  script.label(firm, 'single', months, null);
  return true;
}

/** In the order in which they are tried: shuffled by weight, so that a small province gets a few of any kind. */
function shuffled(random: Random, frauds: readonly SingleFraud[]): SingleFraud[] {
  return frauds.map((fraud) => ({ fraud, rank: random.next() / fraud.weight })).sort((a, b) => a.rank - b.rank).map(({ fraud }) => fraud);
}

/** Plants about `wanted` lone frauds and returns how many there are. */
export function plantSingles(stage: Stage, rows: ConductRows, wanted: number): number {
  const random = new Random(`${stage.options.seed}/conduct/singles`);
  const open = SINGLE_FRAUDS.filter(({ firstYm, lastYm }) => (lastYm ?? stage.lastYm) - 2 > stage.firstYm && (firstYm ?? stage.firstYm) < stage.lastYm - 2);
  const numbers = new Map<string, number>();
  let planted = 0;
  while (planted < wanted) {
    let found = 0;
    for (const fraud of planted === 0 ? shuffled(random, open) : shuffled(random, open).slice(0, Math.ceil(open.length / 2))) {
      if (planted >= wanted) break;
      const number = (numbers.get(fraud.behaviour) ?? 0) + 1;
      if (!runSingle(stage, rows, fraud, number)) continue;
      numbers.set(fraud.behaviour, number);
      planted += 1;
      found += 1;
    }
    if (found === 0) break;
  }
  return planted;
}
