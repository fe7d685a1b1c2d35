import { listEntries } from '../plain-lists.ts';
import { addMonths, dayOf, fenOf, sum, within, ymOf, yuan, type PlainSubject, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const month = (claim: Row): number => ymOf(claim.claim_period);
export const creditOf = (world: PlainWorld, id: string, ym: number): number | undefined => world.returns(id).find((each) => each.ym === ym)?.general['20'];

/** Industry to which a code is counted: entries for the seller's industry first, then the longest prefix. */
function industryOf(code: string, seller: string): string {
  const fitting = listEntries('industry-crosswalk').filter((entry) => code.startsWith(String(entry.prefix)) && (entry.seller_industry === null || seller.startsWith(String(entry.seller_industry))));
  const rank = (entry: (typeof fitting)[number]): number => (entry.seller_industry === null ? 0 : 100) + String(entry.prefix).length;
  return String([...fitting].sort((a, b) => rank(b) - rank(a))[0]?.industry ?? '');
}
const laneIndustries = (lane: string): string[] => listEntries('lane-industries').filter((entry) => entry.lane === lane && entry.is_counted === true).map((entry) => String(entry.industry));
const isIn = (industry: string, lane: string): boolean => industry !== '' && laneIndustries(lane).some((each) => industry.startsWith(each));

/** Share of a lane's industries in the sales of twelve months to the claim period; what is not invoiced follows the registered industry. */
function laneShare(world: PlainWorld, { id, taxpayer }: PlainSubject, claim: Row, lane: string): number {
  const p = month(claim);
  const rateOf = (row: Row): number => Number(listEntries('schedule1-rates').find((entry) => entry.row_no === row.row_no && entry.to === undefined)?.rate ?? 0);
  const declared = world.sales(id, p, 12) - sum(world.schedule1(id, p, 12).map((row) => fenOf(row.deduction_c12) / (1 + rateOf(row))));
  const lines = world.sold(id, p, 12).flatMap((row) => world.lines(row));
  const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
  const invoiced = amountOf(lines);
  const own = amountOf(lines.filter((line) => isIn(industryOf(line.goods_code ?? '', taxpayer.industry_code ?? ''), lane)));
  const scaled = invoiced > declared ? (own * declared) / invoiced : own;
  return (scaled + (isIn(taxpayer.industry_code ?? '', lane) ? Math.max(0, declared - invoiced) : 0)) / declared;
}

/** VR-04: the share, or by how much the share claimed lies above it. */
const industryShare: Formula = (world, subject, branch) => {
  if (subject.claim === null) return null;
  const share = laneShare(world, subject, subject.claim, subject.claim.lane ?? '');
  return branch.startsWith('overstated') ? Number(subject.claim.claimed_industry_share) - share : share;
};

const VOUCHERS = ['special', 'motor_vehicle', 'toll', 'air', 'rail'];
/** Part of the input that countable vouchers carry (claims from September 2025), from the first month of the lane's ratio. */
function inputRatio(world: PlainWorld, { id }: PlainSubject, claim: Row): number {
  const p = month(claim);
  const months = claim.lane === 'other' ? (p % 12) + 1 : p - (2019 * 12 + 3) + 1;
  const uses = world.deducted(id, p, months).filter((use) => VOUCHERS.includes((use.invoice_kind ?? '') || (world.invoice(use.invoice_code, use.invoice_number)?.invoice_kind ?? '')));
  const others = world.of('other_vouchers', 'taxpayer_id', id).filter((row) => row.is_deducted !== 'false' && within(row.period, p, months)
    && (row.voucher_type === 'tax_payment' || (row.voucher_type === 'customs' && !['mismatched', 'missing'].includes(row.match_status ?? ''))));
  return Math.min(1, (sum(uses.map((use) => fenOf(use.effective_tax))) + sum(others.map((row) => fenOf(row.tax)))) / world.m(id, '12', p, months));
}

/** VR-07: ratio claimed less the ratio of the vouchers. */
const ratioOverstated: Formula = (world, subject) => (subject.claim === null ? null : Number(subject.claim.claimed_ratio) - inputRatio(world, subject, subject.claim));

/** Ratio that counts: that of the vouchers where the one claimed is beyond the tolerances of VR-07 and the periods before are known. */
function countedRatio(world: PlainWorld, subject: PlainSubject, claim: Row): number {
  const claimed = Number(claim.claimed_ratio);
  if (claim.lane !== 'other') return claimed;
  const deviation = claimed - inputRatio(world, subject, claim);
  const loss = (fenOf(claim.claimed_amount) * deviation) / claimed;
  return deviation > 0.01 || (deviation > 0.001 && loss > 10_000_00) ? claimed - deviation : claimed;
}

/** Credit of the claim period less refunds not yet posted, pending export refunds and arrears. */
function refundable(world: PlainWorld, { id }: PlainSubject, claim: Row): number {
  const p = month(claim);
  const arrears = (claim.arrears_offset_amount ?? '') !== '' ? fenOf(claim.arrears_offset_amount) : (world.returns(id).find((each) => each.ym === p)?.rows['33'] ?? 0);
  const earlier = world.of('refund_applications', 'taxpayer_id', id).filter((row) => row.application_id !== claim.application_id && row.decision === 'approved'
    && dayOf(row.decided_at) > addMonths(dayOf(claim.applied_at), -12) && ((claim.decided_at ?? '') === '' || dayOf(row.decided_at) <= dayOf(claim.decided_at)));
  const refunded = sum(earlier.map((row) => fenOf(row.paid_amount) - fenOf(row.repaid_amount)));
  const firstYm = Math.min(...earlier.map((row) => ymOf(row.decided_at)));
  const posted = earlier.length === 0 ? 0 : world.s2(id, '22', p, p - firstYm + 1);
  return Math.max(0, (creditOf(world, id, p) ?? 0) - Math.max(0, refunded - posted) - fenOf(claim.export_refund_pending) - arrears);
}

/** Credit of December of the year before the year of the claim period; none for who started later. */
export function decemberBase(world: PlainWorld, { id, taxpayer }: PlainSubject, claim: Row): number {
  const december = Math.floor(month(claim) / 12) * 12 - 1;
  return Math.max(ymOf(taxpayer.registered_on), ymOf(taxpayer.general_from) || 0) > december ? 0 : (creditOf(world, id, december) ?? 0);
}

/** Refund in one of the two lanes of the sample, in fen. */
function refundIn(world: PlainWorld, subject: PlainSubject, claim: Row, lane: string): number | null {
  const credit = refundable(world, subject, claim);
  if (lane === 'four_industries') return countedRatio(world, subject, claim) * credit;
  if (lane !== 'other') return null;
  const delta = Math.max(0, credit - decemberBase(world, subject, claim));
  const cap = 100_000_000_00;
  return countedRatio(world, subject, claim) * (Math.min(delta, cap) * 0.6 + Math.max(0, delta - cap) * 0.3);
}

/** VR-08: what is claimed beyond the refund of its lane. */
const excess: Formula = (world, subject) => {
  const refund = subject.claim === null ? null : refundIn(world, subject, subject.claim, subject.claim.lane ?? '');
  return refund === null ? null : yuan(fenOf(subject.claim?.claimed_amount) - refund);
};

/** Six periods with credit, and 500,000 more than the base in the last. */
const passesOther = (world: PlainWorld, subject: PlainSubject, claim: Row): boolean => {
  const credits = world.returns(subject.id).filter(({ ym }) => ym > month(claim) - 6 && ym <= month(claim)).map((each) => each.general['20'] ?? 0);
  return credits.every((credit) => credit > 0) && (creditOf(world, subject.id, month(claim)) ?? 0) - decemberBase(world, subject, claim) >= 500_000_00;
};

/** VR-05: refund in the lane claimed less that in the lane its sales lead to (claims from September 2025). */
const wrongLane: Formula = (world, subject) => {
  const { claim } = subject;
  if (claim === null) return null;
  const [proper] = ['real_estate', 'four_industries'].filter((lane) => laneShare(world, subject, claim, lane) > 0.5);
  const claimed = refundIn(world, subject, claim, claim.lane ?? '');
  const recomputed = proper === undefined && !passesOther(world, subject, claim) ? 0 : refundIn(world, subject, claim, proper ?? 'other');
  return claimed === null || recomputed === null ? null : yuan(claimed - recomputed);
};

const RANKS = ['A', 'B', 'M', 'C', 'D'];
/** VR-01: rank of the rating in force on the day of the claim, 6 for none. */
const ratingRank: Formula = (world, { id, claim }) => {
  const day = dayOf(claim?.applied_at);
  const valid = world.of('credit_ratings', 'taxpayer_id', id).filter((row) => dayOf(row.valid_from) <= day).sort((a, b) => ((a.valid_from ?? '') < (b.valid_from ?? '') ? 1 : -1))[0];
  return valid === undefined || ((valid.valid_to ?? '') !== '' && dayOf(valid.valid_to) < day) ? 6 : RANKS.indexOf(valid.rating ?? '') + 1;
};

export const LANES: Readonly<Record<string, Formula>> = { 'VR-01': ratingRank, 'VR-04': industryShare, 'VR-05': wrongLane, 'VR-07': ratioOverstated, 'VR-08': excess };
