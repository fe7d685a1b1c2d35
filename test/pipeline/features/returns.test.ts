import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { runFeatures } from '../../../pipeline/features/run-features.ts';
import { createKnownTables, insertKnown, monthIndex, type KnownRow } from '../../support/known-fixture.ts';
import { featureWorld, monthly } from '../../support/feature-world.ts';

const owner: KnownRow = { taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general' };

async function months(returns: readonly KnownRow[], taxpayer: KnownRow = owner): Promise<Record<string, unknown>[]> {
  const engine = await featureWorld({ taxpayers: [taxpayer], vat_returns: returns.map((row) => ({ taxpayer_key: 1, ...row })) }, ['feat_return_month']);
  const rows = await engine.rows('select * from feat_return_month order by ym asc nulls last');
  await engine.close();
  return rows;
}

describe('returns by month', () => {
  it('take the greatest version and add both column groups', async () => {
    const [row] = await months([
      { period: '2026-04', closing_credit_m20: 10, sales_general_m01: 1 },
      { period: '2026-04', closing_credit_m20: 20, sales_general_m01: 2, exempt_sales_m08: 4, version: 2 },
      { period: '2026-04', closing_credit_m20: 5, sales_general_m01: 100, column_group: 'levy_refund' },
    ]);
    expect(row).toMatchObject({ closing_credit_m20: 25, closing_credit_general_m20: 20, sales_general_m01: 102, sales_declared_yuan: 106, version: 2 });
  });

  it('show a carry-forward that breaks, and none within cents', async () => {
    const broken = await months([{ period: '2026-03', closing_credit_m20: 250000 }, { period: '2026-04', opening_credit_m13: 310000 }]);
    expect(broken.map((row) => row['break_opening_yuan'])).toEqual([null, 60000]);
    const near = await months([{ period: '2026-03', closing_credit_m20: 250000 }, { period: '2026-04', opening_credit_m13: 250000.6 }]);
    expect(near[1]).toMatchObject({ break_opening_yuan: 0.6 });
  });

  it('compare a quarter with the quarter before, and skip a missing period', async () => {
    const rows = await months([
      { period: '2025-12', closing_credit_m20: 100, span_months: 3 }, { period: '2026-03', opening_credit_m13: 100, closing_credit_m20: 50, span_months: 3 }, { period: '2026-06', opening_credit_m13: 70, span_months: 1 },
    ]);
    expect(rows.map((row) => row['break_opening_yuan'])).toEqual([null, 0, null]);
  });

  it('do not test the first return as general taxpayer', async () => {
    const rows = await months([{ period: '2026-03', closing_credit_m20: 100 }, { period: '2026-04', opening_credit_m13: 0 }], { ...owner, general_from: '2026-04-01' });
    expect(rows[1]).toMatchObject({ break_opening_yuan: null });
  });

  it('test identities 17, 18 and 20 in each column group and keep the greatest break', async () => {
    const fine = { input_tax_m12: 100, opening_credit_m13: 50, input_transferred_out_m14: 10, deductible_total_m17: 140, output_tax_m11: 90, deducted_m18: 90, closing_credit_m20: 50 };
    expect((await months([{ period: '2026-04', ...fine }]))[0]).toMatchObject({ break_17_yuan: 0, break_18_yuan: 0, break_20_yuan: 0 });
    const levy = { period: '2026-04', column_group: 'levy_refund', deductible_total_m17: 0, deducted_m18: 0, closing_credit_m20: 7, input_tax_m12: 3 };
    expect((await months([{ period: '2026-04', ...fine }, levy]))[0]).toMatchObject({ break_17_yuan: -3, break_18_yuan: 0, break_20_yuan: 7 });
    expect((await months([{ period: '2026-04', ...fine, deductible_total_m17: null }]))[0]).toMatchObject({ break_17_yuan: null, break_18_yuan: null, break_20_yuan: null });
  });
});

describe('schedules', () => {
  it('leave the "of which" rows of schedule 1 out of every sum and keep rates apart', async () => {
    const row = (row_no: string, sales: number): KnownRow => ({ taxpayer_key: 1, period: '2026-05', row_no, special_sales_c01: sales });
    const engine = await featureWorld({ taxpayers: [owner], vat_return_schedule1: [row('1', 100), row('2', 10), row('5', 7), row('6', 50), row('14', 9), row('13b', 3)] }, ['feat_schedule1_month']);
    expect(await engine.rows('select rate, special_sales_c01 from feat_schedule1_rate order by rate asc nulls last')).toEqual([
      { rate: -1, special_sales_c01: 3 }, { rate: 0.06, special_sales_c01: 7 }, { rate: 0.13, special_sales_c01: 110 },
    ]);
    expect(await engine.rows('select special_sales_c01 from feat_schedule1_month')).toEqual([{ special_sales_c01: 120 }]);
    await engine.close();
  });

  it('count a missing row of schedule 2 as 0 only beside row 12 or 13, and take a corrected schedule whole', async () => {
    const row = (period: string, row_no: string, tax: number, version = 1): KnownRow => ({ taxpayer_key: 1, period, row_no, tax, version });
    const engine = await featureWorld(
      { taxpayers: [owner], vat_return_schedule2: [row('2026-03', '1', 5), row('2026-04', '12', 9), row('2026-04', '23a', 2), row('2026-05', '12', 8), row('2026-05', '22', 6), row('2026-05', '12', 8, 2)] },
      ['feat_schedule2_month'],
    );
    expect(await engine.rows('select r01_tax_yuan, r12_tax_yuan, r22_tax_yuan, r23a_tax_yuan from feat_schedule2_month order by ym asc nulls last')).toEqual([
      { r01_tax_yuan: 5, r12_tax_yuan: null, r22_tax_yuan: null, r23a_tax_yuan: null },
      { r01_tax_yuan: 0, r12_tax_yuan: 9, r22_tax_yuan: 0, r23a_tax_yuan: 2 },
      { r01_tax_yuan: 0, r12_tax_yuan: 8, r22_tax_yuan: 0, r23a_tax_yuan: 0 },
    ]);
    await engine.close();
  });

  it.each([
    [-160000, 100000, 60000],
    [-90000, 100000, 0],
  ])('set uninvoiced sales of %d against a balance of %d', async (last, balance, excess) => {
    const engine = await featureWorld(
      {
        taxpayers: [owner],
        vat_return_schedule1: [
          ...monthly('2024-09', '2026-04', () => ({ taxpayer_key: 1, row_no: '1', uninvoiced_sales_c05: 5000 })),
          { taxpayer_key: 1, period: '2026-05', row_no: '1', uninvoiced_sales_c05: last },
        ],
      },
      ['feat_uninvoiced_month'],
    );
    const [row] = await engine.rows("select * from feat_uninvoiced_month where ym = 24316");
    expect(row).toMatchObject({ balance_before_yuan: balance, excess_negative_yuan: excess, earlier_period_count: 20 });
    await engine.close();
  });

  it('never let the balance of uninvoiced sales fall below 0', async () => {
    const sales = [100, -150, 30, -50, 20];
    const engine = await featureWorld(
      { taxpayers: [owner], vat_return_schedule1: monthly('2026-01', '2026-05', (_, at) => ({ taxpayer_key: 1, row_no: '1', uninvoiced_sales_c05: sales[at] ?? 0 })) },
      ['feat_uninvoiced_month'],
    );
    expect(await engine.rows('select balance_before_yuan as b, excess_negative_yuan as e from feat_uninvoiced_month order by ym asc nulls last')).toEqual([
      { b: 0, e: 0 }, { b: 100, e: 50 }, { b: 0, e: 0 }, { b: 30, e: 20 }, { b: 0, e: 0 },
    ]);
    await engine.close();
  });
});

describe('declared windows', () => {
  const world = (returns: readonly KnownRow[], more: Readonly<Record<string, readonly KnownRow[]>> = {}, taxpayer = owner) =>
    featureWorld({ taxpayers: [taxpayer], vat_returns: returns.map((row) => ({ taxpayer_key: 1, ...row })), ...more }, ['feat_declared', 'feat_capital']);

  it('hold the input of W3, of the 12 months before and of the year before', async () => {
    const input: Record<string, number> = { '2026-04': 90000, '2026-05': 100000, '2026-06': 110000 };
    const engine = await world(monthly('2025-04', '2026-06', (period) => ({ input_tax_m12: input[period] ?? 20000, closing_credit_m20: 300000 })));
    const [row] = await engine.rows('select * from feat_declared');
    expect(row).toMatchObject({
      input_w3_yuan: 300000, input_pre_w3_12_yuan: 240000, months_pre_w3_12: 12, input_py_w3_yuan: 60000, is_py_w3_covered: true,
      exposure_yuan: 300000, is_covered_w12: true, is_covered_w24: false, months_with_return_w24: 15,
    });
    await engine.close();
  });

  it('are covered by 75 % of the months after registration and a return for P', async () => {
    const covered = async (months: readonly string[], registered_on: string) => {
      const engine = await world(months.map((period) => ({ period })), {}, { ...owner, registered_on });
      const [row] = await engine.rows<Record<string, unknown>>('select is_covered_w12 as w12, months_since_registration as age from feat_declared');
      await engine.close();
      return [row?.['w12'], row?.['age']];
    };
    const nine = ['2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-06'];
    expect(await covered(nine, '2015-01-01')).toEqual([true, 138]);
    expect(await covered(nine.slice(1), '2015-01-01')).toEqual([false, 138]);
    expect(await covered(nine.slice(0, 8), '2015-01-01')).toEqual([false, 138]);
    expect(await covered(['2026-04', '2026-05', '2026-06'], '2026-02-15')).toEqual([true, 4]);
    expect(await covered(['2026-06'], '2026-05-01')).toEqual([true, 2]);
  });

  it('net long-term assets by lines, else by 13 % of the rise of the balance, else not at all', async () => {
    const balances = [{ taxpayer_key: 1, period: '2026-03', fixed_assets: 1000000 }, { taxpayer_key: 1, period: '2026-06', fixed_assets: 1500000, construction_in_progress: 100000 }];
    const capital = async (more: Readonly<Record<string, readonly KnownRow[]>>) => {
      const engine = await world([{ period: '2026-06' }], more);
      const [row] = await engine.rows('select source, capital_tax_w3_yuan as w3, capital_tax_w12_yuan as w12 from feat_capital');
      await engine.close();
      return row;
    };
    expect(await capital({})).toEqual({ source: null, w3: null, w12: null });
    expect(await capital({ balance_sheets: balances })).toEqual({ source: 'balance', w3: 78000, w12: null });
    const line = (goods_code: string, tax: number) => ({ invoice_no: 1, buyer_key: 1, seller_key: 2, issued_on: '2026-05-05', goods_code, amount: tax * 8, tax });
    expect(await capital({ balance_sheets: balances, invoice_lines: [line('1090208990000000000', 200000), line('1080107030000000000', 5)] })).toEqual({ source: 'lines', w3: 200000, w12: 200000 });
    expect(await capital({ balance_sheets: balances, invoice_lines: [line('1080107030000000000', 5)] })).toEqual({ source: 'lines', w3: 0, w12: 0 });
  });
});

describe('documented reorganisations', () => {
  it('leave the periods they touch untested for a break of the carry-forward, and no other', async () => {
    const engine = await openDuckDb();
    await createKnownTables(engine);
    await insertKnown(engine, 'taxpayers', [owner]);
    await insertKnown(engine, 'vat_returns', ['2026-02', '2026-03', '2026-04', '2026-05'].map((period, at) => ({ taxpayer_key: 1, period, opening_credit_m13: 100 * at, closing_credit_m20: 0 })));
    await engine.exec("insert into parties values (1, 't', 'internal', 't', 't')");
    await engine.exec(`insert into list_group_approvals values ('t', date '2026-03-20', date '2026-04-10', ${monthIndex('2026-03')}, ${monthIndex('2026-04')}, 'approval')`);
    await runFeatures(engine, { only: ['feat_return_group'] });
    expect(await engine.rows('select ym - 24312 as month_no, break_opening_yuan as opening from feat_return_group order by ym asc nulls last')).toEqual([
      { month_no: 1, opening: null }, { month_no: 2, opening: null }, { month_no: 3, opening: null }, { month_no: 4, opening: 300 },
    ]);
    await engine.close();
  });
});
