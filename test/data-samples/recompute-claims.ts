/** More plain recomputation: claims, spikes, deferrals, small-scale rules, red and uninvoiced sales, burst sellers. */
import { current, fenOf, groupBy, sum } from './recompute.ts';
import type { Delivery, Row } from './recompute.ts';

const filing = (row: Row): string => `${row.taxpayer_id ?? ''}|${row.period ?? ''}`;
const returnsOf = (delivery: Delivery): Map<string, Row[]> =>
  groupBy(current(delivery('vat_returns'), filing).sort((a, b) => (filing(a) < filing(b) ? -1 : 1)), (row) => row.taxpayer_id ?? '');
const ids = (rows: readonly Row[]): Set<string> => new Set(rows.map((row) => row.taxpayer_id ?? ''));
const open = (delivery: Delivery): Row[] => delivery('refund_applications').filter((row) => row.decision !== 'approved');
const RECENT = ['2026-08', '2026-09', '2026-10'];

/** VR-01: rating on the day of application. */
export function unratedClaimants(delivery: Delivery): Set<string> {
  const ratings = groupBy(delivery('credit_ratings'), (row) => row.taxpayer_id ?? '');
  return ids(delivery('refund_applications').filter((claim) => {
    const day = (claim.applied_at ?? '').slice(0, 10);
    const rating = (ratings.get(claim.taxpayer_id ?? '') ?? []).find((row) => (row.valid_from ?? '') <= day && day <= (row.valid_to ?? ''));
    return !['A', 'B'].includes(rating?.rating ?? '');
  }));
}

/** VR-08 for the lanes of the sample: credit × ratio, six tenths of it for real estate. */
export function overClaims(delivery: Delivery): Set<string> {
  const returns = returnsOf(delivery);
  return ids(delivery('refund_applications').filter((claim) => {
    const credit = fenOf((returns.get(claim.taxpayer_id ?? '') ?? []).find((row) => row.period === claim.claim_period)?.closing_credit_m20);
    const right = credit * Number(claim.claimed_ratio) * (claim.lane === 'real_estate' ? 0.6 : 1);
    return fenOf(claim.claimed_amount) - right > 10_000;
  }));
}

/** VR-18: input of the last three months three times the twelve before, capital goods taken off. */
export function inputSpikes(delivery: Delivery): Set<string> {
  const returns = returnsOf(delivery);
  const capital = new Set(delivery('invoice_lines').filter((row) => row.goods_code === '1090208990000000000').map((row) => row.invoice_number));
  return ids(open(delivery).filter((claim) => {
    const input = (returns.get(claim.taxpayer_id ?? '') ?? []).filter((row) => (row.period ?? '') >= '2024-11').map((row) => fenOf(row.input_tax_m12));
    const last = sum(input.slice(-3));
    const mean = sum(input.slice(-15, -3)) / 12;
    const bought = delivery('invoices').filter((row) => row.buyer_id === claim.taxpayer_id && RECENT.includes((row.issued_at ?? '').slice(0, 7)) && capital.has(row.invoice_number));
    const net = last - 3 * mean - sum(bought.map((row) => fenOf(row.tax)));
    return last / 3 >= 3 * Math.max(mean, 100_000) && net >= 0.5 * fenOf(claim.claimed_amount);
  }));
}

/** VR-23 a: uninvoiced sales below what was declared before. */
export function negativeUninvoiced(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  const rows = current(delivery('vat_return_schedule1'), (row) => `${filing(row)}|${row.row_no ?? ''}`);
  for (const [id, chain] of groupBy(rows.sort((a, b) => (filing(a) < filing(b) ? -1 : 1)), (row) => row.taxpayer_id ?? '')) {
    let balance = 0;
    for (const row of chain) {
      const value = fenOf(row.uninvoiced_sales_c05);
      if (-value - balance > 1000) found.add(id);
      balance = Math.max(0, balance + value);
    }
  }
  return found;
}

/** VR-23 b without the peer cut: red invoices for earlier months against the last three months' sales. */
export function redAbuse(delivery: Delivery): Set<string> {
  const issued = new Map(delivery('invoices').map((row) => [row.invoice_number, (row.issued_at ?? '').slice(0, 7)]));
  const recent = delivery('invoices').filter((row) => RECENT.includes((row.issued_at ?? '').slice(0, 7)) && row.status !== 'void');
  const found = new Set<string>();
  for (const [seller, rows] of groupBy(recent, (row) => row.seller_id ?? '')) {
    const normal = rows.filter((row) => row.status !== 'red');
    const red = rows.filter((row) => row.status === 'red' && (issued.get(row.blue_invoice_number) ?? '9') < (row.issued_at ?? '').slice(0, 7));
    if (normal.length >= 10 && -sum(red.map((row) => fenOf(row.amount))) >= 0.2 * sum(normal.map((row) => fenOf(row.amount)))) found.add(seller);
  }
  return found;
}

/** DF-02: more deferred than the band of the year 2021 allows. */
export function wrongDeferrals(delivery: Delivery): Set<string> {
  const returns = returnsOf(delivery);
  return ids(delivery('deferrals').filter((row) => {
    const year = sum((returns.get(row.taxpayer_id ?? '') ?? []).filter((each) => each.period?.startsWith('2021')).map((each) => fenOf(each.sales_general_m01)));
    const share = year < 2_000_000_000 ? 1 : year < 40_000_000_000 ? 0.5 : 0;
    return fenOf(row.deferred_amount) - share * fenOf(row.tax_due) > 100;
  }));
}

/** LT-01 for general taxpayers: relief without a settlement that says small and low-profit. */
export function unqualifiedRelief(delivery: Delivery): Set<string> {
  const general = new Set(delivery('taxpayers').filter((row) => row.vat_status === 'general').map((row) => row.taxpayer_id));
  const small = new Set(delivery('cit_settlements').filter((row) => row.is_small_profit === 'true').map((row) => row.taxpayer_id));
  return ids(delivery('six_tax_filings').filter((row) => general.has(row.taxpayer_id) && fenOf(row.relief) > 0 && !small.has(row.taxpayer_id)));
}

const quarterSales = (row: Row): number => fenOf(row.sales_3pct_q01) + fenOf(row.exempt_sales_q09);

/** SS-01: four quarters above five million. */
export function aboveCeiling(delivery: Delivery): Set<string> {
  const found = new Set<string>();
  for (const [id, rows] of groupBy(delivery('small_scale_returns'), (row) => row.taxpayer_id ?? '')) {
    for (let at = 0; at + 4 <= rows.length; at += 1) if (sum(rows.slice(at, at + 4).map(quarterSales)) > 500_000_000) found.add(id);
  }
  return found;
}

/** SS-04: exempt rows in a quarter above 300,000. */
export function exemptAboveLimit(delivery: Delivery): Set<string> {
  return ids(delivery('small_scale_returns').filter((row) => quarterSales(row) > 30_000_000 && fenOf(row.micro_exempt_sales_q10) + fenOf(row.below_threshold_sales_q11) > 0));
}

/** VR-38: sellers that burst and vanish. */
export function burstSellers(delivery: Delivery): Set<string> {
  const days = (text: string | undefined): number => Date.parse((text ?? '').slice(0, 10)) / 86_400_000;
  const sold = groupBy(delivery('invoices').filter((row) => row.status !== 'void'), (row) => row.seller_id ?? '');
  return ids(delivery('taxpayers').filter((row) => {
    const dates = (sold.get(row.taxpayer_id ?? '') ?? []).map((each) => days(each.issued_at)).sort((a, b) => a - b);
    const [first, last] = [dates[0], dates.at(-1)];
    if (first === undefined || last === undefined || first - days(row.registered_on) > 90 || last - first > 60) return false;
    return sum((sold.get(row.taxpayer_id ?? '') ?? []).map((each) => fenOf(each.amount))) >= 100_000_000 && row.status === 'absconded';
  }));
}

/** VR-34 a: traders whose purchases and sales of a year share under 30 % by the first seven digits. */
export function goodsSwitchers(delivery: Delivery): Set<string> {
  const codes = groupBy(delivery('invoice_lines').filter((row) => row.goods_code?.startsWith('1')), (row) => row.invoice_number ?? '');
  const traders = new Set(delivery('taxpayers').filter((row) => row.industry_code?.startsWith('F51')).map((row) => row.taxpayer_id));
  const recent = delivery('invoices').filter((row) => row.status !== 'void' && (row.issued_at ?? '') >= '2025-11');
  const shares = (rows: readonly Row[]): Map<string, number> => {
    const byCode = new Map<string, number>();
    for (const line of rows.flatMap((row) => codes.get(row.invoice_number ?? '') ?? [])) byCode.set((line.goods_code ?? '').slice(0, 7), (byCode.get((line.goods_code ?? '').slice(0, 7)) ?? 0) + fenOf(line.amount));
    const all = sum(byCode.values());
    return new Map([...byCode].map(([code, amount]) => [code, amount / all]));
  };
  const found = new Set<string>();
  const bought = groupBy(recent, (row) => row.buyer_id ?? '');
  const sold = groupBy(recent, (row) => row.seller_id ?? '');
  for (const id of traders) {
    const [buys, sells] = [bought.get(id ?? '') ?? [], sold.get(id ?? '') ?? []];
    const size = Math.min(sum(buys.map((row) => fenOf(row.amount))), sum(sells.map((row) => fenOf(row.amount))));
    const [boughtShares, soldShares] = [shares(buys), shares(sells)];
    const alike = sum([...soldShares].map(([code, share]) => Math.min(share, boughtShares.get(code) ?? 0)));
    if (size >= 200_000_000 && alike < 0.3) found.add(id ?? '');
  }
  return found;
}
