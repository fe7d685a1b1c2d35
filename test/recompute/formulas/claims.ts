/** What a claim for refund must meet, and how it was handled. */
import { listEntries } from '../plain-lists.ts';
import { addMonths, dayOf, daysBetween, fenOf, groupBy, ratio, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import { fieldOn } from './deferral.ts';
import { FIRST_SIXTEEN, workingDays } from './first-sixteen.ts';
import type { Formula } from './index.ts';
import { creditOf, decemberBase } from './lanes.ts';

const MAJOR = ['retained_credit_fraud', 'export_refund_fraud', 'false_special_invoice'];
/** VR-02: offences decided in the 36 months up to the claim; a branch counts either the major ones or penalties for evasion. */
const offences: Formula = (world, { id, ruleOn }, branch) => {
  const decided = world.of('violations', 'taxpayer_id', id).filter((row) => row.is_revoked !== 'true' && dayOf(row.decided_on) > addMonths(ruleOn, -36) && dayOf(row.decided_on) <= ruleOn);
  const isCounted = ({ violation_type: kind = '' }: Row): boolean => (branch === 'repeated_evasion' ? kind === 'evasion_penalty' : MAJOR.includes(kind));
  return decided.filter(isCounted).length;
};

/** Last day up to the claim on which a repayment brought the refunds of retained credit back to nothing. */
function lastSwitch(world: PlainWorld, id: string, until: string): string {
  const moves = world.of('refund_applications', 'taxpayer_id', id).flatMap((row) => [{ on: dayOf(row.paid_on), paid: fenOf(row.paid_amount) }, { on: dayOf(row.repaid_on), paid: -fenOf(row.repaid_amount) }]);
  const days = [...new Set(moves.map(({ on }) => on))].filter((on) => on !== '' && on <= until).sort();
  const balanceOn = (day: string): number => sum(moves.filter(({ on }) => on !== '' && on <= day).map(({ paid }) => paid));
  const isBack = (day: string): boolean => balanceOn(day) <= 100 && balanceOn(day) + sum(moves.filter(({ on, paid }) => on === day && paid < 0).map(({ paid }) => -paid)) > 100;
  return days.filter((day) => moves.some(({ on, paid }) => on === day && paid < 0) && isBack(day)).at(-1) ?? '';
}

/** VR-03: refunds of the other regime since April 2019 that are not paid back; or full months since the claimant last left this one. */
const overlap: Formula = (world, { id, ruleOn }, branch) => {
  if (branch.startsWith('second')) {
    const last = lastSwitch(world, id, ruleOn);
    return last === '' ? null : Array.from({ length: 36 }, (_, months) => months).filter((months) => addMonths(last, months) <= ruleOn).length - 1;
  }
  const received = world.of('levy_refunds', 'taxpayer_id', id).filter((row) => row.is_exempt_from_bar !== 'true' && dayOf(row.refunded_on) >= '2019-04-01' && dayOf(row.refunded_on) <= ruleOn);
  return yuan(sum(received.map((row) => fenOf(row.amount) - ((row.repaid_on ?? '') !== '' && dayOf(row.repaid_on) <= ruleOn ? fenOf(row.repaid_amount) : 0))));
};

/** VR-06: months of a run cut short by the start, least credit of six months (in lane other; else over the base), or increase over the base. */
const periodTest: Formula = (world, subject, branch) => {
  const { id, taxpayer, claim } = subject;
  if (claim === null) return null;
  const p = ymOf(claim.claim_period);
  const started = Math.max(ymOf(taxpayer.registered_on) || 0, ymOf(taxpayer.general_from) || 0);
  const base = claim.lane === 'other' ? decemberBase(world, subject, claim) : started > 2019 * 12 + 2 ? 0 : creditOf(world, id, 2019 * 12 + 2);
  const run = world.returns(id).filter(({ ym }) => ym > p - 6 && ym <= p);
  if (base === undefined) return null;
  if (branch.startsWith('run_too_short')) return sum(run.map(({ span }) => span));
  if (branch.startsWith('run_broken')) return yuan(Math.min(...run.map((each) => each.general['20'] ?? 0)) - (claim.lane === 'other' ? 0 : base));
  return yuan((creditOf(world, id, p) ?? 0) - base);
};

/** VR-28: money that came in for trade in twelve months beyond declared sales with their tax. */
const inflow: Formula = (world, { id, p }) => {
  const received = world.of('bank_transactions', 'taxpayer_id', id).filter((row) => row.direction === 'in' && row.tag === 'trade' && within(row.occurred_at, p, 12));
  const declared = world.sales(id, p, 12) + world.m(id, '11', p, 12) + world.m(id, '21', p, 12);
  return ratio(sum(received.map((row) => fenOf(row.amount))) - declared, declared);
};

/** Status on a day: the registered one from its day on, before it what the changes say. */
const statusOn = (world: PlainWorld, id: string, day: string): string => {
  const { status = '', status_from: since = '' } = world.taxpayer(id) ?? {};
  return since !== '' && since <= day ? status : fieldOn(world, id, 'status', day);
};

/** VR-41: cases and comparisons open on the as-of day, or on the day of the decision; a status, and exception vouchers while the claim is open, count one. */
const grounds: Formula = (world, subject, branch) => {
  const { id, claim } = subject;
  const isOpen = ['pending', 'suspended'].includes(claim?.decision ?? '');
  const day = isOpen ? world.asOf : dayOf(claim?.decided_at);
  const count = (table: string, from: string, to: string): number =>
    world.of(table, 'taxpayer_id', id).filter((row) => dayOf(row[from]) <= day && ((row[to] ?? '') === '' || dayOf(row[to]) > day)).length;
  const isBarred = ['abnormal', 'absconded', 'liquidation', 'bankrupt'].includes(statusOn(world, id, day));
  const hasVouchers = isOpen && (FIRST_SIXTEEN['VR-15']?.(world, subject, branch) ?? 0) > 1;
  return count('inspection_cases', 'opened_on', 'closed_on') + count('filing_comparisons', 'found_on', 'resolved_on') + Number(isBarred) + Number(hasVouchers);
};

/** Officers who had two of the nodes that two officers must share. */
function doubleHands(actions: readonly Row[]): number {
  const nodes = [...groupBy(actions, (row) => row.officer_id ?? '').values()].map((rows) => rows.map(({ node }) => node));
  return nodes.filter((had) => (had.includes('review') && (had.includes('recheck') || had.includes('approval'))) || (had.includes('acceptance') && had.includes('approval'))).length;
}

/** VR-42: kinds of findings about the review; working days where lateness alone, and the sum claimed where splitting alone is found. */
const review: Formula = (world, { id, claim }, branch) => {
  if (claim === null) return null;
  const actions = world.of('officer_actions', 'application_id', claim.application_id ?? '');
  const isStrong = (code: string | undefined): boolean => listEntries('strong-indicators').some((entry) => entry.code === (code ?? '').toUpperCase());
  const hasSilent = actions.some((row) => row.action === 'override' && isStrong(row.indicator_code) && (row.note ?? '').trim() === '');
  const until = (claim.decided_at ?? '') === '' ? world.asOf : dayOf(claim.decided_at);
  const days = (claim.suspended_at ?? '') === '' ? workingDays(dayOf((claim.accepted_at ?? '') === '' ? claim.applied_at : claim.accepted_at), until) : 0;
  const near = nearClaims(world, id, claim);
  const isSplit = near.length >= 2 && Math.max(...near) < COLLECTIVE && sum(near) >= COLLECTIVE && !actions.some(({ node }) => node === 'collective_review');
  if (branch.startsWith('late')) return days;
  if (branch.startsWith('split')) return yuan(sum(near));
  return Number(doubleHands(actions) > 0) + Number(hasSilent) + Number(days > 10) + Number(isSplit);
};
/** From this amount, in fen, a claim is reviewed by several officers together. */
const COLLECTIVE = 1_000_000_00;
/** Amounts claimed for the same period or within thirty days. */
const nearClaims = (world: PlainWorld, id: string, claim: Row): number[] =>
  world.of('refund_applications', 'taxpayer_id', id).filter((row) => row.claim_period === claim.claim_period || Math.abs(daysBetween(dayOf(row.applied_at), dayOf(claim.applied_at))) <= 30).map((row) => fenOf(row.claimed_amount));

export const CLAIMS: Readonly<Record<string, Formula>> = { 'VR-02': offences, 'VR-03': overlap, 'VR-06': periodTest, 'VR-28': inflow, 'VR-41': grounds, 'VR-42': review };
