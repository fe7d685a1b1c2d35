import { isListed } from '../plain-lists.ts';
import { at, fenOf, ratio, sum, yuan, type PlainReturn, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

export const declaredSmall = (each: PlainReturn): number => at(each, '01') + at(each, '04') + at(each, '07') + at(each, '09') + at(each, '13');
export const EVERYTHING_EXEMPT = [2022 * 12 + 3, 2022 * 12 + 11] as const;
/** Limit of a period: 100,000 a month, 150,000 from April 2021 to December 2022. */
export const exemptLimit = (each: PlainReturn): number => each.span * (each.ym >= 2021 * 12 + 3 && each.ym <= 2022 * 12 + 11 ? 150_000_00 : 100_000_00);
const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
const inCodes = (world: PlainWorld, invoices: readonly Row[], starts: readonly string[]): number =>
  amountOf(invoices.flatMap((row) => world.lines(row)).filter((line) => starts.includes((line.goods_code ?? '').slice(0, 1))));

/** Sales tested against the limit: the greater of declared and invoiced, sales of real property left out. */
export const limitSales = (world: PlainWorld, id: string, each: PlainReturn): number => {
  const sold = world.sold(id, each.ym, each.span).filter((row) => row.difference_method !== 'true');
  return Math.max(declaredSmall(each), amountOf(sold)) - inCodes(world, sold, ['5']);
};

/** Periods of a window that the delivered invoices cover from their first month on. */
const covered = (world: PlainWorld, id: string, p: number, months: number): readonly PlainReturn[] =>
  world.smallReturns(id).filter(({ ym, span }) => ym > p - months && ym <= p && ym - span + 1 >= world.firstInvoiceMonth());

/** SS-01: the greatest sum of twelve months in a row that end in the last twelve; one-off sales of intangibles and real property left out. */
const rolling: Formula = (world, { id, p }) => {
  const sales = (ym: number, span: number, declared: number): number => {
    const sold = world.sold(id, ym, span);
    return Math.max(declared, amountOf(sold)) - inCodes(world, sold, ['4', '5']);
  };
  const returns = world.smallReturns(id).filter(({ ym }) => ym <= p);
  // A month outside every return stands by its invoices.
  const open = Array.from({ length: 23 }, (_, back) => p - back).filter((month) => !world.smallReturns(id).some(({ ym, span }) => month > ym - span && month <= ym));
  const periods = [...returns.map((each) => ({ ym: each.ym, from: each.ym - each.span + 1, sales: sales(each.ym, each.span, declaredSmall(each)) })),
    ...open.map((ym) => ({ ym, from: ym, sales: sales(ym, 1, 0) }))];
  const ends = periods.map(({ ym }) => ym).filter((ym) => ym > p - 12);
  return yuan(Math.max(...ends.map((end) => sum(periods.filter(({ ym, from }) => from > end - 12 && ym <= end).map((each) => each.sales)))));
};

/** SS-02: invoiced beyond what was declared in 24 months, over the periods beyond one yuan and a thousandth; lines that are not taxed and invoices of the authority left out. */
const smallHidden: Formula = (world, { id, p }) => yuan(sum(covered(world, id, p, 24).map((each) => {
  const all = world.sold(id, each.ym, each.span);
  const sold = all.filter((row) => row.issued_by_authority !== 'true' && row.difference_method !== 'true');
  // Reds of invoices set apart make the declared sales less: what they outweigh counts.
  const invoiced = amountOf(sold) - inCodes(world, sold, ['6']) - Math.max(0, amountOf(sold) - amountOf(all));
  const gap = invoiced - declaredSmall(each);
  return gap > Math.max(100, 0.001 * invoiced) ? gap : 0;
})));

/** SS-03: of the last four quarters (twelve months), how many lie in the last twentieth under the limit; or the share of the last eight that do. */
const bunching: Formula = (world, { id, p }, branch) => {
  const isEight = branch.startsWith('eight');
  const periods = world.smallReturns(id).filter(({ ym }) => ym <= p && ym > p - (isEight ? 24 : 12) && (ym < EVERYTHING_EXEMPT[0] || ym > EVERYTHING_EXEMPT[1]));
  const near = sum(periods.filter((each) => declaredSmall(each) >= 0.95 * exemptLimit(each) && declaredSmall(each) <= exemptLimit(each)).map(({ span }) => span));
  return isEight ? ratio(near, sum(periods.map(({ span }) => span))) : near / 3;
};

/** SS-05: special invoices of 24 months beyond rows 2 and 5, over the periods beyond one yuan. */
const exemptSpecials: Formula = (world, { id, p }) => yuan(sum(covered(world, id, p, 24).map((each) => {
  const gap = amountOf(world.sold(id, each.ym, each.span).filter((row) => row.invoice_kind === 'special')) - at(each, '02') - at(each, '05');
  return gap > 100 ? gap : 0;
})));

/** SS-06: tax on 3 % sales after the reduction as a share of them, farthest from 1 % to 3 %; or what was sold at 1 % under codes that bear 5 %. */
const levyRate: Formula = (world, { id, p }, branch) => {
  const periods = world.smallReturns(id).filter(({ ym }) => ym <= p && ym > p - 36 && ym >= 2023 * 12);
  if (branch.startsWith('five_pct')) {
    const lines = covered(world, id, p, 36).flatMap((each) => world.sold(id, each.ym, each.span)).flatMap((row) => world.lines(row));
    return yuan(amountOf(lines.filter((line) => Number(line.tax_rate) === 0.01 && isListed('five-pct-codes', line.goods_code))));
  }
  const rates = periods.filter((each) => at(each, '01') >= 10_000_00).map((each) => (at(each, '15') - 0.05 * at(each, '04') - 0.03 * at(each, '07') - at(each, '16')) / at(each, '01'));
  const far = (rate: number): number => Math.max(0.01 - rate, rate - 0.03);
  return [...rates].sort((a, b) => far(b) - far(a))[0] ?? null;
};

export const SMALL: Readonly<Record<string, Formula>> = { 'SS-01': rolling, 'SS-02': smallHidden, 'SS-03': bunching, 'SS-05': exemptSpecials, 'SS-06': levyRate };
