import { dayOf, daysBetween, fenOf, groupBy, ratio, sum, within, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';

/** Σ of rows of schedule 2 over a window. */
const rows2 = (world: PlainWorld, id: string, numbers: readonly string[], p: number, months: number): number => sum(numbers.map((number) => world.s2(id, number, p, months)));

/** VR-12: vouchers other than special invoices among all input of twelve months; branch b: row 8b alone. */
const otherVouchers: Formula = (world, { id, p }, branch) =>
  ratio(rows2(world, id, branch.includes('8b') || branch.includes('travel') || branch.includes('row_8b') ? ['8b'] : ['5', '6', '7', '8a', '8b'], p, 12), world.s2(id, '12', p, 12));

/** VR-13: farm produce bought and additional deduction among all input of twelve months. */
const farmInput: Formula = (world, { id, p }) => ratio(rows2(world, id, ['6', '8a'], p, 12), world.s2(id, '12', p, 12));

/** VR-14: tax of deducted customs certificates of 24 months that the check did not match, or that name another importer. */
const customs: Formula = (world, { id, p }, branch) => {
  const vouchers = world.of('other_vouchers', 'taxpayer_id', id).filter((row) => row.voucher_type === 'customs' && row.is_deducted === 'true' && within(row.period, p, 24));
  if (branch.startsWith('unmatched') || branch.includes('match')) return yuan(sum(vouchers.filter((row) => ['mismatched', 'missing', 'held'].includes(row.match_status ?? '')).map((row) => fenOf(row.tax))));
  const foreign = vouchers.filter((row) => {
    const declared = world.of('customs_declarations', 'voucher_no', row.voucher_no ?? '').map((each) => each.real_consignee_id ?? '').filter((each) => each !== '');
    return (row.importer_id ?? '') !== '' && row.importer_id !== id && declared.length > 0 && !declared.includes(id);
  });
  return yuan(sum(foreign.map((row) => fenOf(row.tax))));
};

/** VR-17: share of DT(W6) from sellers under 180 days old on each invoice whose whole trade with the taxpayer took 60 days at most. */
const youngSuppliers: Formula = (world, { id, p }) => {
  const uses = world.deducted(id, p, 6);
  const sellerOf = (use: Row): string => world.invoice(use.invoice_code, use.invoice_number)?.seller_id ?? use.seller_id ?? '';
  const young = [...groupBy(uses, sellerOf)].filter(([seller]) => {
    const registered = dayOf(world.taxpayer(seller)?.registered_on);
    const all = world.of('invoices', 'buyer_id', id).filter((row) => row.seller_id === seller && row.status !== 'void');
    const days = all.filter((row) => row.status !== 'red').map((row) => dayOf(row.issued_at)).sort();
    const inWindow = all.filter((row) => within(row.issued_at, p, 6));
    return registered !== '' && days.length > 0 && inWindow.every((row) => daysBetween(registered, dayOf(row.issued_at)) <= 180) && daysBetween(days[0] ?? '', days.at(-1) ?? '') <= 60;
  });
  return ratio(sum(young.flatMap(([, rows]) => rows).map((use) => fenOf(use.effective_tax))), sum(uses.map((use) => fenOf(use.effective_tax))));
};

/** VR-21: tax of red invoices of 24 months whose blue invoice was deducted, less row 20. */
const redInput: Formula = (world, { id, p }) => {
  const filed = new Set(world.returns(id).map(({ ym }) => ym));
  const reds = world.of('invoices', 'buyer_id', id).filter((row) => row.status === 'red' && world.of('input_uses', 'invoice_number', row.blue_invoice_number ?? '')
    .some((use) => use.buyer_id === id && use.purpose === 'deduct' && (use.invoice_code ?? '') === (row.blue_invoice_code ?? '')));
  const counted = reds.filter((row) => {
    const month = (row.red_confirmed_on ?? '') === '' ? row.issued_at : row.red_confirmed_on;
    return within(month, p, 24) && filed.has(ymOf(month));
  });
  return yuan(sum(counted.map((row) => Math.abs(fenOf(row.tax)))) - world.s2(id, '20', p, 24));
};

export const INPUT: Readonly<Record<string, Formula>> = { 'VR-12': otherVouchers, 'VR-13': farmInput, 'VR-14': customs, 'VR-17': youngSuppliers, 'VR-21': redInput };
