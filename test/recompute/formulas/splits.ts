/** Businesses under one control that look small one by one: SS-07, LT-06, SS-09. */
import { fenOf, groupBy, newest, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import { cluster, shareKind } from './control.ts';
import { filings } from './identity.ts';
import type { Formula } from './index.ts';
import { limitSales } from './small.ts';

const isSmall = (world: PlainWorld, id: string): boolean => world.taxpayer(id)?.vat_status === 'small';
/** What a member sold to others in the twelve months to P of the run. */
const soldOut = (world: PlainWorld, id: string): Row[] => world.sold(id, world.runP, 12).filter((row) => row.buyer_id !== id);
const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
const greatest = (groups: ReadonlyMap<string, readonly Row[]>): number => Math.max(0, ...[...groups].filter(([key]) => key !== '').map(([, rows]) => amountOf(rows)));

/** Sales of a quarter that count towards the limit, declared or invoiced; a month without a return counts as invoiced. */
function quarterSales(world: PlainWorld, id: string, end: number): number {
  const returns = world.smallReturns(id).filter(({ ym }) => ym > end - 3 && ym <= end);
  const open = [end - 2, end - 1, end].filter((month) => !returns.some(({ ym, span }) => month > ym - span && month <= ym));
  return sum(returns.map((each) => limitSales(world, id, each))) + sum(open.map((month) => amountOf(world.sold(id, month, 1))));
}

/** SS-07: what the small members of a cluster sold in twelve months, each under 300,000 in each of four quarters. */
const incomeSplit: Formula = (world, { id }, branch) => {
  const members = [...cluster(world, id)].filter((member) => isSmall(world, member) || world.taxpayer(member)?.entity_kind === 'individual');
  if (!members.includes(id) || cluster(world, id).size === 1) return 0;
  const sales = members.flatMap((member) => soldOut(world, member));
  const lines = members.flatMap((member) => world.sold(member, world.runP, 12)).flatMap((invoice) => world.lines(invoice));
  const last = world.runP - ((world.runP + 1) % 3);
  const isUnder = members.every((member) => [0, 3, 6, 9].every((back) => ymOf(world.taxpayer(member)?.registered_on) > last - back || quarterSales(world, member, last - back) <= 300_000_00));
  const isAlike = greatest(groupBy(sales, (row) => row.buyer_id ?? '')) >= 0.5 * amountOf(sales)
    || greatest(groupBy(lines, (line) => (line.goods_code ?? '').slice(0, 7))) >= 0.7 * amountOf(sales) || shareKind(world, members, ['device']);
  return branch === 'split' && !(members.length >= 3 && isUnder && isAlike) ? Number.NaN : yuan(amountOf(sales));
};

interface Figures {
  readonly staff: number;
  readonly assets: number;
  readonly income: number;
}
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Staff, assets and income of the newest settlement: from headcounts and balance sheets where they tell of most of the year. */
function figuresOf(world: PlainWorld, id: string): Figures {
  const settled = newest(world.of('cit_settlements', 'taxpayer_id', id), ['tax_year']).sort((a, b) => Number(b.tax_year) - Number(a.tax_year))[0];
  if (settled === undefined) return { staff: 0, assets: 0, income: 0 };
  const december = Number(settled.tax_year) * 12 + 11;
  const months = world.of('headcounts', 'taxpayer_id', id).filter((row) => within(row.month, december, 12));
  const counts = (column: string): number[] => months.filter((row) => (row[column] ?? '') !== '').map((row) => Number(row[column]));
  const assetsAt = (ym: number): number[] => world.of('balance_sheets', 'taxpayer_id', id).filter((row) => ymOf(row.period) === ym).map((row) => fenOf(row.total_assets));
  const quarters = [9, 6, 3, 0].map((back) => [...assetsAt(december - back - 3), ...assetsAt(december - back)]).filter(({ length }) => length === 2).map(mean);
  return {
    staff: months.length >= 9 ? Math.max(mean(counts('insured_count')), mean(counts('pit_count'))) + sum(counts('dispatched_count')) / months.length : Number(settled.average_headcount ?? '0'),
    assets: quarters.length >= 3 ? mean(quarters) : fenOf(settled.average_assets),
    income: Math.max(0, fenOf(settled.taxable_income) + fenOf(settled.audit_income_adjustment)),
  };
}

/** Small-scale, or small and low-profit by the newest settlement. */
const isSmallEnough = (world: PlainWorld, id: string): boolean =>
  isSmall(world, id) || newest(world.of('cit_settlements', 'taxpayer_id', id), ['tax_year']).sort((a, b) => Number(b.tax_year) - Number(a.tax_year))[0]?.is_small_profit === 'true';
/** Named buyers of twelve months, red invoices netted. */
const buyersOf = (world: PlainWorld, id: string): string[] =>
  [...groupBy(soldOut(world, id), (row) => row.buyer_id ?? '')].filter(([buyer, rows]) => buyer !== '' && amountOf(rows) > 0).map(([buyer]) => buyer);

/** Shared buyers are three tenths of all of both. */
function haveSameBuyers(world: PlainWorld, a: string, b: string): boolean {
  const [first, second] = [buyersOf(world, a), buyersOf(world, b)];
  const shared = first.filter((buyer) => second.includes(buyer)).length;
  return shared > 0 && shared / (first.length + second.length - shared) >= 0.3;
}

/** LT-06: staff, assets or income of a business split among members of one trade and one circle of buyers, as a share of the limit they would pass. */
const reliefSplit: Formula = (world, { id, p }, branch) => {
  // the letter of the section may be missing
  const trade = (member: string): string => (world.taxpayer(member)?.industry_code ?? '').replace(/^[A-Z]/u, '').slice(0, 3);
  const others = [...cluster(world, id)].filter((member) => member !== id && trade(member) === trade(id) && isSmallEnough(world, member) && haveSameBuyers(world, id, member));
  if (others.length === 0 || !isSmallEnough(world, id)) return 0;
  const group = [id, ...others];
  const hasRelief = !world.isDelivered('six_tax_filings') || group.some((member) => filings(world, member, p, 36).some((row) => fenOf(row.relief) > 0));
  if (branch === 'split' && !(shareKind(world, group, ['address', 'device']) && hasRelief)) return Number.NaN;
  const figures = group.map((member) => figuresOf(world, member));
  return Math.max(sum(figures.map(({ staff }) => staff)) / 300, sum(figures.map(({ assets }) => assets)) / 50_000_000_00, sum(figures.map(({ income }) => income)) / 3_000_000_00);
};

export const SPLITS: Readonly<Record<string, Formula>> = { 'SS-07': incomeSplit, 'LT-06': reliefSplit };
