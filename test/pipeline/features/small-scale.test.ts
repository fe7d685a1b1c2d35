import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { createListTables, loadLists } from '../../../pipeline/features/lists.ts';
import { featureWorld } from '../../support/feature-world.ts';
import { monthIndex, type KnownRow } from '../../support/known-fixture.ts';

const world = (tables: Readonly<Record<string, readonly KnownRow[]>>, only: readonly string[] = ['feat_small_period'], taxpayer: KnownRow = {}) =>
  featureWorld({ taxpayers: [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'small', registered_on: '2010-01-01', ...taxpayer }], ...tables }, only);
const filed = (period: string, more: KnownRow = {}): KnownRow => ({ taxpayer_key: 1, period, ...more });

describe('exemption limits by date', () => {
  /** The limit of each period, and whether everything was exempt then. */
  const limits = async (span: 1 | 3, periods: readonly string[]) => {
    const engine = await world({ small_scale_returns: periods.map((period) => filed(period, { span_months: span })) });
    const rows = await engine.rows<{ limit_yuan: number | null; is_full_exemption: boolean }>('select limit_yuan, is_full_exemption from feat_small_period order by ym asc nulls last');
    await engine.close();
    const found: Record<string, string | number | null> = {};
    for (const [at, row] of rows.entries()) found[periods[at] ?? ''] = row.is_full_exemption ? `${row.limit_yuan} all exempt` : row.limit_yuan;
    return found;
  };

  it('of a quarter on both sides of every change', async () => {
    const expected = {
      '2018-12': null, '2019-03': 300000, '2021-03': 300000, '2021-06': 450000, '2022-03': 450000, '2022-06': '450000 all exempt', '2022-12': '450000 all exempt',
      '2023-03': 300000, '2025-12': 300000, '2026-03': 300000, '2027-12': 300000, '2028-03': null,
    };
    expect(await limits(3, Object.keys(expected))).toEqual(expected);
  });

  it('of a month on both sides of every change', async () => {
    const expected = {
      '2018-12': null, '2019-01': 100000, '2021-03': 100000, '2021-04': 150000, '2022-03': 150000, '2022-04': '150000 all exempt', '2022-12': '150000 all exempt',
      '2023-01': 100000, '2025-12': 100000, '2026-01': 100000, '2027-12': 100000, '2028-01': null,
    };
    expect(await limits(1, Object.keys(expected))).toEqual(expected);
  });
});

describe('levy rates by date', () => {
  it('in force and as a range, in the last month before and the first month of every change', async () => {
    const engine = await openDuckDb();
    await createListTables(engine, loadLists());
    const expected: Readonly<Record<string, readonly (number | null)[]>> = {
      '2018-12': [null, null, null], '2019-01': [0.03, 0.03, 0.03], '2020-02': [0.03, 0.03, 0.03], '2020-03': [0.01, 0.01, 0.03], '2022-03': [0.01, 0.01, 0.03],
      '2022-04': [0.03, null, null], '2022-12': [0.03, null, null], '2023-01': [0.01, 0.01, 0.03], '2027-12': [0.01, 0.01, 0.03], '2028-01': [0.03, 0.03, 0.03],
    };
    for (const [month, [rate, lowest, highest]] of Object.entries(expected)) {
      const [row] = await engine.rows(`
        select r.rate, l.lowest_rate as lowest, l.highest_rate as highest
        from (select ${monthIndex(month)} as ym) as m
        left join list_small_scale_rates as r on m.ym between r.from_ym and r.to_ym
        left join list_levy_rates as l on m.ym between l.from_ym and l.to_ym`);
      expect(row, month).toEqual({ rate, lowest, highest });
    }
    await engine.close();
  });

  it('have no month without entry or with two from 2019, save the months when all 3 % sales were exempt', async () => {
    const engine = await openDuckDb();
    await createListTables(engine, loadLists());
    const months = `(select (24228 + n)::integer as ym from range(0, 120) as t(n))`;
    const counted = (list: string) => `(select count(*) from list_${list} as l where m.ym between l.from_ym and l.to_ym)`;
    const odd = await engine.rows(`
      select m.ym from ${months} as m
      where ${counted('small_scale_rates')} <> 1
        or ${counted('levy_rates')} <> case when exists (select 1 from list_small_exempt_limits as l where l.is_full_exemption and m.ym between l.from_ym and l.to_ym) then 0 else 1 end
        or ${counted('small_exempt_limits')} <> case when m.ym <= ${monthIndex('2027-12')} then 1 else 0 end`);
    expect(odd).toEqual([]);
    await engine.close();
  });
});

describe('the small-scale return of a period', () => {
  const month = (returns: readonly KnownRow[]) => world({ small_scale_returns: returns }, ['feat_small_month']);

  it('is the newest version, a quarter unless it says month, filed on the 15th unless it says when', async () => {
    const engine = await month([
      filed('2026-03', { span_months: null, sales_3pct_q01: 100 }), filed('2026-06', { version: 1, sales_3pct_q01: 5, filed_on: '2026-07-02' }),
      filed('2026-06', { version: 2, sales_3pct_q01: 7, filed_on: '2026-08-03' }), filed('2026-07', { span_months: 1, sales_3pct_q01: 9 }),
    ]);
    expect(await engine.rows('select ym, span_months, version, filed_on, sales_3pct_q01 as q01 from feat_small_month order by ym asc nulls last')).toEqual([
      { ym: monthIndex('2026-03'), span_months: 3, version: 1, filed_on: '2026-04-15', q01: 100 }, { ym: monthIndex('2026-06'), span_months: 3, version: 2, filed_on: '2026-08-03', q01: 7 },
      { ym: monthIndex('2026-07'), span_months: 1, version: 1, filed_on: '2026-08-15', q01: 9 },
    ]);
    await engine.close();
  });

  it('adds the newest version of each item group', async () => {
    const engine = await month([
      filed('2026-06', { item_group: 'goods_labour', version: 1, sales_3pct_q01: 100, tax_payable_q15: 3 }), filed('2026-06', { item_group: 'goods_labour', version: 2, sales_3pct_q01: 80, tax_payable_q15: 2 }),
      filed('2026-06', { item_group: 'services', version: 1, sales_3pct_q01: 50, sales_5pct_q04: 10, tax_payable_q15: 2 }),
    ]);
    expect(await engine.rows('select sales_3pct_q01 as q01, sales_5pct_q04 as q04, tax_payable_q15 as q15, sales_declared_yuan as s from feat_small_month')).toEqual([{ q01: 130, q04: 10, q15: 4, s: 140 }]);
    await engine.close();
  });

  it('counts rows 1, 4, 7, 9 and 13 as sales and rows 10 and 11 as exempt by the limit; an empty row 15 stays unknown', async () => {
    const engine = await month([
      filed('2026-06', {
        sales_3pct_q01: 1, special_sales_3pct_q02: 1000, sales_5pct_q04: 20, used_asset_sales_q07: 300, exempt_sales_q09: 4000, micro_exempt_sales_q10: 1500,
        below_threshold_sales_q11: 1700, other_exempt_sales_q12: 800, export_exempt_sales_q13: 50000,
      }),
    ]);
    expect(await engine.rows('select sales_declared_yuan as s, limit_exempt_sales_yuan as e, tax_payable_q15 as q15, tax_reduction_q16 as q16 from feat_small_month')).toEqual([{ s: 54321, e: 3200, q15: null, q16: 0 }]);
    await engine.close();
  });
});

describe('the sales a limit is held against', () => {
  const invoice = (more: KnownRow): KnownRow => ({ seller_key: 1, buyer_key: 9, issued_on: '2026-05-10', amount: 100, ...more });
  const period = async (declared: number, invoices: readonly KnownRow[], lines: readonly KnownRow[] = []) => {
    const engine = await world({ small_scale_returns: [filed('2026-06', { sales_3pct_q01: declared })], invoices, invoice_lines: lines });
    const [row] = await engine.rows('select invoiced_yuan as invoiced, limit_sales_yuan as held, limit_sales_without_property_yuan as without_property from feat_small_period');
    await engine.close();
    return row;
  };

  it('are the greater of declared and invoiced; void invoices do not count and red ones take off', async () => {
    expect(await period(120, [invoice({})])).toMatchObject({ invoiced: 100, held: 120 });
    expect(await period(80, [invoice({}), invoice({ amount: 70, doc_status: 'void' }), invoice({ amount: -15, doc_status: 'red', issued_on: '2026-06-30' })])).toMatchObject({ invoiced: 85, held: 85 });
    expect(await period(80, [invoice({}), invoice({ invoice_kind: 'agri_purchase', amount: 900 })])).toMatchObject({ invoiced: 100, held: 100 });
  });

  it('follow the return for invoices under the difference method', async () => {
    expect(await period(80, [invoice({ amount: 70 }), invoice({ amount: 60, difference_method: true })])).toMatchObject({ invoiced: 130, held: 80 });
    expect(await period(60, [invoice({ amount: 70 }), invoice({ amount: 60, difference_method: true })])).toMatchObject({ held: 70 });
  });

  it('leave out sales of real property beside, for the rule that allows it', async () => {
    const building = { invoice_no: 2, line_no: 1, seller_key: 1, buyer_key: 9, issued_on: '2026-05-11', goods_code: '5010100000000000000', amount: 60 };
    expect(await period(150, [invoice({ invoice_no: 1 }), invoice({ invoice_no: 2, amount: 60 })], [building])).toMatchObject({ held: 160, without_property: 100 });
  });

  it('belong to the quarter or month that was filed for their month, also where the filing changed from months to quarters', async () => {
    const engine = await world({
      small_scale_returns: [filed('2026-01', { span_months: 1 }), filed('2026-02', { span_months: 1 }), filed('2026-03', { span_months: 1 }), filed('2026-06')],
      invoices: ['2026-01-31', '2026-02-01', '2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'].map((issued_on, at) => invoice({ issued_on, amount: 10 ** at })),
    });
    expect(await engine.rows('select ym - 24312 as month_no, span_months as span, is_declared as declared, invoiced_yuan as invoiced from feat_small_period order by ym asc nulls last')).toEqual([
      { month_no: 0, span: 1, declared: true, invoiced: 1 }, { month_no: 1, span: 1, declared: true, invoiced: 10 }, { month_no: 2, span: 1, declared: true, invoiced: 100 },
      { month_no: 5, span: 3, declared: true, invoiced: 11000 }, { month_no: 6, span: 1, declared: false, invoiced: 100000 },
    ]);
    await engine.close();
  });

  it('end with the month before general status; a taxpayer that was always general has none', async () => {
    const returns = [filed('2025-12', { sales_3pct_q01: 1 }), filed('2026-03', { sales_3pct_q01: 2 })];
    const general = await world({ small_scale_returns: returns }, ['feat_small_period'], { vat_status: 'general', general_from: '2026-01-01' });
    expect(await general.rows('select ym from feat_small_period')).toEqual([{ ym: monthIndex('2025-12') }]);
    await general.close();
    const always = await world({ small_scale_returns: returns }, ['feat_small_period'], { vat_status: 'general' });
    expect(await always.rows('select ym from feat_small_period')).toEqual([]);
    await always.close();
  });
});

describe('keys shared with young sellers of high turnover', () => {
  const born = { A: '2026-01-05', B: '2026-01-05', C: '2010-01-05' };
  const taxpayers = Object.entries(born).map(([id, registered_on], at): KnownRow => ({ taxpayer_key: at + 1, taxpayer_id: id, vat_status: 'small', registered_on, address_key: at < 2 ? 'here' : null }));
  const sales = [1, 2, 3].map((seller_key): KnownRow => ({ seller_key, buyer_key: 9, issued_on: '2026-05-10', amount: 1000000 }));
  const seen = (taxpayer_key: number, more: KnownRow): KnownRow => ({ taxpayer_key, occurred_on: '2026-06-25', event_kind: 'login', ...more });
  const keys = async (events: readonly KnownRow[], agents: Readonly<Record<number, number>> = {}) => {
    const engine = await featureWorld(
      { taxpayers: taxpayers.map((row) => ({ ...row, agent_key: agents[Number(row['taxpayer_key'])] ?? null })), invoices: sales, events }, ['feat_shell_key'], { lastPeriod: '2026-06', taxpayerCount: 3 },
    );
    const rows = await engine.rows<Record<string, unknown>>('select taxpayer_key as t, kind, is_young_seller as young, other_count as others from feat_shell_key order by kind asc nulls last, taxpayer_key asc nulls last');
    await engine.close();
    return rows.map((row) => Object.values(row).join(' '));
  };

  it('count the others on a device or at the premises, also for an old taxpayer, never the old one itself', async () => {
    expect(await keys([seen(1, { device_id: 'd' }), seen(1, { device_id: 'd' }), seen(2, { device_id: 'd' }), seen(3, { device_id: 'd' }), seen(3, { device_id: 'own' })])).toEqual([
      '1 address true 1', '2 address true 1', '1 device true 1', '2 device true 1', '3 device false 2',
    ]);
  });

  it('leave out devices and IP addresses between clients of one agent, but not premises', async () => {
    expect(await keys([seen(1, { ip_address: 'i' }), seen(2, { ip_address: 'i' }), seen(3, { ip_address: 'i' })], { 1: 50, 2: 50 })).toEqual([
      '1 address true 1', '2 address true 1', '1 ip true 0', '2 ip true 0', '3 ip false 2',
    ]);
  });

  it('leave out IP addresses that more than 20 taxpayers used in 30 days', async () => {
    const crowd = (count: number, on: string) => Array.from({ length: count }, (_, at) => seen(100 + at, { ip_address: 'i', occurred_on: on }));
    const own = [seen(1, { ip_address: 'i' }), seen(2, { ip_address: 'i' })];
    expect((await keys([...own, ...crowd(18, '2026-06-25')])).filter((row) => row.includes('ip'))).toHaveLength(2);
    expect((await keys([...own, ...crowd(19, '2026-06-25')])).filter((row) => row.includes('ip'))).toHaveLength(0);
    expect((await keys([...own, ...crowd(19, '2026-06-20')])).filter((row) => row.includes('ip'))).toHaveLength(2);
  });
});
