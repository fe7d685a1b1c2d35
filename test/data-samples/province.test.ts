import { describe, expect, it } from 'vitest';
import { sampleFiles } from '../../data-samples/generate.ts';
import { carryForwardBreaks, csvRows, exceptionsStillDeducted, hiddenOutput, unconfirmedInput, unpostedRefunds } from './recompute.ts';
import type { Delivery, Row } from './recompute.ts';
import { aboveCeiling, burstSellers, exemptAboveLimit, goodsSwitchers, inputSpikes, negativeUninvoiced, overClaims, redAbuse, unqualifiedRelief, unratedClaimants, wrongDeferrals } from './recompute-claims.ts';

function deliveryOf(files: ReadonlyMap<string, Buffer>): Delivery {
  const tables = new Map<string, readonly Row[]>();
  return (name) => {
    const rows = tables.get(name) ?? csvRows(files.get(`small/${name}.csv`)?.toString('utf8') ?? '');
    tables.set(name, rows);
    return rows;
  };
}

const planted = sampleFiles({ seed: 42, taxpayers: 300, months: 24, plants: true });
const delivery = deliveryOf(planted);
const labels = csvRows(planted.get('truth/labels.csv')?.toString('utf8') ?? '');
const labelled = (kind: string, role?: string): string[] =>
  labels.filter((row) => row.kind === kind && (role === undefined || row.role === role)).map((row) => row.taxpayer_id ?? '').sort();
const sorted = (found: ReadonlySet<string>): string[] => [...found].sort();

describe('an honest province', () => {
  const honest = deliveryOf(sampleFiles({ seed: 42, taxpayers: 300, months: 24, plants: false }));
  it.each([
    ['carry-forward breaks', carryForwardBreaks], ['input above confirmed input', unconfirmedInput], ['output left out', hiddenOutput],
    ['refunds not posted', unpostedRefunds], ['exception vouchers still deducted', exceptionsStillDeducted], ['claims above the recomputed amount', overClaims],
    ['claimants without rating A or B', unratedClaimants], ['negative uninvoiced sales', negativeUninvoiced], ['burst sellers', burstSellers],
    ['small-scale taxpayers above the ceiling', aboveCeiling], ['exempt sales above the limit', exemptAboveLimit], ['wrong deferrals', wrongDeferrals],
    ['relief without identity', unqualifiedRelief], ['input spikes', inputSpikes], ['traders that change goods', goodsSwitchers], ['red abuse', redAbuse],
  ])('has no %s', (_, rule) => {
    expect(sorted(rule(honest))).toEqual([]);
  });
});

describe('the planted faults', () => {
  it.each([
    ['chain_break', carryForwardBreaks], ['unconfirmed_input', unconfirmedInput], ['output_left_out', hiddenOutput], ['refund_unposted', unpostedRefunds],
    ['exception_deducted', exceptionsStillDeducted], ['over_claim', overClaims], ['rating_m', unratedClaimants], ['negative_uninvoiced', negativeUninvoiced],
    ['red_abuse', redAbuse], ['deferral_wrong', wrongDeferrals], ['six_tax_wrong', unqualifiedRelief], ['small_over_ceiling', aboveCeiling],
    ['exempt_over_limit', exemptAboveLimit], ['goods_switch', goodsSwitchers], ['input_spike', inputSpikes],
  ])('of kind %s are found by plain recomputation at their firms and nowhere else', (kind, rule) => {
    expect(labelled(kind).length).toBeGreaterThanOrEqual(2);
    expect(sorted(rule(delivery))).toEqual(labelled(kind));
  });

  it('include two rings of shells that burst and vanish', () => {
    expect(labelled('burst_and_vanish', 'issuer').length).toBe(5);
    expect(sorted(burstSellers(delivery))).toEqual(labelled('burst_and_vanish', 'issuer'));
  });
});
