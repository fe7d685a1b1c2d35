/** New lives for recruits: shells that live from their script, firms that change their business, and how they end. */
import { addDays, ymOf } from '../calendar.ts';
import { goodNumber } from '../facts/goods.ts';
import { INDUSTRIES } from '../facts/industries.ts';
import type { Firm, VatStatus, Wish } from './cast.ts';
import { hexKey } from './draws.ts';
import { industryNumber, renamed, usualGoods } from './habits.ts';
import type { Script } from './script.ts';
import { daysBetween, monthOf, outsideSellerOf } from './stage.ts';

const NEVER_YM = 999_999;
/** Since December 2024 the digital invoice is the rule: nobody who registers later issues tax-control invoices. */
const DIGITAL_FROM = '2024-12-01';

export interface ShellLife {
  readonly registeredOn: string;
  readonly vatStatus: VatStatus;
  /** Undefined: it keeps the business it was registered with. */
  readonly industry?: string;
  readonly goods: readonly number[];
  /** Genuine trade beside the script, as camouflage. */
  readonly monthlySales?: number;
  readonly legacyUntilYm?: number;
  /** Registered in the county of this firm. */
  readonly beside?: Firm | undefined;
}

/** Gives a firm another line of business: industry, name, and what it sells and buys. */
export function changeBusiness(script: Script, firm: Firm, code: string): void {
  const industry = industryNumber(code);
  script.change(firm, { taxpayerName: renamed(firm.taxpayerName, firm.industry, industry), industry, code, role: INDUSTRIES[industry]?.role ?? firm.role });
  script.trade(firm, 'sell', usualGoods(industry, 'sell'));
  script.trade(firm, 'buy', usualGoods(industry, 'buy'));
}

export const placeOf = ({ city, districtCode }: Firm): Pick<Firm, 'city' | 'districtCode'> => ({ city, districtCode });

/** Turns a recruit into a shell. Until it is ended by `leave` it stands registered and files. */
export function becomeShell(script: Script, firm: Firm, life: ShellLife): void {
  const { stage, random } = script;
  const isGeneral = life.vatStatus === 'general';
  const firstYm = Math.max(stage.firstYm, monthOf(life.registeredOn));
  if (life.industry !== undefined && life.industry !== firm.code) changeBusiness(script, firm, life.industry);
  script.change(firm, {
    vatStatus: life.vatStatus, generalYm: isGeneral ? monthOf(life.registeredOn) : NEVER_YM, generalFrom: isGeneral ? life.registeredOn : null,
    registeredOn: life.registeredOn,
    monthlySales: life.monthlySales ?? 0, firstYm, firstSaleYm: firstYm, lastYm: stage.lastYm, filedToYm: stage.lastYm, status: 'normal',
    statusFrom: life.registeredOn,
    ...(life.beside === undefined ? {} : placeOf(life.beside)), exportMethod: 'none', agent: null, headOffice: null, addressKey: hexKey(random),
    registeredCapital: firm.entityKind === 'enterprise' ? random.pick([500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000]) : null,
    legacyUntilYm: life.registeredOn < DIGITAL_FROM ? (life.legacyUntilYm ?? 0) : 0,
  });
  script.rows.withoutInvestment.add(firm.firm);
  script.trade(firm, 'sell', new Map(life.goods.map((good) => [good, 1])));
  if (life.monthlySales === undefined) script.trade(firm, 'buy', new Map(life.goods.map((good) => [good, 1])));
}

const COVER_GOODS = ['stationery', 'telecom', 'rent', 'accounting', 'freight', 'property'] as const;

/** A few small real purchases between two days, as any office has them. */
export function keepHouse(script: Script, firm: Firm, fromDay: string, toDay: string, chance: number): void {
  const { random, stage } = script;
  if (!random.chance(chance)) return;
  const from = fromDay < stage.firstDay ? stage.firstDay : fromDay;
  const days = daysBetween(from, toDay > stage.lastDay ? stage.lastDay : toDay);
  for (let left = random.int(1, 9); left > 0 && days >= 0; left -= 1) {
    const good = goodNumber(random.pick(COVER_GOODS));
    script.order({
      seller: outsideSellerOf(stage, random, good), buyer: firm.firm, day: addDays(from, random.int(0, days)), amountYuan: random.between(300, 14_000), good,
      isPaper: false,
    });
  }
}

export type Exit = 'absconded' | 'abnormal' | 'deregistered' | 'lingers';

/**
 * Ends a firm: it trades no more after `lastDay`, and some weeks later its status changes, unless that day is still to come.
 * `filedToYm` is the last period it files for.
 */
export function leave(script: Script, firm: Firm, exit: Exit, lastDay: string, weeksAfter: number, filedToYm: number): void {
  const { stage } = script;
  if (exit === 'lingers') {
    script.change(firm, { filedToYm });
    return;
  }
  const day = addDays(lastDay, 7 * weeksAfter);
  const isSeen = day <= stage.cutoff;
  // whoever deregisters properly files for every month up to the last
  const filed = exit === 'deregistered' ? (isSeen ? monthOf(day) - 1 : stage.lastYm) : filedToYm;
  script.change(firm, {
    lastYm: Math.min(stage.lastYm, monthOf(lastDay)), filedToYm: Math.min(stage.lastYm, filed), ...(isSeen ? { status: exit, statusFrom: day } : {}),
  });
}

/** Last month of tax-control invoices for a firm of the old kind: the changeover ran from December 2024 to April 2026. */
export function drawLegacyUntilYm(script: Script): number {
  return ymOf('2024-11') + script.random.int(0, 16);
}

export const isCompany: Wish = (firm) => firm.entityKind === 'enterprise' && !firm.isAgent && firm.code !== 'L7241';
/** Small companies carry the new lives: there are many, and nobody misses their trade. */
export const isSmallCompany: Wish = (firm) => isCompany(firm) && firm.vatStatus === 'small';
export const isSmallTrader: Wish = (firm) => isSmallCompany(firm) && firm.role === 'trader';
export const isSmallIndividual: Wish = (firm) => firm.entityKind === 'individual' && firm.vatStatus === 'small' && !firm.isAgent;

/** A general taxpayer with trade of its own through the whole window. */
export function isStandingGeneral(script: Script): Wish {
  const { firstYm, firstDay } = script.stage;
  return (firm) => firm.vatStatus === 'general' && firm.generalYm <= firstYm && firm.registeredOn < firstDay && firm.firstSaleYm <= firstYm
    && firm.role !== 'developer' && !firm.isAgent;
}
