/** Real firms that use a ring's paper: they have trade of their own, and appetite for input in proportion to it. */
import type { Random } from '../../random.ts';
import { costShareOf, industryNumber, usualGoods } from '../habits.ts';
import type { Firm, Wish } from '../cast.ts';
import { isStandingGeneral } from '../lives.ts';
import { isGoods } from '../script.ts';
import type { Script } from '../script.ts';
import type { Months } from '../stage.ts';

export interface Claimant {
  readonly firm: Firm;
  /** Paper it takes, in yuan before tax. */
  appetiteYuan: number;
  isServed: boolean;
  readonly wantsRefund: boolean;
}

/** Who gets the next paper: everyone once, then by chance one that is still hungry; undefined for somebody else. */
export function nextClaimant(random: Random, claimants: readonly Claimant[], chance: number, amountYuan: number): Firm | undefined {
  const hungry = claimants.filter((claimant) => claimant.appetiteYuan > 0);
  const claimant = claimants.find(({ isServed }) => !isServed) ?? (hungry.length > 0 && random.chance(chance) ? random.pick(hungry) : undefined);
  if (claimant === undefined) return undefined;
  claimant.isServed = true;
  claimant.appetiteYuan -= amountYuan;
  return claimant.firm;
}

/** The four industries that may claim their whole credit every month. */
const isMonthlyLane: Wish = ({ code }) => /^(C|I65|M|N77)/.test(code);

const isOfUse = (from: number, to: number): Wish => (firm) => firm.monthlySales >= from && firm.monthlySales <= to
  && [...usualGoods(firm.industry, 'buy').keys()].some(isGoods);

/** Recruits claimants: `months` of their usual purchases is what each may want as paper. */
export function recruitClaimants(script: Script, count: number, months: readonly [number, number], refundChance = 0.6): Claimant[] {
  const { random } = script;
  const isStanding = isStandingGeneral(script);
  const prefersLane = random.chance(0.6);
  const firms = script.recruit(
    count, (firm) => isStanding(firm) && isOfUse(250_000, 6_000_000)(firm) && (!prefersLane || isMonthlyLane(firm) && firm.rating === 'may claim'),
    (firm) => isStanding(firm) && isOfUse(80_000, 20_000_000)(firm),
  );
  return firms.map((firm) => ({
    firm, isServed: false, appetiteYuan: Math.round(firm.monthlySales * costShareOf(firm.industry) * random.between(...months)),
    wantsRefund: firm.rating === 'may claim' && random.chance(isMonthlyLane(firm) ? refundChance + 0.25 : refundChance),
  }));
}

/** Labels the claimants, and lets those claim who want to. */
export function settleClaimants(script: Script, claimants: readonly Claimant[], months: Months): void {
  for (const { firm, wantsRefund } of claimants) {
    script.label(firm, 'beneficiary', months);
    if (wantsRefund) {
      script.behave(firm, 'wants_refund', { fromYm: Math.min(months.fromYm + script.random.int(0, 2), script.stage.lastYm), toYm: script.stage.lastYm }, 1);
    }
  }
}

/** Goods that the claimants usually buy; now and then something foreign to them. */
export function paperGoods(script: Script, claimants: readonly Claimant[], foreignChance: number): number[] {
  const { random } = script;
  const foreign = [...usualGoods(industryNumber(random.pick(['F5164', 'F5175', 'F5122', 'C3982', 'C3841', 'F5151'])), 'sell').keys()].filter(isGoods);
  const usual = claimants.flatMap(({ firm }) => [...usualGoods(firm.industry, 'buy').keys()].filter(isGoods));
  const from = random.chance(foreignChance) && foreign.length > 0 ? foreign : [...new Set(usual)];
  return random.sample(from, random.int(1, 3));
}
