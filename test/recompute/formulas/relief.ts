import { isListed } from '../plain-lists.ts';
import { at, fenOf, newest, ratio, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

const filings = (world: PlainWorld, id: string, to: number, months: number): Row[] =>
  newest(world.of('six_tax_filings', 'taxpayer_id', id), ['period', 'tax_item']).filter((row) => within(row.period, to, months));

/** LT-04: relief beyond half of what is due after other reliefs, to the fen, from 2023; water and securities stamp tax have none. */
const overCap: Formula = (world, { id, p }) => yuan(sum(filings(world, id, p, 36).filter((row) => ymOf(row.period) >= 2023 * 12).map((row) => {
  const share = ['water_resource', 'securities_stamp'].includes(row.tax_item ?? '') ? 0 : 0.5;
  const over = fenOf(row.relief) - Math.round(share * (fenOf(row.tax_due) - fenOf(row.other_relief)));
  return over > 50 ? over : 0;
})));

const SURCHARGES = ['urban_construction', 'education', 'local_education'];
/** LT-05, surcharges: how far the least of the three bases falls short of the tax of twelve months less refunds paid. */
const surchargeGap = (world: PlainWorld, id: string, p: number): number | null => {
  const refunded = sum(world.of('refund_applications', 'taxpayer_id', id).filter((row) => within(row.paid_on, p, 24)).map((row) => fenOf(row.paid_amount) - fenOf(row.repaid_amount)));
  const due = Math.max(0, sum(world.periods(id, p, 12).map((each) => at(each, each.isGeneral ? '24' : '20'))) - refunded);
  const bases = SURCHARGES.map((item) => sum(filings(world, id, p, 12).filter((row) => row.tax_item === item).map((row) => fenOf(row.tax_base))));
  return ratio(due - Math.min(...bases), due);
};

/** LT-05, stamp: the same for goods invoiced both ways in four quarters; an invoice without lines counts whole. */
const stampGap = (world: PlainWorld, id: string, p: number): number | null => {
  const quarter = p - ((p + 1) % 3);
  const goods = sum([...world.sold(id, quarter, 12), ...world.bought(id, quarter, 12)].map((invoice) => {
    const lines = world.lines(invoice);
    return lines.length === 0 ? fenOf(invoice.amount) : sum(lines.filter((line) => (line.goods_code ?? '').startsWith('1')).map((line) => fenOf(line.amount)));
  }));
  const base = sum(filings(world, id, quarter, 12).filter((row) => row.tax_item === 'stamp').map((row) =>
    (`${row.tax_base_sales ?? ''}${row.tax_base_purchase ?? ''}` === '' ? fenOf(row.tax_base) : fenOf(row.tax_base_sales) + fenOf(row.tax_base_purchase))));
  return ratio(goods - base, goods);
};

/** LT-05, rent: leases of real property invoiced in twelve months without a property tax filing. */
const rent = (world: PlainWorld, id: string, p: number): number =>
  yuan(sum(world.sold(id, p, 12).flatMap((invoice) => world.lines(invoice)).filter((line) => isListed('rent-codes', line.goods_code)).map((line) => fenOf(line.amount))));

const baseGap: Formula = (world, { id, p }, branch) => (branch.startsWith('surcharges') ? surchargeGap(world, id, p) : branch.startsWith('stamp') ? stampGap(world, id, p) : rent(world, id, p));

export const RELIEF: Readonly<Record<string, Formula>> = { 'LT-04': overCap, 'LT-05': baseGap };
