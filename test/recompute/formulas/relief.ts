import { isListed } from '../plain-lists.ts';
import { at, fenOf, newest, ratio, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import { filings } from './identity.ts';
import type { Formula } from './index.ts';

const SURCHARGES = ['urban_construction', 'education', 'local_education'];

/** How far the least of the three bases of the surcharges falls short of the VAT of twelve months less refunds paid. */
const surchargeGap = (world: PlainWorld, id: string, p: number): number | null => {
  const refunded = sum(world.of('refund_applications', 'taxpayer_id', id).filter((row) => within(row.paid_on, p, 24)).map((row) => fenOf(row.paid_amount) - fenOf(row.repaid_amount)));
  const due = Math.max(0, sum(world.periods(id, p, 12).map((each) => at(each, each.isGeneral ? '24' : '20'))) - refunded);
  const bases = SURCHARGES.map((item) => sum(filings(world, id, p, 12).filter((row) => row.tax_item === item).map((row) => fenOf(row.tax_base))));
  return ratio(due - Math.min(...bases), due);
};

/** Goods invoiced in four quarters: the part of goods among the lines known of twelve months, all of it where no line is known. */
const goodsTraded = (world: PlainWorld, quarter: readonly Row[], year: readonly Row[]): number => {
  const lines = year.flatMap((invoice) => world.lines(invoice));
  const amount = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
  const share = ratio(amount(lines.filter((line) => (line.goods_code ?? '').startsWith('1'))), amount(lines)) ?? 1;
  return amount(quarter) * share;
};

/** How far the base of the stamp tax falls short of goods invoiced both ways in the twelve months to the last quarter. */
const stampGap = (world: PlainWorld, id: string, p: number): number | null => {
  const quarter = p - ((p + 1) % 3);
  const goods = goodsTraded(world, world.sold(id, quarter, 12), world.sold(id, p, 12)) + goodsTraded(world, world.bought(id, quarter, 12), world.bought(id, p, 12));
  const base = sum(filings(world, id, quarter, 12).filter((row) => row.tax_item === 'stamp').map((row) =>
    (`${row.tax_base_sales ?? ''}${row.tax_base_purchase ?? ''}` === '' ? fenOf(row.tax_base) : fenOf(row.tax_base_sales) + fenOf(row.tax_base_purchase))));
  return ratio(goods - base, goods);
};

/** Leases of real property invoiced in twelve months; the branch is for those without a property tax filing. */
const rent = (world: PlainWorld, id: string, p: number): number =>
  yuan(sum(world.sold(id, p, 12).flatMap((invoice) => world.lines(invoice)).filter((line) => isListed('rent-codes', line.goods_code)).map((line) => fenOf(line.amount))));

/** LT-05, by branch. */
const baseGap: Formula = (world, { id, p }, branch) => {
  if (branch.startsWith('surcharges')) return surchargeGap(world, id, p);
  return branch.startsWith('stamp') ? stampGap(world, id, p) : rent(world, id, p);
};

/** LT-02: the greatest of staff, assets and income of a small-profit year as a share of its limit, in the year where it is greatest. */
const smallProfitSize: Formula = (world, { id }) => {
  const years = newest(world.of('cit_settlements', 'taxpayer_id', id), ['tax_year']).filter((row) => row.is_small_profit === 'true');
  return Math.max(...years.map((row) => {
    const december = Number(row.tax_year) * 12 + 11;
    const months = world.of('headcounts', 'taxpayer_id', id).filter((each) => within(each.month, december, 12));
    const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
    const staff = (column: string): number => mean(months.map((each) => Number(each[column] ?? '0')));
    const assetsAt = (ym: number): number[] => world.of('balance_sheets', 'taxpayer_id', id).filter((each) => ymOf(each.period) === ym).map((each) => fenOf(each.total_assets));
    const quarters = [9, 6, 3, 0].flatMap((back) => {
      const ends = [...assetsAt(december - back - 3), ...assetsAt(december - back)];
      return ends.length === 2 ? [mean(ends)] : [];
    });
    const income = fenOf(row.taxable_income) + fenOf(row.audit_income_adjustment);
    return Math.max((Math.max(staff('insured_count'), staff('pit_count')) + staff('dispatched_count')) / 300, mean(quarters) / 50_000_000_00, income / 3_000_000_00);
  }));
};

export const RELIEF: Readonly<Record<string, Formula>> = { 'LT-02': smallProfitSize, 'LT-05': baseGap };
