/** SS-09: prices between a general and a small-scale member of one cluster. */
import { fenOf, groupBy, sum, type PlainWorld, type Row } from '../plain-world.ts';
import { cluster } from './control.ts';
import type { Formula } from './index.ts';

interface PricedPair {
  /** Price to the small member over that to others, and what it adds when it sells on; null where too few lines tell. */
  readonly low: number | null;
  readonly markup: number | null;
}
interface Line {
  readonly buyer: string;
  readonly price: number;
  readonly amount: number;
}

/** Lines with a price that a party sold in the twelve months to P of the run, by code and unit; a red invoice is no price, the one it reverses was. */
function pricedLines(world: PlainWorld, seller: string): Map<string, Line[]> {
  const lines = new Map<string, Line[]>();
  for (const invoice of world.sold(seller, world.runP, 12).filter(({ status }) => status !== 'red')) {
    for (const { goods_code: code = '', unit = '', unit_price: price = '', amount } of world.lines(invoice)) {
      if (code === '' || unit === '' || Number(price) <= 0) continue;
      lines.set(`${code}|${unit}`, [...(lines.get(`${code}|${unit}`) ?? []), { buyer: invoice.buyer_id ?? '', price: Number(price), amount: fenOf(amount) }]);
    }
  }
  return lines;
}

function median(lines: readonly Line[]): number | null {
  const prices = lines.map(({ price }) => price).sort((a, b) => a - b);
  const middle = (prices.length - 1) / 2;
  return prices.length < 3 ? null : ((prices[Math.floor(middle)] ?? 0) + (prices[Math.ceil(middle)] ?? 0)) / 2;
}

/** Weighted by what was sold at it; null where nothing was. */
function meanOf(found: readonly { readonly amount: number; readonly value: number | null }[]): number | null {
  const known = found.filter(({ value }) => value !== null);
  const total = sum(known.map(({ amount }) => amount));
  return total > 0 ? sum(known.map(({ amount, value }) => amount * (value ?? 0))) / total : null;
}

/** Prices of a pair; null where lines that can be compared are under half of what was sold. */
function comparePair(world: PlainWorld, seller: string, buyer: string, pairAmount: number): PricedPair | null {
  const resold = pricedLines(world, buyer);
  const found = [...pricedLines(world, seller)].map(([goods, lines]) => {
    const inside = lines.filter((line) => line.buyer === buyer);
    const price = median(inside);
    const other = median(lines.filter((line) => line.buyer !== buyer));
    const later = median((resold.get(goods) ?? []).filter((line) => line.buyer !== seller));
    const low = price === null || other === null ? null : price / other;
    return { amount: sum(inside.map(({ amount }) => amount)), low, markup: price === null || later === null ? null : later / price - 1 };
  });
  const comparable = sum(found.filter(({ low, markup }) => low !== null || markup !== null).map(({ amount }) => amount));
  if (comparable < 0.5 * pairAmount) return null;
  return { low: meanOf(found.map(({ amount, low }) => ({ amount, value: low }))), markup: meanOf(found.map(({ amount, markup }) => ({ amount, value: markup }))) };
}

/** Sellers of the cluster with general status who invoiced the taxpayer half a million in twelve months, with what they invoiced. */
function relatedSellers(world: PlainWorld, id: string): [string, number][] {
  const members = cluster(world, id);
  const fromMembers = world.bought(id, world.runP, 12).filter(({ seller_id: seller = '', invoice_kind: kind }: Row) => seller !== id && members.has(seller) && kind !== 'agri_purchase');
  return [...groupBy(fromMembers, (row) => row.seller_id ?? '')].map(([seller, rows]): [string, number] => [seller, sum(rows.map((row) => fenOf(row.amount)))])
    .filter(([seller, amount]) => world.taxpayer(seller)?.vat_status === 'general' && amount >= 500_000_00);
}

/** SS-09: the lowest price ratio of the pairs, or the greatest markup; of two branches the more intense gives the value. */
const relatedPrice: Formula = (world, { id }, branch) => {
  const pairs = relatedSellers(world, id).flatMap(([seller, amount]) => comparePair(world, seller, id, amount) ?? []);
  const lows = pairs.flatMap(({ low }) => low ?? []);
  const markups = pairs.flatMap(({ markup }) => markup ?? []);
  const low = lows.length === 0 ? null : Math.min(...lows);
  const markup = markups.length === 0 ? null : Math.max(...markups);
  const intensity = (value: number): number => Math.min(1, Math.max(0.3, value));
  const isMarkupWorse = branch === 'markup' || (branch === 'low_price+markup' && intensity(((markup ?? 0) - 0.3) / 0.6) > intensity((0.7 - (low ?? 1)) / 0.7));
  return isMarkupWorse ? markup : low;
};

export const PRICES: Readonly<Record<string, Formula>> = { 'SS-09': relatedPrice };
