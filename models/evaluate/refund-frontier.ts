import { rateOf, shareOf, type Rate } from './rate.ts';

/** A refund claim under test of a labelled taxpayer. */
export interface JudgedClaim {
  readonly lane: string;
  readonly level: string;
  /** 0–100. */
  readonly score: number;
  readonly claimedYuan: number;
  /** The label of its taxpayer. */
  readonly isPositive: boolean;
  /** Yuan of the claim that were not due, by the best knowledge at hand; 0 for the claims of cleared taxpayers. */
  readonly fraudYuan: number;
  /** Why the grades hold it up: indicator codes and marks. */
  readonly reasons: readonly string[];
}

/** Claims with a score up to this one let through: how many of the honest, and how much of the money that was not due. */
export interface FrontierPoint {
  readonly score: number;
  readonly honest_share: number | null;
  readonly fraud_yuan_share: number | null;
}

export interface HeldUpRow {
  readonly name: string;
  readonly claims: number;
  readonly claimed_yuan: number;
}

export interface RefundFrontier {
  readonly claims: number;
  readonly honest_smooth: Rate;
  readonly honest_fast: Rate;
  readonly fraud_yuan: number;
  readonly fraud_smooth_yuan: number;
  readonly fraud_smooth_share: number | null;
  readonly fraud_fast_yuan: number;
  readonly fraud_fast_share: number | null;
  readonly curve: readonly FrontierPoint[];
  /** Honest claims that do not go smoothly, by lane and by reason; a claim with several reasons counts under each. */
  readonly held_up_by_lane: readonly HeldUpRow[];
  readonly held_up_by_reason: readonly HeldUpRow[];
}

/** Lanes in which no score lets a claim through. */
const STOPPED = new Set(['condition_not_met', 'suspend', 'amount_correction']);

/** A claim goes smoothly in the fast lane, and in the normal one when its level is none or low. */
export function isSmooth({ lane, level }: Pick<JudgedClaim, 'lane' | 'level'>): boolean {
  return lane === 'fast' || (lane === 'normal' && (level === 'none' || level === 'low'));
}

/** How well honest claims are told from money that was not due. Amounts in yuan. */
export function refundFrontier(claims: readonly JudgedClaim[]): RefundFrontier {
  const honest = claims.filter(({ isPositive }) => !isPositive);
  const rate = (passes: (claim: JudgedClaim) => boolean) => rateOf(honest.filter(passes).length, honest.length);
  const isFast = ({ lane }: JudgedClaim) => lane === 'fast';
  const fraudYuan = sumYuan(claims.map((claim) => claim.fraudYuan));
  const [smoothYuan, fastYuan] = [isSmooth, isFast].map((passes) => sumYuan(claims.filter(passes).map((claim) => claim.fraudYuan))) as [number, number];
  const heldUp = honest.filter((claim) => !isSmooth(claim));
  return {
    claims: claims.length,
    honest_smooth: rate(isSmooth),
    honest_fast: rate(isFast),
    fraud_yuan: fraudYuan,
    fraud_smooth_yuan: smoothYuan,
    fraud_smooth_share: shareOf(smoothYuan, fraudYuan),
    fraud_fast_yuan: fastYuan,
    fraud_fast_share: shareOf(fastYuan, fraudYuan),
    curve: curveOf(claims, honest.length, fraudYuan),
    held_up_by_lane: heldUpRows(heldUp, ({ lane }) => [lane]),
    held_up_by_reason: heldUpRows(heldUp, ({ reasons }) => (reasons.length === 0 ? ['—'] : reasons)),
  };
}

function curveOf(claims: readonly JudgedClaim[], honestClaims: number, fraudYuan: number): readonly FrontierPoint[] {
  const open = claims.filter(({ lane }) => !STOPPED.has(lane)).sort((a, b) => a.score - b.score);
  const points = new Map<number, FrontierPoint>();
  let [honest, fraudCents] = [0, 0];
  for (const { score, isPositive, fraudYuan: yuan } of open) {
    if (!isPositive) honest += 1;
    fraudCents += Math.round(100 * yuan);
    points.set(score, { score, honest_share: shareOf(honest, honestClaims), fraud_yuan_share: shareOf(fraudCents / 100, fraudYuan) });
  }
  return [...points.values()];
}

function heldUpRows(claims: readonly JudgedClaim[], namesOf: (claim: JudgedClaim) => readonly string[]): readonly HeldUpRow[] {
  const rows = new Map<string, { claims: number; cents: number }>();
  for (const claim of claims) {
    for (const name of new Set(namesOf(claim))) {
      const row = rows.get(name) ?? { claims: 0, cents: 0 };
      rows.set(name, { claims: row.claims + 1, cents: row.cents + Math.round(100 * claim.claimedYuan) });
    }
  }
  return [...rows]
    .map(([name, row]) => ({ name, claims: row.claims, claimed_yuan: row.cents / 100 }))
    .sort((a, b) => b.claims - a.claims || (a.name < b.name ? -1 : 1));
}

/** Added in cents: the sum is the same in every order. */
function sumYuan(amountsYuan: readonly number[]): number {
  return amountsYuan.reduce((cents, yuan) => cents + Math.round(100 * yuan), 0) / 100;
}
