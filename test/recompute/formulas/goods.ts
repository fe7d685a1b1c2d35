/** VR-34: goods bought and goods sold. */
import { isListed } from '../plain-lists.ts';
import { fenOf, groupBy, sum, type PlainSubject, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';
import { isEligible, primary } from './peers.ts';

/** Lines of goods, none of long-term kind, by seven digits. */
const goodsByCode = (world: PlainWorld, invoices: readonly Row[]): Map<string, Row[]> =>
  groupBy(invoices.flatMap((row) => world.lines(row)).filter((line) => (line.goods_code ?? '').startsWith('1') && !isListed('capital-codes', line.goods_code)), (line) => (line.goods_code ?? '').slice(0, 7));

/** Shares of goods by seven digits, bought and sold in six months, as far as they overlap. */
function similarity(world: PlainWorld, { id, p }: PlainSubject): number {
  const shares = (invoices: readonly Row[]): Map<string, number> => {
    const codes = goodsByCode(world, invoices);
    const amounts = [...codes].map(([code, lines]) => [code, Math.max(0, sum(lines.map((line) => fenOf(line.amount))))] as const);
    const total = sum(amounts.map(([, amount]) => amount));
    return new Map(amounts.map(([code, amount]) => [code, amount / total]));
  };
  const bought = shares(world.bought(id, p, 6));
  return sum([...shares(world.sold(id, p, 6))].map(([code, share]) => Math.min(share, bought.get(code) ?? 0)));
}

/** What a maker sold and bought of goods in twelve months, codes with an amount above 0. */
interface Traded {
  readonly sold: ReadonlyMap<string, number>;
  readonly bought: ReadonlySet<string>;
}
function traded(world: PlainWorld, { id, p }: PlainSubject): Traded {
  const amounts = (invoices: readonly Row[]): [string, number][] =>
    [...goodsByCode(world, invoices)].map(([code, lines]): [string, number] => [code, sum(lines.map((line) => fenOf(line.amount)))]).filter(([, amount]) => amount > 0);
  return { sold: new Map(amounts(world.sold(id, p, 12))), bought: new Set(amounts(world.bought(id, p, 12)).map(([code]) => code)) };
}

const built = new WeakMap<PlainWorld, Traded[]>();
const makersOf = (world: PlainWorld): Traded[] => {
  const makers = built.get(world) ?? world.rows('taxpayers').map(({ taxpayer_id: id = '' }) => primary(world, id))
    .filter((subject) => isEligible(world, subject) && (subject.taxpayer.industry_code ?? '').startsWith('C')).map((subject) => traded(world, subject));
  built.set(world, makers);
  return makers;
};

/** Part of what a maker sold of which it bought nothing that three in ten of thirty other makers of it buy. */
function unsupported(world: PlainWorld, subject: PlainSubject): number {
  const own = traded(world, subject);
  const tested = [...own.sold].flatMap(([code, amount]) => {
    const peers = makersOf(world).filter(({ sold }) => sold.has(code));
    const usual = [...new Set(peers.flatMap(({ bought }) => [...bought]))].filter((input) => peers.filter(({ bought }) => bought.has(input)).length / peers.length >= 0.3);
    return peers.length < 30 || usual.length === 0 ? [] : [{ amount, isMissing: !usual.some((input) => own.bought.has(input)) }];
  });
  return sum(tested.filter(({ isMissing }) => isMissing).map(({ amount }) => amount)) / sum(tested.map(({ amount }) => amount));
}

/** VR-34, by branch. */
const mismatch: Formula = (world, subject, branch) => (branch === 'inputs_missing' ? unsupported(world, subject) : similarity(world, subject));

export const GOODS: Readonly<Record<string, Formula>> = { 'VR-34': mismatch };
