import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld } from '../../support/feature-world.ts';

const sale = (more: KnownRow): KnownRow => ({ seller_key: 1, buyer_key: 2, issued_on: '2026-05-10', invoice_kind: 'special', rate: 0.13, ...more });
const owner: KnownRow = { taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general' };

describe('invoices by seller, month and rate', () => {
  it('count void invoices but never their amount, and red ones with their minus', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        invoices: [
          sale({ amount: 1000, tax: 130 }), sale({ amount: 500, tax: 65, doc_status: 'void' }), sale({ amount: -200, tax: -26, doc_status: 'red', issued_on: '2026-05-20' }),
          sale({ amount: 300, tax: 18, rate: 0.06, invoice_kind: 'general' }), sale({ amount: 40, tax: 0, rate: null, invoice_kind: null, issued_on: '2026-05-31' }),
        ],
      },
      ['feat_seller_rate_month'],
    );
    expect(await engine.rows('select rate, invoice_count, amount_yuan, tax_yuan from feat_seller_rate_month order by rate asc nulls last')).toEqual([
      { rate: -1, invoice_count: 1, amount_yuan: 40, tax_yuan: 0 },
      { rate: 0.06, invoice_count: 1, amount_yuan: 300, tax_yuan: 18 },
      { rate: 0.13, invoice_count: 3, amount_yuan: 800, tax_yuan: 104 },
    ]);
    expect(await engine.rows('select * from feat_seller_month')).toMatchObject([
      { void_count: 1, red_count: 1, amount_yuan: 1140, normal_amount_yuan: 1340, normal_count: 3, single_rate: null, first_issued_on: '2026-05-10', last_issued_on: '2026-05-31' },
    ]);
    await engine.close();
  });

  it('leave out what the seller need not declare: tax already paid through the authority, lines that are not taxed, tax under the difference method', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        invoices: [
          sale({ invoice_no: 1, amount: 1000, tax: 130 }), sale({ invoice_no: 2, amount: 100, tax: 13, issued_by_authority: true }), sale({ invoice_no: 3, amount: 70, tax: 7, difference_method: true }),
          sale({ invoice_no: 4, amount: 500, tax: 0 }), sale({ invoice_no: 5, seller_key: 1, amount: 9000, tax: 0, invoice_kind: 'agri_purchase' }),
        ],
        invoice_lines: [{ invoice_no: 4, line_no: 1, seller_key: 1, buyer_key: 2, issued_on: '2026-05-10', goods_code: '6010000000000000000', amount: 500 }],
      },
      ['feat_seller_rate_month', 'feat_buyer_month'],
    );
    expect(await engine.rows('select * from feat_seller_month')).toMatchObject([
      { amount_yuan: 1670, declarable_amount_yuan: 1070, declarable_tax_yuan: 130, untaxed_amount_yuan: 500, difference_amount_yuan: 70, single_rate: 0.13 },
    ]);
    expect(await engine.rows('select * from feat_seller_rate_month')).toMatchObject([{ rate: 0.13, declarable_amount_yuan: 1070, declarable_tax_yuan: 130 }]);
    expect(await engine.rows('select amount_yuan, deductible_received_tax_yuan from feat_buyer_month')).toEqual([{ amount_yuan: 10670, deductible_received_tax_yuan: null }]);
    await engine.close();
  });

  it('split a month of several rates, and only such a month, by rate', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        invoices: [
          sale({ invoice_no: 1, amount: 1000, tax: 130 }), sale({ invoice_no: 2, amount: 100, tax: 6, rate: 0.06, issued_by_authority: true }), sale({ invoice_no: 3, amount: 70, tax: 7, rate: 0.06, difference_method: true }),
          sale({ invoice_no: 4, amount: 500, tax: 0, rate: null }), sale({ invoice_no: 5, amount: 80, tax: 0, rate: null, issued_on: '2026-06-01' }),
        ],
        invoice_lines: [{ invoice_no: 4, line_no: 1, seller_key: 1, buyer_key: 2, issued_on: '2026-05-10', goods_code: '6010000000000000000', amount: 500 }],
      },
      ['feat_seller_rate_month'],
    );
    expect(await engine.rows('select ym, rate, declarable_amount_yuan as d, declarable_tax_yuan as t, untaxed_amount_yuan as u from feat_seller_rate_month order by ym asc nulls last, rate asc nulls last')).toEqual([
      { ym: 24316, rate: -1, d: 0, t: 0, u: 500 }, { ym: 24316, rate: 0.06, d: 70, t: 0, u: 0 }, { ym: 24316, rate: 0.13, d: 1000, t: 130, u: 0 }, { ym: 24317, rate: -1, d: 80, t: 0, u: 0 },
    ]);
    await engine.close();
  });

  it('see red invoices against earlier months, by pointer or by the same buyer and amount', async () => {
    const red = (more: KnownRow): KnownRow => sale({ doc_status: 'red', issued_on: '2026-06-05', ...more });
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        invoices: [
          sale({ invoice_no: 1, amount: 100 }), sale({ invoice_no: 2, amount: 80 }), sale({ invoice_no: 3, amount: 60, issued_on: '2026-06-01' }), sale({ invoice_no: 4, amount: 1000, issued_on: '2026-06-01' }),
          red({ amount: -100, blue_invoice_no: 1 }), red({ amount: -80 }), red({ amount: -60, blue_invoice_no: 3 }), red({ amount: -55 }), red({ amount: -80, buyer_key: 3 }),
        ],
      },
      ['feat_trade'],
    );
    expect(await engine.rows('select red_prior_amount_yuan from feat_seller_month where ym = 24317')).toEqual([{ red_prior_amount_yuan: 180 }]);
    expect(await engine.rows('select red_prior_w3_yuan, sold_normal_w3_yuan, sold_normal_count_w3, red_prior_share_w3 from feat_trade')).toEqual([
      { red_prior_w3_yuan: 180, sold_normal_w3_yuan: 1240, sold_normal_count_w3: 4, red_prior_share_w3: 180 / 1240 },
    ]);
    await engine.close();
  });
});

describe('deducted input', () => {
  const use = (more: KnownRow): KnownRow => ({ taxpayer_key: 1, seller_key: 2, period: '2026-05', purpose: 'deduct', invoice_kind: 'special', effective_tax: 100, ...more });

  it('is what was confirmed for deduction, by kind and purpose', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        input_uses: [use({}), use({ invoice_kind: 'rail', effective_tax: 9, seller_key: 2000 }), use({ invoice_kind: null, effective_tax: 5 }), use({ purpose: 'export_refund', effective_tax: 7 }), use({ purpose: 'not_deduct', effective_tax: 3 })],
      },
      ['feat_use_month'],
    );
    expect(await engine.rows('select * from feat_use_month')).toMatchObject([
      { basis: 'confirmed', deduct_tax_yuan: 114, deduct_internal_tax_yuan: 105, form_row1_tax_yuan: 105, special_tax_yuan: 100 },
    ]);
    await engine.close();
  });

  it('is, without confirmations, the tax of received invoices of deductible kinds', async () => {
    const bought = (more: KnownRow): KnownRow => ({ seller_key: 2, buyer_key: 1, issued_on: '2026-05-10', amount: 100, tax: 13, invoice_kind: 'special', ...more });
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        invoices: [bought({}), bought({ invoice_kind: 'general' }), bought({ invoice_kind: null, tax: 6 }), bought({ invoice_kind: null, tax: 0 }), bought({ doc_status: 'red', amount: -50, tax: -6.5 }), bought({ doc_status: 'void' }), bought({ invoice_kind: 'air', tax: 9, seller_key: 2000 })],
      },
      ['feat_deduction'],
      { inputBasis: 'received', absent: ['input_uses'] },
    );
    expect(await engine.rows('select basis, deduct_tax_w3_yuan, internal_tax_w12_yuan, deduct_tax_w24_yuan from feat_deduction')).toEqual([
      { basis: 'received', deduct_tax_w3_yuan: 21.5, internal_tax_w12_yuan: 12.5, deduct_tax_w24_yuan: 21.5 },
    ]);
    await engine.close();
  });
});
