import { at, fenOf, sum, yuan, type PlainReturn } from '../plain-world.ts';
import type { Formula } from './index.ts';

const declared = (each: PlainReturn): number => at(each, '01') + at(each, '04') + at(each, '07') + at(each, '09') + at(each, '13');
const EVERYTHING_EXEMPT = [2022 * 12 + 3, 2022 * 12 + 11] as const;
/** Limit of a period: 100,000 a month, 150,000 from April 2021 to December 2022. */
const limit = (each: PlainReturn): number => each.span * (each.ym >= 2021 * 12 + 3 && each.ym <= 2022 * 12 + 11 ? 150_000_00 : 100_000_00);

/** SS-02: invoiced beyond what was declared in 24 months, over the periods beyond one yuan and a thousandth. */
const smallHidden: Formula = (world, { id, p }) => yuan(sum(world.smallReturns(id).filter(({ ym }) => ym > p - 24 && ym <= p).map((each) => {
  const invoiced = sum(world.sold(id, each.ym, each.span).filter((row) => row.issued_by_authority !== 'true' && row.difference_method !== 'true').map((row) => fenOf(row.amount)));
  const gap = invoiced - declared(each);
  return gap > Math.max(100, 0.001 * invoiced) ? gap : 0;
})));

/** SS-03: of the last four quarters (twelve months), how many lie in the last twentieth under the limit. */
const bunching: Formula = (world, { id, p }) => {
  const periods = world.smallReturns(id).filter(({ ym }) => ym <= p && ym > p - 12 && (ym < EVERYTHING_EXEMPT[0] || ym > EVERYTHING_EXEMPT[1]));
  return sum(periods.filter((each) => declared(each) >= 0.95 * limit(each) && declared(each) <= limit(each)).map(({ span }) => span)) / 3;
};

/** SS-05: special invoices of 24 months beyond rows 2 and 5, over the periods beyond one yuan. */
const exemptSpecials: Formula = (world, { id, p }) => yuan(sum(world.smallReturns(id).filter(({ ym }) => ym > p - 24 && ym <= p).map((each) => {
  const gap = sum(world.sold(id, each.ym, each.span).filter((row) => row.invoice_kind === 'special').map((row) => fenOf(row.amount))) - at(each, '02') - at(each, '05');
  return gap > 100 ? gap : 0;
})));

export const SMALL: Readonly<Record<string, Formula>> = { 'SS-02': smallHidden, 'SS-03': bunching, 'SS-05': exemptSpecials };
