import { addMonths, at, dayOf, fenOf, ratio, sum, ymOf, type PlainWorld } from '../plain-world.ts';
import type { Formula } from './index.ts';

/** VR-30: tax payable against taxable sales of twelve months. */
const burden: Formula = (world, { id, p }) => ratio(world.m(id, '24', p, 12), world.m(id, '01', p, 12) + world.m(id, '05', p, 12));

/** Growth of the mean of a column per month with a return, six months on the year before: either window may lack a month. */
function meanGrowth(world: PlainWorld, id: string, number: string, p: number): number {
  const mean = (to: number): number => world.m(id, number, to, 6) / sum(world.returns(id).filter(({ ym }) => ym > to - 6 && ym <= to).map(({ span }) => span));
  return mean(p) / mean(p - 12) - 1;
}

/** VR-31: growth of input less growth of output. */
const outOfStep: Formula = (world, { id, p }) => meanGrowth(world, id, '12', p) - meanGrowth(world, id, '11', p);

/** VR-36: distance of what was sold from what was bought in three months, invoices to itself left out. */
const passThrough: Formula = (world, { id, p }) => {
  const between = (rows: readonly { readonly seller_id?: string; readonly buyer_id?: string; readonly amount?: string }[]): number => sum(rows.filter((row) => row.seller_id !== row.buyer_id).map((row) => fenOf(row.amount)));
  const out = between(world.sold(id, p, 3));
  return ratio(Math.abs(out - between(world.bought(id, p, 3))), out);
};

const EXITS = ['deregistering', 'deregistered', 'liquidation', 'bankrupt', 'abnormal', 'absconded'];
/** VR-40: kinds of events in the year after a payment of 100,000 and more. */
const afterRefund: Formula = (world, { id, taxpayer }) => {
  const paid = world.of('refund_applications', 'taxpayer_id', id).filter((row) => fenOf(row.paid_amount) >= 100_000_00 && dayOf(row.paid_on) > addMonths(world.asOf, -24));
  const counts = paid.map((row) => {
    const [from, to] = [dayOf(row.paid_on), new Date(Date.parse(`${dayOf(row.paid_on)}T00:00:00Z`) + 365 * 86_400_000).toISOString().slice(0, 10)];
    const inYear = (day: string): boolean => day > from && day <= to;
    const changes = world.of('taxpayer_changes', 'taxpayer_id', id).filter((change) => inYear(dayOf(change.changed_on)));
    const exit = EXITS.includes(taxpayer.status ?? '') && inYear(dayOf(taxpayer.status_from)) || changes.some((change) => change.field === 'status' && EXITS.includes(change.new_value ?? ''));
    const share = sum(changes.map((change) => Number(change.changed_share ?? '0')));
    const control = share >= 0.5 || (changes.some(({ field }) => field === 'legal_representative') && changes.some(({ field }) => field === 'shareholder'));
    let [idle, longest] = [0, 0];
    for (const each of world.returns(id).filter(({ ym }) => ym >= ymOf(from) && ym <= ymOf(to))) {
      idle = at(each, '01') + at(each, '05') + at(each, '07') + at(each, '08') === 0 && at(each, '12') === 0 ? idle + 1 : 0;
      longest = Math.max(longest, idle);
    }
    return [exit, control, longest >= 3, changes.some(({ field }) => field === 'district_code')].filter(Boolean).length;
  });
  return Math.max(0, ...counts);
};

export const CREDIT: Readonly<Record<string, Formula>> = { 'VR-30': burden, 'VR-31': outOfStep, 'VR-36': passThrough, 'VR-40': afterRefund };
