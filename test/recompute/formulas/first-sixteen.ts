import { addMonths, at, dayOf, daysBetween, fenOf, groupBy, ratio, sum, ymOf, yuan, type PlainWorld, type Row } from '../plain-world.ts';
import type { Formula } from './index.ts';
import { EVERYTHING_EXEMPT, exemptLimit, limitSales } from './small.ts';

/** Seller of a confirmed deduction: the invoice's, else the one named in the confirmation. */
const sellerOf = (world: PlainWorld, use: Row): string => world.invoice(use.invoice_code, use.invoice_number)?.seller_id ?? use.seller_id ?? '';
const isGone = (status: string | undefined): boolean => status === 'abnormal' || status === 'absconded';

/** Working days after `from` up to `to`; the sample's years need only Monday to Friday here, holidays are given by the contract. */
const CLOSED = new Set<string>();
export const workingDays = (from: string, to: string): number => {
  let count = 0;
  for (let time = Date.parse(`${from}T00:00:00Z`) + 86_400_000; time <= Date.parse(`${to}T00:00:00Z`); time += 86_400_000) {
    const day = new Date(time);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6 && !CLOSED.has(day.toISOString().slice(0, 10))) count += 1;
  }
  return count;
};

/** VR-09: greatest break of the carry or of rows 17, 18, 20 in 24 months, general column. */
const breaks: Formula = (world, { id, p }, branch) => {
  const returns = world.returns(id);
  const gaps = returns.filter(({ ym }) => ym > p - 24 && ym <= p).flatMap((each) => {
    const m = (number: string): number => each.general[number] ?? 0;
    const before = returns.find(({ ym }) => ym === each.ym - each.span);
    const opening = before === undefined ? [] : [m('13') - (before.general['20'] ?? 0)];
    const identities = [m('17') - (m('12') + m('13') - m('14') - m('15') + m('16')), m('18') - Math.min(m('17'), m('11')), m('20') - (m('17') - m('18'))];
    return [...(branch === 'identity' ? [] : opening), ...(branch === 'opening' ? [] : identities)];
  });
  return yuan(Math.max(...gaps.map(Math.abs)));
};

/** VR-10: refunds decided in twelve months, once two periods are filed, that row 22 does not show; the oldest is posted first. */
const unposted: Formula = (world, { id }) => {
  const claims = world.of('refund_applications', 'taxpayer_id', id).filter((row) => row.decision === 'approved' && dayOf(row.decided_at) > addMonths(world.asOf, -12)).sort((a, b) => ((a.decided_at ?? '') < (b.decided_at ?? '') ? -1 : 1));
  let left = world.s2(id, '22', 99_999, 99_999 - ymOf(claims[0]?.decided_at) + 1);
  let gap = 0;
  for (const claim of claims) {
    const due = fenOf(claim.paid_amount) - fenOf(claim.repaid_amount);
    const covered = Math.min(left, due);
    left -= covered;
    if (world.returns(id).filter(({ ym }) => ym >= ymOf(claim.decided_at)).length >= 2) gap += due - covered;
  }
  return yuan(gap);
};

/** VR-15: listed vouchers deducted and out of time, less row 23a since the earliest listing. */
const exceptions: Formula = (world, { id }) => {
  const lastFiled = Math.max(...world.returns(id).map(({ ym }) => ym), ...world.of('vat_return_schedule2', 'taxpayer_id', id).map((row) => ymOf(row.period)));
  const listed = world.of('input_uses', 'buyer_id', id).filter((use) => use.purpose === 'deduct').flatMap((use) => {
    const vouchers = world.of('exception_vouchers', 'invoice_number', use.invoice_number ?? '').filter((row) => (row.invoice_code ?? '') === (use.invoice_code ?? '') && dayOf(row.listed_on) <= world.asOf && ((row.lifted_on ?? '') === '' || dayOf(row.lifted_on) > world.asOf));
    return vouchers.map((voucher) => ({ use, voucher }));
  });
  const counted = listed.filter(({ voucher }) => {
    const notified = dayOf(voucher.notified_on);
    const rated = notified !== '' && world.of('credit_ratings', 'taxpayer_id', id).filter((row) => dayOf(row.valid_from) <= notified && ((row.valid_to ?? '') === '' || dayOf(row.valid_to) >= notified)).sort((a, b) => ((a.valid_from ?? '') < (b.valid_from ?? '') ? 1 : -1))[0]?.rating === 'A';
    const asked = dayOf(voucher.verification_requested_on);
    const isOpen = rated && (workingDays(notified, world.asOf) <= 10 || (asked !== '' && workingDays(notified, asked) <= 10));
    return !isOpen && ymOf(notified === '' ? voucher.listed_on : notified) <= lastFiled;
  });
  if (listed.length === 0) return 0;
  const from = Math.min(...listed.map(({ voucher }) => ymOf(voucher.listed_on)));
  return yuan(Math.max(0, sum(counted.map(({ use }) => fenOf(use.effective_tax))) - world.s2(id, '23a', 99_999, 99_999 - from + 1)));
};

/** VR-16: share of DT(W24) from sellers that left up to 180 days after the invoice, or were rated D on its day. */
const badUpstream: Formula = (world, { id, p }) => {
  const uses = world.deducted(id, p, 24);
  const bad = uses.filter((use) => {
    const invoice = world.invoice(use.invoice_code, use.invoice_number);
    const seller = world.taxpayer(sellerOf(world, use));
    if (invoice === undefined || seller === undefined) return false;
    const day = dayOf(invoice.issued_at);
    const exits = world.of('taxpayer_changes', 'taxpayer_id', seller.taxpayer_id ?? '').filter((row) => row.field === 'status').map((row) => ({ status: row.new_value, on: dayOf(row.changed_on) }));
    const states = [...exits, { status: seller.status, on: dayOf(seller.status_from) }];
    const left = states.some(({ status, on }) => (isGone(status) && on !== '' && daysBetween(day, on) <= 180) || (status === 'deregistered' && on > day && daysBetween(day, on) <= 180));
    const rating = world.of('credit_ratings', 'taxpayer_id', seller.taxpayer_id ?? '').filter((row) => dayOf(row.valid_from) <= day && ((row.valid_to ?? '') === '' || dayOf(row.valid_to) >= day)).sort((a, b) => ((a.valid_from ?? '') < (b.valid_from ?? '') ? 1 : -1))[0]?.rating;
    return left || rating === 'D';
  });
  return ratio(sum(bad.map((use) => fenOf(use.effective_tax))), sum(uses.map((use) => fenOf(use.effective_tax))));
};

/** VR-18: mean monthly input of three months over that of the twelve before, at least 1,000 yuan. */
const spike: Formula = (world, { id, p }) => {
  const before = world.returns(id).filter(({ ym }) => ym > p - 15 && ym <= p - 3);
  const mean = sum(before.map((each) => at(each, '12'))) / sum(before.map(({ span }) => span));
  return world.m(id, '12', p, 3) / 3 / Math.max(mean, 1_000_00);
};

/** VR-22: what the invoices of a month exceed the return by, over the months beyond the tolerance; in sales, or in tax. */
const hiddenSales: Formula = (world, { id, p }, branch) => {
  const periods = world.returns(id).filter(({ ym }) => ym > p - 24 && ym <= p).map((each) => {
    const invoices = world.sold(id, each.ym, each.span).filter((row) => row.issued_by_authority !== 'true');
    const lines = invoices.flatMap((row) => world.lines(row)).filter((line) => (line.goods_code ?? '').startsWith('6'));
    const declared = world.schedule1(id, each.ym, each.span);
    const amount = sum(invoices.map((row) => fenOf(row.amount))) - sum(lines.map((line) => fenOf(line.amount)));
    const tax = sum(invoices.filter((row) => row.difference_method !== 'true').map((row) => fenOf(row.tax))) - sum(lines.map((line) => fenOf(line.tax)));
    const main = (numbers: readonly string[]): number => sum(numbers.map((number) => at(each, number)));
    const hasSchedule = declared.length > 0;
    const d = amount - (hasSchedule ? sum(declared.map((row) => fenOf(row.special_sales_c01) + fenOf(row.other_invoice_sales_c03))) : main(['01', '05', '07', '08']));
    const e = tax - (hasSchedule ? sum(declared.map((row) => fenOf(row.special_tax_c02) + fenOf(row.other_invoice_tax_c04))) : main(['11', '21']));
    return { d: d > Math.max(1000, 0.001 * amount) ? d : 0, e: e > Math.max(1000, 0.001 * tax) ? e : 0 };
  });
  return yuan(sum(periods.map(({ d, e }) => (branch.startsWith('tax') ? e : d))));
};

/** VR-23: negative sales without invoice beyond what was declared without invoice before; or the share of red invoices of earlier months. */
const negativeSales: Formula = (world, { id, p }, branch) => {
  if (branch.startsWith('red')) {
    const sold = world.sold(id, p, 3);
    const prior = sold.filter((row) => row.status === 'red').filter((row) => {
      const blue = world.invoice(row.blue_invoice_code, row.blue_invoice_number);
      return blue !== undefined && ymOf(blue.issued_at) < ymOf(row.issued_at);
    });
    return ratio(-sum(prior.map((row) => fenOf(row.amount))), sum(sold.filter((row) => row.status !== 'red').map((row) => fenOf(row.amount))));
  }
  let balance = 0;
  let greatest = 0;
  const months = [...groupBy(world.schedule1(id, p, 60), (row) => row.period ?? '').entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [period, rows] of months) {
    const uninvoiced = sum(rows.map((row) => fenOf(row.uninvoiced_sales_c05)));
    if (ymOf(period) > p - 24) greatest = Math.max(greatest, -uninvoiced - balance);
    balance = Math.max(0, balance + uninvoiced);
  }
  return yuan(greatest);
};

/** VR-38: the share of DT(W12) from burst sellers, none for who deducts nothing; they are recognised by their short, early, silent life. */
const isBurstSeller = (world: PlainWorld, seller: string): boolean => {
  const firm = world.taxpayer(seller);
  const all = world.of('invoices', 'seller_id', seller).filter((row) => row.status !== 'void' && row.invoice_kind !== 'agri_purchase');
  const days = all.filter((row) => row.status !== 'red' && fenOf(row.amount) > 0).map((row) => dayOf(row.issued_at)).sort();
  const [first] = days;
  const last = days.at(-1);
  if (firm === undefined || first === undefined || last === undefined) return false;
  const amount = sum(all.map((row) => fenOf(row.amount)));
  const months = new Set(all.map((row) => ymOf(row.issued_at)));
  const quota = sum(world.of('invoice_quotas', 'taxpayer_id', seller).filter((row) => months.has(ymOf(row.month))).map((row) => fenOf(row.granted_amount)));
  const isLarge = amount >= 1_000_000_00 || (quota > 0 && amount >= 0.9 * quota);
  const filed = [...world.returns(seller), ...world.smallReturns(seller)].map(({ ym, span }) => ({ from: ym - span + 1, to: ym }));
  const due = Array.from({ length: Math.max(0, world.runP - ymOf(last) + 1) }, (_, index) => ymOf(last) + index);
  const isSilent = due.some((ym) => !filed.some(({ from, to }) => from <= ym && ym <= to));
  const gone = isSilent || isGone(firm.status) || (firm.status === 'deregistered' && daysBetween(last, dayOf(firm.status_from)) <= 180);
  return daysBetween(dayOf(firm.registered_on), first) <= 90 && daysBetween(first, last) <= 60 && isLarge && daysBetween(last, world.asOf) >= 30 && gone;
};
const burst: Formula = (world, { id, p }, branch) => {
  if (branch.startsWith('self') && !isBurstSeller(world, id)) return Number.NaN;
  const uses = world.deducted(id, p, 12);
  return ratio(sum(uses.filter((use) => isBurstSeller(world, sellerOf(world, use))).map((use) => fenOf(use.effective_tax))), sum(uses.map((use) => fenOf(use.effective_tax))));
};

/** SS-04: what was exempt in quarters (months) above the limit; from April to December 2022 there was none. */
const overLimit: Formula = (world, { id, p }) => {
  const periods = world.smallReturns(id).filter(({ ym }) => ym <= p && (ym < EVERYTHING_EXEMPT[0] || ym > EVERYTHING_EXEMPT[1]));
  return yuan(sum(periods.filter((each) => limitSales(world, id, each) > exemptLimit(each)).map((each) => at(each, '10') + at(each, '11'))));
};

export const FIRST_SIXTEEN: Readonly<Record<string, Formula>> = {
  'VR-09': breaks, 'VR-10': unposted, 'VR-15': exceptions, 'VR-16': badUpstream, 'VR-18': spike, 'VR-22': hiddenSales, 'VR-23': negativeSales, 'VR-38': burst, 'SS-04': overLimit,
};
