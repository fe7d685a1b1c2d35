import { at, dayOf, fenOf, ratio, sum, within, ymOf, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const growth = (now: number, before: number): number => now / before - 1;
/** LTM: twelve months of sales, fewer made up to twelve. */
const ltm = (world: PlainWorld, id: string, p: number): number => {
  const periods = world.periods(id, p, 12);
  const months = sum(periods.map(({ span }) => span));
  return months >= 12 ? sum(periods.map(({ sales }) => sales)) : (12 * sum(periods.map(({ sales }) => sales))) / months;
};
/** The balance sheet of a month, or the newest of the three before it. */
export const balance = (world: PlainWorld, id: string, ym: number): Row | undefined =>
  world.of('balance_sheets', 'taxpayer_id', id).filter((row) => ymOf(row.period) <= ym && ymOf(row.period) >= ym - 3).sort((a, b) => ymOf(b.period) - ymOf(a.period))[0];

/** VR-24: sales without invoice among all sales of schedule 1, twelve months. */
const uninvoicedShare: Formula = (world, { id, p }) => {
  const rows = world.schedule1(id, p, 12);
  return ratio(sum(rows.map((row) => fenOf(row.uninvoiced_sales_c05))), sum(rows.map((row) => fenOf(row.total_sales_c09))));
};

/** VR-25: revenue of the newest settlement with twelve months of returns against declared sales. */
const citGap: Formula = (world, { id, p }) => {
  const years = world.of('cit_settlements', 'taxpayer_id', id).map((row) => Number(row.tax_year)).sort((a, b) => b - a);
  const year = years.find((each) => each * 12 + 11 <= p && sum(world.periods(id, each * 12 + 11, 12).map(({ span }) => span)) >= 12);
  if (year === undefined) return null;
  const settled = world.of('cit_settlements', 'taxpayer_id', id).filter((row) => Number(row.tax_year) === year).sort((a, b) => Number(b.version) - Number(a.version))[0];
  const sales = world.sales(id, year * 12 + 11, 12);
  return ratio(fenOf(settled?.revenue) - sales, Math.max(sales, fenOf(settled?.revenue)));
};

/** VR-26: advances, or money owed to persons, against a year of sales. */
const parked: Formula = (world, { id, p }, branch) => {
  const now = balance(world, id, p);
  return ratio(fenOf(branch.startsWith('adv') ? now?.advances_received : now?.other_payables_persons), ltm(world, id, p));
};

/** VR-27: growth of power less growth of sales, six months on the year before. */
const energyGap: Formula = (world, { id, p }) => {
  const kwh = (to: number, months: number): number => sum(world.of('electricity', 'taxpayer_id', id).filter((row) => within(row.month, to, months)).map((row) => Math.round(Number(row.kwh) * 1e6)));
  return growth(kwh(p, 6), kwh(p - 12, 6)) - growth(world.sales(id, p, 6), world.sales(id, p - 12, 6));
};

/** VR-29: what is asked now against earlier claims of two years, or the mean credit of the year before. */
const refundJump: Formula = (world, { id, p, claim }) => {
  const exposure = claim === null ? at(world.returns(id).find(({ ym }) => ym === p) ?? { ym: p, span: 1, filedOn: '', rows: {}, general: {} }, '20') : fenOf(claim.claimed_amount);
  const applied = dayOf(claim?.applied_at);
  const earlier = claim === null ? [] : world.of('refund_applications', 'taxpayer_id', id).filter((row) => row.application_id !== claim.application_id && dayOf(row.applied_at) < applied && dayOf(row.applied_at) > `${Number(applied.slice(0, 4)) - 2}${applied.slice(4)}`);
  const credits = world.returns(id).filter(({ ym }) => ym > p - 15 && ym <= p - 3).map((each) => at(each, '20'));
  const base = earlier.length > 0 ? sum(earlier.map((row) => fenOf(row.claimed_amount))) / earlier.length : sum(credits) / credits.length;
  return ratio(exposure, base);
};

export const SALES: Readonly<Record<string, Formula>> = {
  'VR-24': uninvoicedShare, 'VR-25': citGap, 'VR-26': parked, 'VR-27': energyGap, 'VR-29': refundJump,
};
