import { isListed } from '../plain-lists.ts';
import { fenOf, groupBy, ratio, sum, within, ymOf, type PlainSubject, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';
import { balance } from './sales.ts';

interface BoughtLine {
  readonly kind: string;
  readonly line: Row;
}
const linesBought = (world: PlainWorld, id: string, to: number, months: number): BoughtLine[] =>
  world.bought(id, to, months).flatMap((invoice) => world.lines(invoice).map((line) => ({ kind: invoice.invoice_kind ?? '', line })));
const amountOf = (bought: readonly BoughtLine[]): number => sum(bought.map(({ line }) => fenOf(line.amount)));
const taxOf = (bought: readonly BoughtLine[]): number => sum(bought.map(({ line }) => fenOf(line.tax)));
const isGoods = ({ line }: BoughtLine): boolean => (line.goods_code ?? '').startsWith('1');
const isCapital = ({ line }: BoughtLine): boolean => isListed('capital-codes', line.goods_code);

/** Cost of sales of a window: statements of the year to date, each less the one before in its year. */
function costOfSales(world: PlainWorld, id: string, to: number, months: number): number {
  const statements = world.of('income_statements', 'taxpayer_id', id);
  return sum(statements.filter((row) => within(row.period, to, months)).map((row) => {
    const earlier = statements.filter((other) => row.value_basis === 'ytd' && other.value_basis === 'ytd' && other.period?.slice(0, 4) === row.period?.slice(0, 4) && (other.period ?? '') < (row.period ?? ''));
    const before = earlier.sort((a, b) => ymOf(b.period) - ymOf(a.period))[0];
    return fenOf(row.cost_of_sales) - fenOf(before?.cost_of_sales);
  }));
}

/** VR-32: part of the closing credit that stock, capital goods, pending export refunds and loss-making rates leave open; for traders the stock itself. */
const unexplained: Formula = (world, { id, claim, p }, branch) => {
  // Without lines all that was bought stands for goods.
  const goods = world.isDelivered('invoice_lines') ? linesBought(world, id, p, 12).filter(isGoods) : world.bought(id, p, 12).map((line) => ({ kind: line.invoice_kind ?? '', line }));
  const inventory = fenOf(balance(world, id, p)?.inventory);
  if (branch.startsWith('trader')) return ratio(inventory, amountOf(goods));
  const credit = world.m(id, '20', p, 1);
  // What is deducted on farm produce by computation stands in rows 6 and 8a, not on the lines.
  const rateIn = (taxOf(goods) + world.s2(id, '6', p, 12) + world.s2(id, '8a', p, 12)) / amountOf(goods);
  const rateOut = world.m(id, '11', p, 12) / world.m(id, '01', p, 12);
  const capital = Math.min(credit, taxOf(linesBought(world, id, p, 36).filter(isCapital)));
  const explained = inventory * rateIn + capital + fenOf(claim?.export_refund_pending) + Math.max(0, rateIn - rateOut) * costOfSales(world, id, p, 12);
  return ratio(credit - explained, credit);
};

/** Rate at which tax on farm produce bought from farmers is computed. */
const FARM_RATE = 0.09;

/** Rate of a line in whole percent; where it names none, its tax over its amount. */
const rateOf = (line: Row): string => String(Math.round(100 * ((line.tax_rate ?? '') === '' ? fenOf(line.tax) / fenOf(line.amount) : Number(line.tax_rate))) / 100);

/** Rate with the largest amount among goods bought; goods bought without tax count at the farm rate as far as row 6 of schedule 2 deducts farm produce. */
function mainRate(world: PlainWorld, id: string, bought: readonly BoughtLine[], to: number): number {
  const goods = bought.filter(isGoods);
  const byRate = new Map([...groupBy(goods.map(({ line }) => line), rateOf)].map(([rate, rows]) => [Number(rate), sum(rows.map((line) => fenOf(line.amount)))]));
  const farm = Math.min(world.s2(id, '6', to, 12) / FARM_RATE, byRate.get(0) ?? 0);
  byRate.set(FARM_RATE, (byRate.get(FARM_RATE) ?? 0) + farm);
  byRate.delete(0);
  const [main] = [...byRate].filter(([, amount]) => amount > 0).sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  return main?.[0] ?? 0.13;
}
/** Statements that lie within a window and the months they tell of. */
function costMonths(world: PlainWorld, id: string, to: number): number {
  const known = world.of('income_statements', 'taxpayer_id', id).map((row) => ({ ym: ymOf(row.period), isYear: row.value_basis === 'ytd' }));
  return sum(known.filter(({ ym }) => ym > to - 12 && ym <= to).map(({ ym, isYear }) => {
    const before = known.filter((other) => other.isYear && other.ym < ym && Math.floor(other.ym / 12) === Math.floor(ym / 12)).map((other) => other.ym);
    return isYear ? ym - Math.max(12 * Math.floor(ym / 12) - 1, ...before) : 1;
  }));
}

/** The last calendar year over by P if the taxpayer existed all through it and returns, balances and cost tell of it; else the twelve months to P. */
function controlledYear(world: PlainWorld, { id, taxpayer, p }: PlainSubject): number {
  const year = 12 * Math.floor((p + 1) / 12) - 1;
  const returns = world.returns(id).filter(({ ym }) => ym > year - 12 && ym <= year);
  const isTold = returns.some(({ ym }) => ym === year) && sum(returns.map(({ span }) => span)) >= 9 && costMonths(world, id, year) >= 9;
  const hasBalances = balance(world, id, year) !== undefined && balance(world, id, year - 12) !== undefined;
  return isTold && hasBalances && ymOf(taxpayer.registered_on) <= year - 12 ? year : p;
}

/** VR-33: input of a year, less capital goods and services, beyond what its stock, cost and payables control. */
const aboveControl: Formula = (world, subject) => {
  const { id } = subject;
  const to = controlledYear(world, subject);
  const bought = linesBought(world, id, to, 12);
  const [start, end] = [balance(world, id, to - 12), balance(world, id, to)];
  const isFreight = ({ line }: BoughtLine): boolean => isListed('freight-codes', line.goods_code);
  const freight = taxOf(bought.filter((each) => isFreight(each) && !isCapital(each)));
  const services = taxOf(bought.filter((each) => (each.line.goods_code ?? '').startsWith('3') && !isFreight(each) && !isCapital(each)));
  // Cost by the month, for as many months as returns tell the input tax of.
  const months = sum(world.returns(id).filter(({ ym }) => ym > to - 12 && ym <= to).map(({ span }) => span));
  const cost = (costOfSales(world, id, to, 12) / costMonths(world, id, to)) * months;
  const turned = fenOf(end?.inventory) - fenOf(start?.inventory) + cost + fenOf(start?.payables) - fenOf(end?.payables);
  const control = turned * mainRate(world, id, bought, to) + freight;
  return ratio(world.m(id, '12', to, 12) - taxOf(bought.filter(isCapital)) - services - control, control);
};

export const STOCK: Readonly<Record<string, Formula>> = { 'VR-32': unexplained, 'VR-33': aboveControl };
