import { isListed, listEntries } from '../plain-lists.ts';
import { at, dayOf, daysBetween, fenOf, groupBy, newest, ratio, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

/** Σ of rows of schedule 2 over a window. */
const rows2 = (world: PlainWorld, id: string, numbers: readonly string[], p: number, months: number): number => sum(numbers.map((number) => world.s2(id, number, p, months)));

/** VR-12: vouchers other than special invoices among all input of twelve months; branch b: row 8b alone. */
const otherVouchers: Formula = (world, { id, p }, branch) =>
  ratio(rows2(world, id, branch.includes('8b') || branch.includes('travel') || branch.includes('row_8b') ? ['8b'] : ['5', '6', '7', '8a', '8b'], p, 12), world.s2(id, '12', p, 12));

/** VR-13: farm produce bought and additional deduction among all input of twelve months. */
const farmInput: Formula = (world, { id, p }) => ratio(rows2(world, id, ['6', '8a'], p, 12), world.s2(id, '12', p, 12));

/** Shares of imports and of sales by three-digit goods code, as far as they overlap (24 months). */
function importSimilarity(world: PlainWorld, id: string, p: number): number {
  const map = [...listEntries('hs-goods-map')].sort((x, y) => String(y.hs_prefix).length - String(x.hs_prefix).length);
  const goodsOf = (hs: string | undefined): string => String(map.find((entry) => (hs ?? '').startsWith(String(entry.hs_prefix)))?.goods_prefix ?? '');
  const imports = world.of('customs_declarations', 'taxpayer_id', id).filter((row) => row.direction === 'import' && within(row.declared_on, p, 24) && goodsOf(row.hs_code) !== '');
  const lines = world.sold(id, p, 24).flatMap((row) => world.lines(row));
  const amountOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.amount)));
  const sold = groupBy(lines, (line) => (line.goods_code ?? '').slice(0, 3));
  return sum([...groupBy(imports, (row) => goodsOf(row.hs_code))].map(([code, rows]) => Math.min(amountOf(rows) / amountOf(imports), amountOf(sold.get(code) ?? []) / amountOf(lines))));
}

/** VR-14: tax of deducted customs certificates of 24 months that the check did not match, or that name another importer; or how like the goods are. */
const customs: Formula = (world, { id, p }, branch) => {
  const vouchers = world.of('other_vouchers', 'taxpayer_id', id).filter((row) => row.voucher_type === 'customs' && row.is_deducted !== 'false' && within(row.period, p, 24));
  const taxOf = (rows: readonly Row[]): number => sum(rows.map((row) => fenOf(row.tax)));
  if (branch.startsWith('unmatched')) return yuan(taxOf(vouchers.filter((row) => ['mismatched', 'missing', 'held'].includes(row.match_status ?? ''))));
  const foreign = taxOf(vouchers.filter((row) => {
    const declared = world.of('customs_declarations', 'voucher_no', row.voucher_no ?? '').map((each) => each.real_consignee_id ?? '').filter((each) => each !== '');
    return (row.importer_id ?? '') !== '' && row.importer_id !== id && declared.length > 0 && !declared.includes(id);
  }));
  if (branch === 'other_importer') return yuan(foreign);
  const similarity = importSimilarity(world, id, p);
  // Of two branches the more intense gives the value: the share of foreign tax, or how far the similarity lies under 0.20.
  const isForeignWorse = branch.startsWith('other_importer') && Math.max(0.3, foreign / taxOf(vouchers)) >= Math.max(0.3, (0.2 - similarity) / 0.2);
  return isForeignWorse ? yuan(foreign) : similarity;
};

/** VR-17: share of DT(W6) from sellers under 180 days old on each invoice whose whole trade with the taxpayer took 60 days at most. */
const youngSuppliers: Formula = (world, { id, p }) => {
  const uses = world.deducted(id, p, 6);
  const sellerOf = (use: Row): string => world.invoice(use.invoice_code, use.invoice_number)?.seller_id ?? use.seller_id ?? '';
  const young = [...groupBy(uses, sellerOf)].filter(([seller]) => {
    const registered = dayOf(world.taxpayer(seller)?.registered_on);
    const all = world.of('invoices', 'buyer_id', id).filter((row) => row.seller_id === seller && row.status !== 'void');
    const days = all.filter((row) => row.status !== 'red').map((row) => dayOf(row.issued_at)).sort();
    return registered !== '' && days.length > 0 && all.every((row) => daysBetween(registered, dayOf(row.issued_at)) <= 180) && daysBetween(days[0] ?? '', days.at(-1) ?? '') <= 60;
  });
  return ratio(sum(young.flatMap(([, rows]) => rows).map((use) => fenOf(use.effective_tax))), sum(uses.map((use) => fenOf(use.effective_tax))));
};

/** VR-21: tax of red invoices of 24 months whose blue invoice was deducted by P, less row 20; due once the later of the two months is filed. */
const redInput: Formula = (world, { id, p }) => {
  const months = new Set(world.returns(id).flatMap(({ ym, span }) => Array.from({ length: span }, (_, back) => ym - back)));
  const due = world.of('invoices', 'buyer_id', id).filter((row) => row.status === 'red').filter((row) => {
    const red = (row.red_confirmed_on ?? '') === '' ? row.issued_at : row.red_confirmed_on;
    const uses = world.of('input_uses', 'invoice_number', row.blue_invoice_number ?? '').filter((use) => use.buyer_id === id && use.purpose === 'deduct' && (use.invoice_code ?? '') === (row.blue_invoice_code ?? ''));
    const deducted = Math.min(...uses.map((use) => ymOf(use.period)));
    return within(red, p, 24) && deducted <= p && months.has(Math.max(ymOf(red), deducted));
  });
  return yuan(sum(due.map((row) => Math.abs(fenOf(row.tax)))) - world.s2(id, '20', p, 24));
};

/** VR-11: row 1 beyond confirmed tax of 24 months, an invoice once and void ones not at all, over the periods beyond ten yuan; or the greatest gap of forms. */
const unconfirmed: Formula = (world, { id, p }, branch) => {
  const returns = world.returns(id).filter(({ ym }) => ym > p - 24 && ym <= p);
  if (branch.startsWith('form')) return yuan(Math.max(...returns.flatMap((each) => [Math.abs(at(each, '12') - world.s2(id, '12', each.ym, 1)), Math.abs(at(each, '14') - world.s2(id, '13', each.ym, 1))])));
  const seen = new Set<string>();
  const uses = world.of('input_uses', 'buyer_id', id).filter((use) => use.purpose === 'deduct' && ['special', 'motor_vehicle', 'toll', ''].includes(use.invoice_kind ?? '')).filter((use) => {
    const key = `${use.invoice_code ?? ''}|${use.invoice_number ?? ''}`;
    const isCounted = !seen.has(key) && world.invoice(use.invoice_code, use.invoice_number)?.status !== 'void';
    seen.add(key);
    return isCounted;
  });
  // A schedule without its main form is one month.
  const months = [...new Set(newest(world.of('vat_return_schedule2', 'taxpayer_id', id), ['period', 'row_no']).map((row) => ymOf(row.period)))].filter((ym) => ym > p - 24 && ym <= p);
  const periods = months.map((ym) => ({ ym, span: returns.find((each) => each.ym === ym)?.span ?? 1 }));
  const gaps = periods.map((each) => world.s2(id, '1', each.ym, 1) - sum(uses.filter((use) => within(use.period, each.ym, each.span)).map((use) => fenOf(use.effective_tax))));
  return yuan(sum(gaps.filter((gap) => gap > 1000)));
};

/** VR-20: input of the calendar year that belongs to exempt and simple sales or to barred services, less rows 14 to 17. */
const keptInput: Formula = (world, { id, taxpayer, p }) => {
  const months = (p % 12) + 1;
  const m = (number: string): number => world.m(id, number, p, months);
  const exempt = m('08') - (taxpayer.export_method === 'exempt_refund' ? m('07') : 0);
  const share = (m('05') + exempt) / (m('01') + m('05') + m('07') + m('08'));
  const taxOf = (lines: readonly Row[]): number => sum(lines.map((line) => fenOf(line.tax)));
  const used = world.deducted(id, p, months).flatMap((use) => [world.invoice(use.invoice_code, use.invoice_number)]).flatMap((invoice) => (invoice === undefined ? [] : world.lines(invoice)));
  const direct = taxOf(used.filter((line) => isListed('nondeductible-codes', line.goods_code)));
  const capital = taxOf(world.bought(id, p, months).flatMap((invoice) => world.lines(invoice)).filter((line) => isListed('capital-codes', line.goods_code)));
  const expected = Math.max(0, m('12') - capital - direct) * share + direct;
  return yuan(expected - rows2(world, id, ['14', '15', '16', '17'], p, months));
};

export const INPUT: Readonly<Record<string, Formula>> = {
  'VR-11': unconfirmed, 'VR-12': otherVouchers, 'VR-13': farmInput, 'VR-14': customs, 'VR-17': youngSuppliers, 'VR-20': keptInput, 'VR-21': redInput,
};
