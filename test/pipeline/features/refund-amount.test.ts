import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld } from '../../support/feature-world.ts';

interface Case {
  readonly claim: KnownRow;
  /** period → credit of the column group general */
  readonly credit: Readonly<Record<string, number>>;
  readonly taxpayer?: KnownRow;
  readonly others?: Readonly<Record<string, readonly KnownRow[]>>;
  readonly asOf?: string;
}

interface Amount {
  readonly refund_yuan: number | null;
  readonly excess_yuan: number | null;
  readonly net_credit_yuan: number | null;
  readonly base_ym: number | null;
  readonly stock_yuan: number | null;
  readonly increment_yuan: number | null;
  readonly ratio_used: number | null;
  readonly is_ratio_replaced: boolean;
  readonly reason_code: string | null;
}

async function refund({ claim, credit, taxpayer, others, asOf }: Case): Promise<Amount> {
  const engine = await featureWorld(
    {
      taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', registered_on: '2010-01-01', vat_status: 'general', ...taxpayer }],
      vat_returns: Object.entries(credit).map(([period, yuan]) => ({ taxpayer_key: 1, period, closing_credit_m20: yuan })),
      refund_applications: [
        { taxpayer_key: 1, application_id: 'a', decision: 'pending', claimed_amount: 1, ...claim },
        ...(others?.['refund_applications'] ?? []),
      ],
      ...Object.fromEntries(Object.entries(others ?? {}).filter(([table]) => table !== 'refund_applications')),
    },
    ['feat_refund_amount'],
    { asOf: asOf ?? '2026-07-20' },
  );
  const [row] = await engine.rows<Amount>("select r.* from feat_refund_amount as r join feat_subject as s using (subject_no) where s.application_id = 'a'");
  await engine.close();
  if (row === undefined) throw new Error('the claim has no refund amount');
  return row;
}

describe('the refundable amount', () => {
  it('of the four industries is the whole credit times the ratio', async () => {
    const claim = { lane: 'four_industries', applied_on: '2026-07-08', claim_period: '2026-06', claimed_ratio: 0.92, claimed_amount: 920050 };
    expect(await refund({ claim, credit: { '2026-06': 1000000 } })).toMatchObject({ refund_yuan: 920000, excess_yuan: 50, base_ym: null });
  });

  it('of other taxpayers is 60 % of the increase to 100 million and 30 % above', async () => {
    const claim = { lane: 'other', applied_on: '2026-07-08', claim_period: '2026-06', claimed_ratio: 0.9, claimed_amount: 72000000 };
    const found = await refund({ claim, credit: { '2026-06': 180000000, '2025-12': 20000000 } });
    expect(found).toMatchObject({ refund_yuan: 70200000, excess_yuan: 1800000, increment_yuan: 160000000 });
  });

  it('of real estate is 60 % of the increase since March 2019', async () => {
    const claim = { lane: 'real_estate', applied_on: '2026-07-08', claim_period: '2026-06', claimed_ratio: 0.95 };
    expect(await refund({ claim, credit: { '2026-06': 8000000, '2019-03': 1000000 } })).toMatchObject({ refund_yuan: 3990000 });
  });

  it('takes the December before the year of the claim period as base of other taxpayers', async () => {
    const claim = { lane: 'other', applied_on: '2026-01-08', claim_period: '2025-12', claimed_ratio: 1 };
    const found = await refund({ claim, credit: { '2025-12': 900000, '2024-12': 200000 }, asOf: '2026-01-20' });
    expect(found).toMatchObject({ base_ym: 2024 * 12 + 11, refund_yuan: 420000 });
  });

  it.each([
    [1200000, 800000, 400000, 1080000],
    [500000, 500000, 0, 450000],
  ])('of a micro enterprise of 2022 with credit %d is stock and increment', async (credit, stock, increment, expected) => {
    const claim = { lane: 'small_micro_2022', applied_on: '2022-05-10', claim_period: '2022-04', claimed_ratio: 0.9, claimed_stock_amount: 1 };
    const found = await refund({ claim, credit: { '2022-04': credit, '2019-03': 800000 }, asOf: '2022-05-20' });
    expect(found).toMatchObject({ stock_yuan: stock, increment_yuan: increment, refund_yuan: expected });
  });

  it('leaves the stock out when it was not claimed, and counts all credit as increment after the one-off stock refund', async () => {
    const claim = { lane: 'small_micro_2022', applied_on: '2022-07-10', claim_period: '2022-06', claimed_ratio: 0.9 };
    const credit = { '2022-06': 1200000, '2019-03': 800000 };
    expect(await refund({ claim, credit, asOf: '2022-07-20' })).toMatchObject({ refund_yuan: 360000 });
    const before = { taxpayer_key: 1, application_id: 'b', lane: 'small_micro_2022', applied_on: '2022-05-10', claim_period: '2022-04', decision: 'approved', decided_on: '2022-05-20', claimed_amount: 100, claimed_stock_amount: 100, paid_amount: 0 };
    expect(await refund({ claim, credit, asOf: '2022-07-20', others: { refund_applications: [before] } })).toMatchObject({ stock_yuan: 0, refund_yuan: 1080000 });
  });

  it.each([
    ['advanced_manufacturing', '2022-01-10', '2021-12', 180000],
    ['general_2019', '2021-01-10', '2020-12', 108000],
  ])('of lane %s is its share of the increase since March 2019', async (lane, applied, period, expected) => {
    const claim = { lane, applied_on: applied, claim_period: period, claimed_ratio: 0.9 };
    expect(await refund({ claim, credit: { [period]: 500000, '2019-03': 300000 }, asOf: '2022-02-01' })).toMatchObject({ refund_yuan: expected });
  });

  it('takes a missing base as unknown, and as 0 for who registered or became general later', async () => {
    const claim = { lane: 'real_estate', applied_on: '2026-07-08', claim_period: '2026-06', claimed_ratio: 1 };
    const credit = { '2026-06': 1000000 };
    expect(await refund({ claim, credit })).toMatchObject({ refund_yuan: null, reason_code: 'N_COVERAGE' });
    expect(await refund({ claim, credit, taxpayer: { registered_on: '2019-04-01' } })).toMatchObject({ refund_yuan: 600000, reason_code: null });
    expect(await refund({ claim, credit, taxpayer: { general_from: '2020-01-01' } })).toMatchObject({ refund_yuan: 600000 });
  });

  it('takes pending export refunds, arrears and unposted refunds off the credit, never below 0', async () => {
    const claim = { lane: 'four_industries', applied_on: '2026-07-08', claim_period: '2026-06', claimed_ratio: 1, export_refund_pending: 100000, arrears_offset_amount: 50000 };
    const before = { taxpayer_key: 1, application_id: 'b', lane: 'four_industries', applied_on: '2026-05-08', claim_period: '2026-04', decision: 'approved', decided_on: '2026-05-20', claimed_amount: 300000, paid_amount: 300000 };
    const credit = { '2026-05': 1000000, '2026-06': 1000000 };
    const others = { refund_applications: [before] };
    expect(await refund({ claim, credit, others })).toMatchObject({ net_credit_yuan: 550000 });
    const posted = [{ taxpayer_key: 1, period: '2026-06', row_no: '22', tax: 300000 }, { taxpayer_key: 1, period: '2026-06', row_no: '13', tax: 300000 }];
    expect(await refund({ claim, credit, others: { ...others, vat_return_schedule2: posted } })).toMatchObject({ net_credit_yuan: 850000 });
    expect(await refund({ claim: { ...claim, arrears_offset_amount: 9000000 }, credit, others })).toMatchObject({ net_credit_yuan: 0, refund_yuan: 0 });
  });

  it('replaces the claimed ratio by the recomputed one beyond the tolerances only', async () => {
    const period = '2026-06';
    const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', period];
    const world = (claimedRatio: number, amount: number): Case => ({
      claim: { lane: 'other', applied_on: '2026-07-08', claim_period: period, claimed_ratio: claimedRatio, claimed_amount: amount },
      credit: {},
      others: {
        vat_returns: [{ taxpayer_key: 1, period: '2025-12' }, ...months.map((month) => ({ taxpayer_key: 1, period: month, input_tax_m12: 1000000, closing_credit_m20: 1000000 }))],
        vat_return_schedule2: months.flatMap((month) => [{ taxpayer_key: 1, period: month, row_no: '12', tax: 1000000 }, { taxpayer_key: 1, period: month, row_no: '1', tax: 810000 }]),
      },
    });
    const withoutVouchers = async (one: Case) => {
      const engine = await featureWorld({ taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general' }], refund_applications: [{ taxpayer_key: 1, application_id: 'a', decision: 'pending', ...one.claim }], ...one.others }, ['feat_refund_amount'], { absent: ['input_uses', 'other_vouchers'], inputBasis: 'received' });
      const [row] = await engine.rows<Amount>('select * from feat_refund_amount');
      await engine.close();
      return row;
    };
    expect(await withoutVouchers(world(0.9, 900000))).toMatchObject({ is_ratio_replaced: true, ratio_used: 0.81 });
    expect(await withoutVouchers(world(0.815, 815000))).toMatchObject({ is_ratio_replaced: false, ratio_used: 0.815 });
    // The loss is 9,000,000 × 0.005 / 0.815 = 55,215 yuan: small deviation, large loss.
    expect(await withoutVouchers(world(0.815, 9000000))).toMatchObject({ is_ratio_replaced: true });
  });
});

describe('the input ratio', () => {
  it('counts air and rail tickets for claims from September 2025 only, and customs vouchers unless mismatched or missing', async () => {
    const use = (kind: string, tax: number, period = '2026-03') => ({ taxpayer_key: 1, period, purpose: 'deduct', invoice_kind: kind, effective_tax: tax });
    const voucher = (voucher_type: string, tax: number, match: string | null) => ({ taxpayer_key: 1, period: '2026-03', voucher_type, voucher_no: `${voucher_type}${tax}`, tax, match_status: match });
    const ratio = async (applied: string) => {
      const engine = await featureWorld(
        {
          taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general', registered_on: '2026-03-01' }],
          vat_returns: [{ taxpayer_key: 1, period: '2026-03', input_tax_m12: 1000 }],
          refund_applications: [{ taxpayer_key: 1, application_id: 'a', decision: 'pending', lane: 'four_industries', applied_on: applied, claim_period: '2026-03', claimed_amount: 1 }],
          input_uses: [use('special', 300), use('air', 50), use('rail', 50), use('general', 100)],
          other_vouchers: [voucher('customs', 100, 'matched'), voucher('customs', 70, 'mismatched'), voucher('customs', 30, 'pending'), voucher('tax_payment', 20, null), voucher('agricultural', 90, null)],
        },
        ['feat_input_ratio'],
      );
      const [row] = await engine.rows<{ route: string; input_ratio: number }>('select * from feat_input_ratio');
      await engine.close();
      return row;
    };
    expect(await ratio('2026-04-08')).toMatchObject({ route: 'vouchers', input_ratio: 0.55 });
    expect(await ratio('2025-08-08')).toMatchObject({ input_ratio: 0.45 });
  });
});
