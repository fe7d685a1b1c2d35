import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld, monthly } from '../../support/feature-world.ts';

const owner: KnownRow = { taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general' };
const use = (more: KnownRow): KnownRow => ({ taxpayer_key: 1, seller_key: 2, period: '2026-01', purpose: 'deduct', invoice_kind: 'special', effective_tax: 60000, invoice_issued_on: '2026-01-10', ...more });

describe('bad sources', () => {
  const share = async (seller: KnownRow, more: Readonly<Record<string, readonly KnownRow[]>> = {}, basis: 'confirmed' | 'received' = 'confirmed') => {
    const engine = await featureWorld(
      {
        taxpayers: [owner, { taxpayer_key: 2, taxpayer_id: 's', ...seller }],
        input_uses: [use({}), use({ seller_key: 3, effective_tax: 440000 })],
        invoices: basis === 'received' ? [60000, 440000].map((tax, at) => ({ buyer_key: 1, seller_key: 2 + at, issued_on: '2026-01-10', invoice_kind: 'special', amount: tax * 8, tax })) : [],
        ...more,
      },
      ['feat_bad_source'],
      { inputBasis: basis, asOf: '2027-06-20', lastPeriod: '2027-05' },
    );
    const [row] = await engine.rows<{ bad_share: number; internal_tax_w24_yuan: number }>('select * from feat_bad_source where subject_no = 1');
    await engine.close();
    return row?.bad_share;
  };

  it('are sellers that absconded within 180 days after the invoice, on either basis', async () => {
    expect(await share({ status: 'absconded', status_from: '2026-02-19' })).toBe(0.12);
    expect(await share({ status: 'absconded', status_from: '2026-02-19' }, {}, 'received')).toBe(0.12);
    expect(await share({ status: 'absconded', status_from: '2026-07-09' })).toBe(0.12);
    expect(await share({ status: 'absconded', status_from: '2026-07-10' })).toBe(0);
    expect(await share({ status: 'absconded', status_from: '2027-02-14' })).toBe(0);
    expect(await share({ status: 'abnormal', status_from: '2025-06-01' })).toBe(0.12);
  });

  it('are sellers deregistered after the invoice within 180 days, not before it', async () => {
    expect(await share({ status: 'deregistered', status_from: '2026-03-01' })).toBe(0.12);
    expect(await share({ status: 'deregistered', status_from: '2025-12-01' })).toBe(0);
  });

  it('are not sellers whose abnormal status had ended before the invoice', async () => {
    const changes = [
      { taxpayer_key: 2, changed_on: '2024-01-01', field: 'status', old_value: 'normal', new_value: 'abnormal' },
      { taxpayer_key: 2, changed_on: '2024-06-01', field: 'status', old_value: 'abnormal', new_value: 'normal' },
    ];
    expect(await share({}, { taxpayer_changes: changes })).toBe(0);
    expect(await share({}, { taxpayer_changes: changes.slice(0, 1) })).toBe(0.12);
  });

  it('are sellers rated D on the day of the invoice', async () => {
    const rating = (valid_from: string, valid_to: string | null) => ({ credit_ratings: [{ taxpayer_key: 2, rating: 'D', valid_from, valid_to }] });
    expect(await share({}, rating('2025-04-01', '2026-03-31'))).toBe(0.12);
    expect(await share({}, rating('2026-01-11', null))).toBe(0);
  });
});

describe('burst sellers', () => {
  const burst = async (seller: KnownRow, days: readonly string[], more: Readonly<Record<string, readonly KnownRow[]>> = {}, absent: readonly string[] = []) => {
    const engine = await featureWorld(
      {
        taxpayers: [owner, { taxpayer_key: 2, taxpayer_id: 'v', registered_on: '2026-01-10', vat_status: 'general', ...seller }],
        invoices: days.map((issued_on) => ({ seller_key: 2, buyer_key: 9, issued_on, amount: 84000, tax: 10920, invoice_kind: 'special' })),
        vat_returns: monthly('2025-01', '2026-06', () => ({ taxpayer_key: 1 })),
        input_uses: [use({ effective_tax: 90000, period: '2026-02' }), use({ seller_key: 3, effective_tax: 510000, period: '2026-02' })],
        ...more,
      },
      ['feat_burst_source'],
      { absent },
    );
    const [seen] = await engine.rows('select * from feat_burst_seller where party_key = 2');
    const [source] = await engine.rows<{ burst_share: number }>('select * from feat_burst_source where subject_no = 1');
    await engine.close();
    return { seen, share: source?.burst_share };
  };
  const week = Array.from({ length: 25 }, (_, at) => `2026-01-${20 + (at % 7)}`);

  it('sell at once, briefly and much, then file nothing', async () => {
    const { seen, share } = await burst({}, week);
    expect(seen).toMatchObject({ is_burst: true, amount_yuan: 2100000, normal_count: 25, unfiled_months: 6 });
    expect(share).toBe(0.15);
  });

  it('are not those that go on selling, sell little, filed, or began late', async () => {
    expect((await burst({}, [...week, '2026-06-10'])).seen).toBeUndefined();
    expect((await burst({}, week.slice(0, 5))).seen).toMatchObject({ is_large: false, is_burst: false });
    const filed = [...monthly('2025-01', '2026-06', () => ({ taxpayer_key: 1 })), ...monthly('2026-01', '2026-06', () => ({ taxpayer_key: 2 }))];
    expect((await burst({}, week, { vat_returns: filed })).seen).toMatchObject({ unfiled_months: 0, is_burst: false });
    expect((await burst({ registered_on: '2025-10-01' }, week)).seen).toBeUndefined();
  });

  it('are known by their status even with every return filed', async () => {
    const filed = [...monthly('2025-01', '2026-06', () => ({ taxpayer_key: 1 })), ...monthly('2026-01', '2026-06', () => ({ taxpayer_key: 2 }))];
    expect((await burst({ status: 'absconded', status_from: '2026-06-01' }, week, { vat_returns: filed })).seen).toMatchObject({ is_burst: true });
    expect((await burst({ status: 'deregistered', status_from: '2026-07-10' }, week, { vat_returns: filed })).seen).toMatchObject({ is_burst: true });
  });

  it('are small-scale sellers only by status when small-scale returns are not delivered', async () => {
    expect((await burst({ vat_status: 'small' }, week, {}, ['small_scale_returns'])).seen).toMatchObject({ unfiled_months: 0, is_burst: false });
    expect((await burst({ vat_status: 'small' }, week)).seen).toMatchObject({ unfiled_months: 6, is_burst: true });
  });

  it('may sell less when they use up the quota of their months', async () => {
    const quota = [{ taxpayer_key: 2, month: '2026-01', granted_at: '2026-01-10', granted_amount: 900000 }, { taxpayer_key: 2, month: '2026-01', granted_at: '2026-01-15', granted_amount: 450000 }];
    expect((await burst({}, week.slice(0, 5), { invoice_quotas: quota })).seen).toMatchObject({ quota_yuan: 450000, is_large: true, is_burst: true });
  });
});

describe('exception vouchers', () => {
  const world = async (more: Readonly<Record<string, readonly KnownRow[]>>, voucher: KnownRow = {}) => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        input_uses: [use({ invoice_key: 'a', period: '2026-02', effective_tax: 26000 }), use({ invoice_key: 'b', period: '2026-02', effective_tax: 13000 }), use({ invoice_key: 'c', period: '2026-02', effective_tax: 21000 })],
        exception_vouchers: ['a', 'b'].map((invoice_key) => ({ invoice_key, listed_on: '2026-04-20', notified_on: '2026-05-08', reason: '4', ...voucher })),
        vat_returns: monthly('2026-01', '2026-06', () => ({ taxpayer_key: 1 })),
        vat_return_schedule2: monthly('2026-01', '2026-06', () => ({ taxpayer_key: 1, row_no: '13', tax: 0 })),
        ...more,
      },
      ['feat_exception'],
    );
    const [row] = await engine.rows('select * from feat_exception');
    await engine.close();
    return row;
  };

  it('count until they are transferred out', async () => {
    expect(await world({})).toMatchObject({ exception_tax_yuan: 39000, counted_count: 2, schedule2_period_count: 3, greatest_period_share: 0.65, is_second_order: false });
    const transferred = [{ taxpayer_key: 1, period: '2026-05', row_no: '13', tax: 39000 }, { taxpayer_key: 1, period: '2026-05', row_no: '23a', tax: 39000 }];
    expect(await world({ vat_return_schedule2: transferred })).toMatchObject({ exception_tax_yuan: 0, transferred_tax_yuan: 39000 });
  });

  it('do not count when lifted, nor before the return of the month of notice', async () => {
    expect(await world({}, { lifted_on: '2026-07-01' })).toBeUndefined();
    const unfiled = {
      vat_returns: monthly('2026-01', '2026-04', () => ({ taxpayer_key: 1 })),
      vat_return_schedule2: monthly('2026-01', '2026-04', () => ({ taxpayer_key: 1, row_no: '13', tax: 0 })),
    };
    expect(await world(unfiled)).toMatchObject({ exception_tax_yuan: 0, uncounted_tax_yuan: 39000 });
  });

  it('do not count while an A-rated taxpayer may ask, or asked in time', async () => {
    const rated = (rating: string) => ({ credit_ratings: [{ taxpayer_key: 1, rating, valid_from: '2026-04-01' }], vat_returns: monthly('2026-01', '2026-07', () => ({ taxpayer_key: 1 })) });
    expect(await world(rated('A'), { notified_on: '2026-07-06' })).toMatchObject({ counted_count: 0 });
    expect(await world(rated('A'), { notified_on: '2026-07-03' })).toMatchObject({ counted_count: 2 });
    expect(await world(rated('B'), { notified_on: '2026-07-06' })).toMatchObject({ counted_count: 2 });
    expect(await world(rated('A'), { verification_requested_on: '2026-05-22' })).toMatchObject({ counted_count: 0 });
    expect(await world(rated('A'), { verification_requested_on: '2026-05-25' })).toMatchObject({ counted_count: 2 });
  });

  it('make own invoices exceptional from 70 % of a period and more than 50,000', async () => {
    const uses = [use({ invoice_key: 'a', period: '2026-02', effective_tax: 70000 }), use({ invoice_key: 'c', period: '2026-02', effective_tax: 30000 })];
    expect(await world({ input_uses: uses })).toMatchObject({ greatest_period_share: 0.7, is_second_order: true });
  });
});

describe('refunds and their posting', () => {
  const posting = async (row22: Readonly<Record<string, number>>, claims: readonly KnownRow[] = [{}]) => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        refund_applications: claims.map((claim, at) => ({ taxpayer_key: 1, application_id: `a${at}`, applied_on: '2026-03-05', claim_period: '2026-02', lane: 'other', decision: 'approved', decided_on: '2026-03-12', paid_amount: 500000, claimed_amount: 1, ...claim })),
        vat_returns: monthly('2026-01', '2026-04', () => ({ taxpayer_key: 1 })),
        vat_return_schedule2: monthly('2026-01', '2026-04', () => ({ taxpayer_key: 1, row_no: '13', tax: 0 })).concat(Object.entries(row22).map(([period, tax]) => ({ taxpayer_key: 1, period, row_no: '22', tax }))),
      },
      ['feat_refund_posting'],
    );
    const [row] = await engine.rows('select * from feat_refund_posting');
    await engine.close();
    return row;
  };

  it('leave a gap when row 22 stays empty for two periods', async () => {
    expect(await posting({})).toMatchObject({ gap_yuan: 500000, due_claim_count: 1 });
    expect(await posting({ '2026-04': 500000 })).toMatchObject({ gap_yuan: 0 });
    expect(await posting({ '2026-02': 500000 })).toMatchObject({ gap_yuan: 500000 });
  });

  it('use postings for the oldest claim first, leave young claims out and take recalled money off', async () => {
    const young = { decided_on: '2026-04-20', paid_amount: 300000 };
    expect(await posting({ '2026-04': 600000 }, [{}, young])).toMatchObject({ gap_yuan: 0, unposted_yuan: 200000, due_claim_count: 1, approved_claim_count: 2 });
    expect(await posting({ '2026-04': 400000 }, [young, {}])).toMatchObject({ gap_yuan: 100000, unposted_yuan: 400000 });
    expect(await posting({}, [{ repaid_amount: 200000 }])).toMatchObject({ gap_yuan: 300000 });
  });
});
