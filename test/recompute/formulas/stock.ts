import { isListed } from '../plain-lists.ts';
import { fenOf, groupBy, ratio, sum, within, ymOf, type PlainWorld, type Row } from '../plain-world.ts';
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
    const earlier = statements.filter((other) => row.value_basis === 'ytd' && other.period?.slice(0, 4) === row.period?.slice(0, 4) && (other.period ?? '') < (row.period ?? ''));
    const before = earlier.sort((a, b) => ymOf(b.period) - ymOf(a.period))[0];
    return fenOf(row.cost_of_sales) - fenOf(before?.cost_of_sales);
  }));
}

/** VR-32: part of the closing credit that stock, capital goods, pending export refunds and loss-making rates leave open; for traders the stock itself. */
const unexplained: Formula = (world, { id, claim, p }, branch) => {
  const goods = linesBought(world, id, p, 12).filter(isGoods);
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

/** Rate a line of goods was bought at; farm produce bought from farmers is deducted at 9 % by computation. */
const rateOf = ({ kind, line }: BoughtLine): string => (kind === 'agri_purchase' ? '0.090000' : line.tax_rate) ?? '';

/** VR-33: input of twelve months, less capital goods and services, beyond what their stock, cost and payables control. */
const aboveControl: Formula = (world, { id, p }) => {
  const bought = linesBought(world, id, p, 12);
  const [main] = [...groupBy(bought.filter(isGoods).map((each) => ({ rate: rateOf(each), amount: each.line.amount ?? '' })), ({ rate }) => rate ?? '')]
    .map(([rate, rows]) => ({ rate: Number(rate), amount: sum(rows.map(({ amount }) => fenOf(amount))) })).sort((a, b) => b.amount - a.amount);
  const [start, end] = [balance(world, id, p - 12), balance(world, id, p)];
  const isFreight = ({ line }: BoughtLine): boolean => isListed('freight-codes', line.goods_code);
  const freight = taxOf(bought.filter(isFreight));
  const services = taxOf(bought.filter((each) => (each.line.goods_code ?? '').startsWith('3') && !isFreight(each) && !isCapital(each)));
  const turned = fenOf(end?.inventory) - fenOf(start?.inventory) + costOfSales(world, id, p, 12) + fenOf(start?.payables) - fenOf(end?.payables);
  const control = turned * (main?.rate ?? 0.13) + freight;
  return ratio(world.m(id, '12', p, 12) - taxOf(bought.filter(isCapital)) - services - control, control);
};

export const STOCK: Readonly<Record<string, Formula>> = { 'VR-32': unexplained, 'VR-33': aboveControl };
