import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld, monthly } from '../../support/feature-world.ts';

describe('deferrals', () => {
  const over = async (sales: number, taxpayer: KnownRow = {}, months: readonly [string, string] = ['2021-01', '2021-12'], schedule1: readonly KnownRow[] = []) => {
    const engine = await featureWorld(
      {
        taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general', registered_on: '2015-01-01', ...taxpayer }],
        vat_returns: monthly(...months, () => ({ taxpayer_key: 1, sales_general_m01: sales })),
        vat_return_schedule1: schedule1,
        deferrals: [{ taxpayer_key: 1, programme_code: '2022-02', tax_item: 'vat', period: '2022-03', tax_due: 200000, deferred_amount: 200000, extended_due_on: '2023-01-16' }],
      },
      ['feat_deferral'],
    );
    const [row] = await engine.rows('select * from feat_deferral');
    await engine.close();
    return row;
  };

  it('may reach half of the tax between 20 and 400 million, all of it below, nothing above', async () => {
    expect(await over(3000000)).toMatchObject({ year_sales_yuan: 36000000, allowed_share: 0.5, over_yuan: 100000 });
    expect(await over(1650000)).toMatchObject({ allowed_share: 1, over_yuan: 0 });
    expect(await over(35000000)).toMatchObject({ allowed_share: 0, over_yuan: 200000 });
  });

  it('annualise a year that began late, and know nothing of a year without returns', async () => {
    expect(await over(2000000, { registered_on: '2021-07-01' }, ['2021-07', '2021-12'])).toMatchObject({ year_sales_yuan: 24000000, is_sales_year_covered: true, allowed_share: 0.5 });
    expect(await over(2000000, {}, ['2021-07', '2021-12'])).toMatchObject({ is_sales_year_covered: false, allowed_share: null, over_yuan: null });
  });

  it('take differences off the sales, ex tax', async () => {
    const difference = [{ taxpayer_key: 1, period: '2021-05', row_no: '5', deduction_c12: 10600000 }];
    expect(await over(2500000, {}, ['2021-01', '2021-12'], difference)).toMatchObject({ year_sales_yuan: 20000000, allowed_share: 0.5 });
    expect(await over(2499999, {}, ['2021-01', '2021-12'], difference)).toMatchObject({ allowed_share: 1 });
  });
});

describe('six taxes and two fees', () => {
  const qualified = async (period: string, taxpayer: KnownRow, more: Readonly<Record<string, readonly KnownRow[]>> = {}) => {
    const engine = await featureWorld(
      {
        taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general', registered_on: '2015-01-01', ...taxpayer }],
        six_tax_filings: [{ taxpayer_key: 1, period, tax_item: 'urban_construction', tax_due: 4800, relief: 2400 }],
        ...more,
      },
      ['feat_six_tax'],
    );
    const [row] = await engine.rows<{ is_qualified: boolean | null; identity_basis: string }>('select * from feat_six_tax');
    await engine.close();
    return [row?.is_qualified, row?.identity_basis];
  };
  const settlement = (tax_year: number, is_small_profit: boolean) => ({ cit_settlements: [{ taxpayer_key: 1, tax_year, is_small_profit }] });

  it('follow the settlement from July of the year after it to the next June', async () => {
    const general = { general_from: '2024-01-01' };
    expect(await qualified('2025-09', general, settlement(2024, false))).toEqual([false, 'none']);
    expect(await qualified('2025-09', general, settlement(2024, true))).toEqual([true, 'small_profit']);
    expect(await qualified('2025-07', general, settlement(2024, true))).toEqual([true, 'small_profit']);
    expect(await qualified('2026-06', general, settlement(2024, true))).toEqual([true, 'small_profit']);
    expect(await qualified('2025-06', general, settlement(2024, true))).toEqual([null, 'unknown']);
    expect(await qualified('2026-07', general, settlement(2024, true))).toEqual([null, 'unknown']);
  });

  it('are open to small-scale taxpayers, those not yet general, and individuals', async () => {
    expect(await qualified('2025-09', { vat_status: 'small' })).toEqual([true, 'small_scale']);
    expect(await qualified('2025-09', { general_from: '2025-10-01' })).toEqual([true, 'small_scale']);
    expect(await qualified('2025-10', { general_from: '2025-10-01' }, settlement(2024, false))).toEqual([false, 'none']);
    expect(await qualified('2025-09', { entity_kind: 'individual' })).toEqual([true, 'individual']);
  });

  it('judge a new general taxpayer before its first settlement by staff and assets of the month before filing', async () => {
    const young = { registered_on: '2025-03-01' };
    const size = (insured_count: number, total_assets: number) => ({
      headcounts: [{ taxpayer_key: 1, month: '2025-09', insured_count, dispatched_count: 10 }],
      balance_sheets: [{ taxpayer_key: 1, period: '2025-09', total_assets }],
    });
    expect(await qualified('2025-09', young, size(290, 50000000))).toEqual([true, 'new_general']);
    expect(await qualified('2025-09', young, size(291, 50000000))).toEqual([false, 'none']);
    expect(await qualified('2025-09', young, size(20, 50000001))).toEqual([false, 'none']);
    expect(await qualified('2025-09', young)).toEqual([null, 'unknown']);
  });
});

describe('small-scale periods', () => {
  const world = (tables: Readonly<Record<string, readonly KnownRow[]>>, taxpayer: KnownRow = {}) =>
    featureWorld({ taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'small', ...taxpayer }], ...tables }, ['feat_small_period']);
  const quarter = (period: string, sales: number, more: KnownRow = {}): KnownRow => ({ taxpayer_key: 1, period, sales_3pct_q01: sales, ...more });

  it('count the greater of declared and invoiced, without real property', async () => {
    const returns = [quarter('2025-09', 1200000), quarter('2025-12', 1300000), quarter('2026-03', 1400000), quarter('2026-06', 1000000)];
    const invoice = { invoice_no: 1, seller_key: 1, buyer_key: 9, issued_on: '2026-04-02', amount: 1300000 };
    const engine = await world({ small_scale_returns: returns, invoices: [invoice] });
    expect(await engine.rows('select regular_yuan as r, invoiced_yuan as i from feat_small_period order by ym desc nulls last limit 2')).toEqual([
      { r: 1300000, i: 1300000 },
      { r: 1400000, i: 0 },
    ]);
    await engine.close();
    const building = { ...invoice, line_no: 1, goods_code: '5010100000000000000', amount: 600000 };
    const other = await world({ small_scale_returns: returns, invoices: [invoice], invoice_lines: [building] });
    expect(await other.rows('select regular_yuan as r, property_yuan as p from feat_small_period order by ym desc nulls last limit 1')).toEqual([{ r: 700000, p: 600000 }]);
    await other.close();
  });

  it('know the limit of their month or quarter and what was exempt', async () => {
    const engine = await world({
      small_scale_returns: [
        quarter('2022-06', 0), quarter('2025-06', 0, { exempt_sales_q09: 342000, micro_exempt_sales_q10: 342000 }), quarter('2025-07', 0, { span_months: 1 }), quarter('2021-06', 0),
      ],
    });
    expect(await engine.rows('select limit_sales_yuan as s, exempt_yuan as e, limit_yuan as l, is_full_exemption as f from feat_small_period order by ym asc nulls last')).toEqual([
      { s: 0, e: 0, l: 450000, f: false }, { s: 0, e: 0, l: 450000, f: true }, { s: 342000, e: 342000, l: 300000, f: false }, { s: 0, e: 0, l: 100000, f: false },
    ]);
    await engine.close();
  });

  it('add the two item groups and use the total group only without them', async () => {
    const engine = await world({
      small_scale_returns: [
        quarter('2026-03', 100, { item_group: 'goods_labour' }), quarter('2026-03', 50, { item_group: 'services' }), quarter('2026-03', 999, { item_group: 'all' }), quarter('2026-06', 70, { item_group: 'all' }),
      ],
    });
    expect(await engine.rows('select declared_yuan as d from feat_small_period order by ym asc nulls last')).toEqual([{ d: 150 }, { d: 70 }]);
    await engine.close();
  });

  it('include months of invoices outside every return, and end when the taxpayer becomes general', async () => {
    const invoices = ['2026-02-03', '2026-04-03', '2026-05-03'].map((issued_on) => ({ seller_key: 1, buyer_key: 9, issued_on, amount: 10 }));
    const engine = await world({ small_scale_returns: [quarter('2026-03', 5)], invoices }, { vat_status: 'general', general_from: '2026-05-01' });
    expect(await engine.rows('select ym, is_declared, declared_yuan as d, invoiced_yuan as i from feat_small_period order by ym asc nulls last')).toEqual([
      { ym: 24314, is_declared: true, d: 5, i: 10 }, { ym: 24315, is_declared: false, d: 0, i: 10 },
    ]);
    await engine.close();
  });
});
