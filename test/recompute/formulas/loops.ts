/** VR-35 by brute force: every walk of up to six hops that comes back to where it began. */
import { isListed, listEntries } from '../plain-lists.ts';
import { addMonths, dayOf, fenOf, groupBy, ratio, sum, type PlainWorld, type Row } from '../plain-world.ts';
import { monthStart } from './control.ts';
import type { Formula } from './index.ts';

interface Hop {
  readonly seller: string;
  readonly buyer: string;
  readonly amount: number;
  /** Day of the first invoice that is not red. */
  readonly day: string;
  readonly isProcessing: boolean;
}
type Loop = readonly Hop[];

const rule = (name: string): number => Number(listEntries('ring-rules')[0]?.[name]);
const dayAfter = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
const headOf = (world: PlainWorld, id: string): string => world.taxpayer(id)?.head_office_id ?? '';

/** A party can be followed: not nameless, not a consumer, not the same taxpayer and not an office of the same head. */
function isHop(world: PlainWorld, { seller_id: seller = '', buyer_id: buyer = '' }: Row): boolean {
  const office = (id: string): string => (headOf(world, id) === '' ? id : headOf(world, id));
  return seller !== '' && buyer !== '' && seller !== buyer && office(seller) !== office(buyer);
}

/** Most of the amount on the lines of these invoices is processing. */
function isMostlyProcessing(world: PlainWorld, invoices: readonly Row[]): boolean {
  const lines = invoices.flatMap((invoice) => world.lines(invoice));
  const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
  return 2 * amountOf(lines.filter((line) => isListed('processing-codes', line.goods_code))) > amountOf(lines);
}

/** Pairs whose invoices of a window, red ones netted, come to the least amount of a hop; by seller. */
function hopsOf(world: PlainWorld, from: string, until: string): Map<string, Hop[]> {
  const invoices = world.rows('invoices').filter((row) => row.status !== 'void' && dayOf(row.issued_at) >= from && dayOf(row.issued_at) <= until && isHop(world, row));
  const hops = new Map<string, Hop[]>();
  for (const rows of groupBy(invoices, (row) => `${row.seller_id ?? ''}|${row.buyer_id ?? ''}`).values()) {
    const { seller_id: seller = '', buyer_id: buyer = '' } = rows[0] ?? {};
    const amount = sum(rows.map((row) => fenOf(row.amount)));
    const [day = ''] = rows.filter((row) => fenOf(row.amount) > 0).map((row) => dayOf(row.issued_at)).sort();
    if (amount < 100 * rule('hop_minimum_yuan')) continue;
    hops.set(seller, [...(hops.get(seller) ?? []), { seller, buyer, amount, day, isProcessing: isMostlyProcessing(world, rows) }]);
  }
  return hops;
}

const amounts = (loop: Loop): number[] => loop.map(({ amount }) => amount);
const isConserving = (loop: Loop): boolean => Math.min(...amounts(loop)) / Math.max(...amounts(loop)) >= rule('conserved_share');
/** From some hop on, no day comes before the day of the hop before it. */
const isInOrder = (loop: Loop): boolean => loop.some((_, start) => loop.slice(1).every((__, step) => dayAt(loop, start + step) <= dayAt(loop, start + step + 1)));
const dayAt = (loop: Loop, place: number): string => loop[place % loop.length]?.day ?? '';

/** Simple loops through a taxpayer, each from the hop that leaves it. A walk that lost too much of its value can only lose more. */
function loopsThrough(hops: Map<string, Hop[]>, id: string, walk: Loop = []): Loop[] {
  const at = walk.at(-1)?.buyer ?? id;
  if (walk.length > 0 && at === id) return isInOrder(walk) && !walk.some(({ isProcessing }) => isProcessing) ? [walk] : [];
  if (walk.length === rule('longest_hops')) return [];
  return (hops.get(at) ?? []).filter((hop) => !walk.some(({ seller }) => seller === hop.buyer && hop.buyer !== id))
    .map((hop) => [...walk, hop]).filter(isConserving).flatMap((longer) => loopsThrough(hops, id, longer));
}

/** What goes round through the taxpayer in a window: by buyer, the smallest hop of every loop, at most what the buyer was invoiced. */
function loopedIn(world: PlainWorld, id: string, from: string, until: string): number {
  const loops = loopsThrough(windowHops(world, from, until), id);
  const first = [...new Set(loops.flatMap(([hop]) => (hop === undefined ? [] : [hop])))];
  return sum(first.map((hop) => Math.min(hop.amount, sum(loops.filter(([other]) => other === hop).map((loop) => Math.min(...amounts(loop)))))));
}

const built = new WeakMap<PlainWorld, Map<string, Map<string, Hop[]>>>();
function windowHops(world: PlainWorld, from: string, until: string): Map<string, Hop[]> {
  const windows = built.get(world) ?? new Map<string, Map<string, Hop[]>>();
  built.set(world, windows);
  const hops = windows.get(`${from}|${until}`) ?? hopsOf(world, from, until);
  windows.set(`${from}|${until}`, hops);
  return hops;
}

/** VR-35: the greatest amount that went round in a window of ninety days within six months, over what the taxpayer invoiced to others in them. */
const closedLoops: Formula = (world, { id, p }) => {
  const end = dayAfter(addMonths(monthStart(p), 1), -1);
  const looped = [5, 4, 3, 2, 1, 0].map((before) => {
    const from = monthStart(p - before);
    const until = dayAfter(from, rule('window_days') - 1);
    return loopedIn(world, id, from, until < end ? until : end);
  });
  const sold = world.sold(id, p, 6).filter((row) => row.buyer_id !== id);
  return Math.max(...looped) === 0 ? 0 : ratio(Math.max(...looped), sum(sold.map((row) => fenOf(row.amount))));
};

export const LOOPS: Readonly<Record<string, Formula>> = { 'VR-35': closedLoops };
