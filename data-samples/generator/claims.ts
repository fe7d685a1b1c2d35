/** Refund claims from the returns, under the lanes in force since September 2025. */
import { addDays, at, dayIn, monthNumber, workingDay } from './calendar.ts';
import type { Economy } from './economy.ts';
import type { Random } from './random.ts';
import type { VatReturn } from './returns.ts';
import type { Roles } from './roles.ts';
import { fen } from './world.ts';
import type { Fen, Firm } from './world.ts';

export interface Claim {
  readonly id: string;
  readonly firm: Firm;
  /** Claim period. */
  readonly month: number;
  readonly lane: 'four_industries' | 'real_estate';
  readonly appliedAt: string;
  readonly acceptedAt: string;
  readonly decision: 'pending' | 'suspended' | 'approved';
  readonly decidedAt: string;
  readonly suspendedAt: string;
  readonly paidOn: string;
  readonly credit: Fen;
  readonly ratioBasisPoints: number;
  readonly amount: Fen;
  readonly paidAmount: Fen;
}

/** First month whose claim falls under the lanes of September 2025. */
const LANES_FROM = monthNumber('2025-08');

/** Share of input tax that rests on counted vouchers (special, toll, customs, air, rail), in units of 0.0001. */
function ratioOf(chain: readonly VatReturn[]): number {
  let counted = 0;
  let all = 0;
  for (const each of chain) {
    for (const row of ['1', '5', '8b']) counted += each.input.get(row)?.tax ?? 0;
    all += each.rows[12] ?? 0;
  }
  return all <= 0 ? 0 : Math.min(10_000, Math.floor((counted * 10_000) / all));
}

/** Lane and refundable credit at the end of the chain, or null when the conditions are not met. */
function laneOf(chain: readonly VatReturn[]): { lane: Claim['lane']; percent: number } | null {
  const last = chain.at(-1);
  if (last === undefined) return null;
  if (/^[CI]/.test(last.firm.industry.code)) return { lane: 'four_industries', percent: 100 };
  const run = chain.slice(-6);
  const isSteady = run.length === 6 && run.every((each) => (each.rows[20] ?? 0) > 0);
  if (last.firm.industry.code === 'K7010' && isSteady && (last.rows[20] ?? 0) >= fen(500_000)) return { lane: 'real_estate', percent: 60 };
  return null;
}

function isWanted(firm: Firm, month: number, economy: Economy, roles: Roles, earlier: readonly Claim[]): boolean {
  if (month < LANES_FROM) return false;
  if (month === economy.lastMonth) return roles.has(firm, 'claims_now');
  const age = economy.lastMonth - month;
  return roles.has(firm, 'claims_paid') && earlier.length === 0 && age <= 4 + (firm.index % 5) && age >= 3;
}

/** The claim a firm files after its latest return, if it wants one and has a credit of some size. */
export function planClaim(chain: readonly VatReturn[], economy: Economy, roles: Roles, earlier: readonly Claim[], random: Random): Claim | null {
  const last = chain.at(-1);
  if (last === undefined || !isWanted(last.firm, last.month, economy, roles, earlier)) return null;
  const found = laneOf(chain);
  const credit = last.rows[20] ?? 0;
  if (found === null || credit < fen(8_000)) return null;
  const { firm, month } = last;
  const ratioBasisPoints = ratioOf(chain);
  const right = Math.floor((credit * ratioBasisPoints * found.percent) / 1_000_000);
  const amount = roles.has(firm, 'over_claim') ? Math.floor(right * 1.3) : right;
  const filedOn = last.filedAt.slice(0, 10);
  const appliedOn = month === economy.lastMonth ? filedOn : workingDay(addDays(filedOn, 1));
  const appliedAt = at(appliedOn, 17, random.int(30, 59));
  const isOpen = month === economy.lastMonth;
  const decidedOn = workingDay(dayIn(month + 1, random.int(22, 26)));
  return {
    id: `LD53${String(month * 1000 + firm.index)}`,
    firm, month, lane: found.lane, appliedAt, acceptedAt: appliedAt,
    decision: isOpen ? (random.chance(0.15) ? 'suspended' : 'pending') : 'approved',
    decidedAt: isOpen ? '' : at(decidedOn, 15, 0),
    suspendedAt: '',
    paidOn: isOpen ? '' : workingDay(addDays(decidedOn, 4)),
    credit, ratioBasisPoints, amount,
    paidAmount: isOpen ? 0 : amount,
  };
}
