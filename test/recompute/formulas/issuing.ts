/** VR-39: how invoices were issued in three months. */
import { dayOf, daysBetween, fenOf, groupBy, ratio, sum, within, ymOf, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const normalSales = (world: PlainWorld, id: string, to: number, months: number): Row[] => world.sold(id, to, months).filter(({ status }) => status === 'normal');

/** Share of the invoices with a cap that reach it. */
function atCap(world: PlainWorld, id: string, p: number): number | null {
  const capped = normalSales(world, id, p, 3).filter((row) => (row.ticket_cap ?? '') !== '');
  return ratio(capped.filter((row) => fenOf(row.amount) >= 0.95 * fenOf(row.ticket_cap)).length, capped.length);
}

/** Days from the first grant of a month to the invoice that uses up the newest one; infinite where none does. */
function fillDays(world: PlainWorld, id: string, ym: number): number {
  const grants = world.of('invoice_quotas', 'taxpayer_id', id).filter((row) => ymOf(row.month) === ym).sort((a, b) => ((a.granted_at ?? '') < (b.granted_at ?? '') ? -1 : 1));
  const first = grants[0];
  const invoices = normalSales(world, id, ym, 1);
  const days = [...new Set(invoices.map((row) => dayOf(row.issued_at)))].sort();
  const used = (day: string): number => sum(invoices.filter((row) => dayOf(row.issued_at) <= day).map((row) => fenOf(row.amount)));
  const full = days.find((day) => used(day) >= 0.95 * fenOf(grants.at(-1)?.granted_amount));
  return first === undefined || full === undefined ? Number.POSITIVE_INFINITY : Math.max(0, daysBetween(dayOf(first.granted_at), full));
}

/** Most buyers on one day that had never been invoiced. */
function fanOut(world: PlainWorld, id: string, p: number): number {
  const firsts = new Map<string, string>();
  for (const row of world.of('invoices', 'seller_id', id).filter((each) => each.status !== 'void' && (each.buyer_id ?? '') !== '')) {
    const [buyer, day] = [row.buyer_id ?? '', dayOf(row.issued_at)];
    if ((firsts.get(buyer) ?? '9999') > day) firsts.set(buyer, day);
  }
  const days = groupBy([...firsts].filter(([, day]) => within(day, p, 3)).map(([buyer, day]) => ({ buyer, day })), (row) => row.day ?? '');
  return Math.max(0, ...[...days.values()].map((rows) => rows.length));
}

const ceiling: Formula = (world, { id, p }, branch) => {
  if (branch.startsWith('fan_out')) return fanOut(world, id, p);
  // The slower of two months in a row.
  return branch.startsWith('quick_quota') ? Math.min(...[p - 1, p].map((ym) => Math.max(fillDays(world, id, ym - 1), fillDays(world, id, ym)))) : atCap(world, id, p);
};

export const ISSUING: Readonly<Record<string, Formula>> = { 'VR-39': ceiling };
