import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fillBooks } from '../../data-samples/simulator/books/fill-books.ts';
import { booksOutputs } from '../../data-samples/simulator/books/outputs.ts';
import { factStatements } from '../../data-samples/simulator/facts/tables.ts';
import { smallReturnStatements, smallReturnsOutput } from '../../data-samples/simulator/filing/small-returns.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import { MAIN_FORM_ROWS, SCHEMA } from '../../data-samples/simulator/schema.ts';
import { macroStatements } from '../../data-samples/simulator/sql.ts';
import { fillTrade } from '../../data-samples/simulator/trade/fill-trade.ts';
import { fillWorld } from '../../data-samples/simulator/world/fill-world.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';

const options = simulateOptions({ taxpayers: 400, rings: false });
/** What is filled twice: without and with conduct. */
const KEPT = ['small_return', 'book_ledger', 'book_flow', 'book_balance', 'book_income', 'book_settlement', 'book_six_tax', 'book_deferral', 'book_power', 'book_staff', 'truth_noise'];
let engine: Engine;

const all = async (statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await engine.exec(statement);
};
const tables = async (): Promise<string[]> => (await engine.rows<{ table_name: string }>('select table_name from duckdb_tables()')).map((row) => row.table_name);
async function one(sql: string): Promise<Record<string, number>> {
  const [row] = await engine.rows<Record<string, unknown>>(sql);
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}
const count = async (from: string): Promise<number> => (await one(`select count(*) as n from ${from}`)).n ?? -1;

/** Returns of general taxpayers in the plainest way: the sales of their invoices, and three per cent of tax on them. */
const plainReturns = `insert into vat_return
  with sold as (
    select firm, ym, sum(amount) as sales from (
      select seller as firm, ym, amount from invoice where status <> 'void' and kind <> 'agri_purchase' union all select firm, ym, amount from uninvoiced
    ) group by firm, ym
  )
  select f.firm, ym::integer, 1, month_start(ym + 1) + interval 250 hour, 'general', false,
    ${MAIN_FORM_ROWS.map((row) => (row === 1 ? 'coalesce(s.sales, 0)' : row === 24 ? 'greatest(0, round(coalesce(s.sales, 0) * 0.03, 2))' : '0')).join(', ')}
  from firm as f cross join unnest(range(greatest(f.first_ym, f.general_ym), least(f.filed_to_ym, last_ym()) + 1)) as months(ym) left join sold as s using (firm, ym)
  where f.is_internal and f.general_ym <= last_ym()`;

async function fillRoom(): Promise<void> {
  await all(smallReturnStatements(options));
  await fillBooks(engine, options);
}

/** Every seventh firm that fits, so that each behaviour has several and leaves honest ones beside it. */
const planted = (behaviour: string, rest: number, strength: number, fits: string): string =>
  `insert into conduct select firm, '${behaviour}', first_ym(), last_ym(), ${strength}, null from firm where is_internal and firm % 7 = ${rest} and ${fits}`;
const small = `vat_status = 'small' and status = 'normal'`;
const general = `vat_status = 'general' and entity_kind = 'enterprise' and status = 'normal'`;
const CONDUCT = [
  planted('exempts_over_limit', 0, 1, small), planted('exempts_special_sales', 1, 0.8, small), planted('uses_wrong_levy_rate', 2, 0.5, small),
  planted('leaves_out_small_sales', 3, 0.6, small), planted('takes_relief_over_half', 4, 0.8, small), planted('stays_small', 5, 1, small),
  planted('takes_relief_without_right', 0, 1, general), planted('understates_stamp_base', 1, 0.4, general), planted('books_above_vat', 2, 0.3, general),
  planted('understates_small_profit', 3, 0.5, `${general} and monthly_sales > 700000`), planted('defers_without_right', 4, 1, general),
  planted('leaves_deferral_unpaid', 5, 1, general), planted('idle_plant', 6, 0.2, general),
];

beforeAll(async () => {
  engine = await openDuckDb({ threads: 2, memoryLimit: '2GB' });
  await all([...macroStatements(options), ...SCHEMA, ...factStatements()]);
  await fillWorld(engine, options);
  await fillTrade(engine, options);
  await engine.exec(plainReturns);
  const before = new Set(await tables());
  await fillRoom();
  await all(KEPT.map((table) => `create table honest_${table} as select * from ${table}`));
  for (const table of await tables()) if (!before.has(table) && !table.startsWith('honest_')) await engine.exec(`drop table ${table}`);
  // the second time with one thread: firms without conduct must have the same rows
  await all(['delete from small_return', 'delete from truth_noise', 'set threads = 1', ...CONDUCT]);
  await fillRoom();
});
afterAll(() => engine.close());

const current = `(select * from honest_small_return qualify version = max(version) over (partition by firm, ym))`;
/** Honest returns, one row a period, with the limit of the law beside it. */
const periods = `(select firm, ym, max(period_kind) as period_kind, sum(q01) as q01, sum(q02) as q02, sum(q04) as q04, sum(q05) as q05, sum(q07) as q07, sum(q10 + q11) as exempt,
    sum(q01 + q04 + q07 + q09 + q13) as sales, sum(q20) as tax, case max(period_kind) when 'M' then 100000 else 300000 end as sales_limit from ${current} group by firm, ym)`;

describe('small-scale returns of an honest province', () => {
  it('hold their identities to the fen, in every version and column', async () => {
    expect(await count('honest_small_return')).toBeGreaterThan(1500);
    expect(await count(`honest_small_return where q09 <> q10 + q11 + q12 or q20 <> q15 - q16 or q22 <> q20 - q21 or q17 <> q18 + q19 + round(q12 * 0.03, 2) or q02 + q03 > q01 or q05 + q06 > q04`)).toBe(0);
    expect(await count('honest_small_return where least(q01, q02, q03, q04, q05, q06, q07, q09, q10, q11, q12, q15, q16, q20, q21, q23, q24, q25) < 0')).toBe(0);
    expect(await count(`honest_small_return as r join firm as f using (firm) where (f.entity_kind in ('individual', 'natural_person') and q10 > 0) or (f.entity_kind not in ('individual', 'natural_person') and q11 > 0)`)).toBe(0);
  });

  it('exempt everything but special invoices up to the limit, and nothing above it', async () => {
    expect(await count(`${periods} where sales <= sales_limit and (abs(q01 - q02) > 0.001 or abs(q04 - q05) > 0.001 or q07 > 0)`)).toBe(0);
    expect(await count(`${periods} where sales > sales_limit and exempt > 0`)).toBe(0);
    expect(await count(`${periods} where sales <= sales_limit and exempt > 0`)).toBeGreaterThan(500);
    expect(await count(`${periods} where sales > sales_limit and tax > 0`)).toBeGreaterThan(100);
    // 1 % on sales under the 3 % rate, 5 % on rents
    expect(await count(`${periods} where abs(tax - q01 * 0.01 - q04 * 0.05 - q07 * 0.02) > 0.05`)).toBe(0);
  });

  it('declare what was sold, in periods that are over and filed by the day everything is known', async () => {
    const sold = `(select m.firm, m.period_ym as ym, sum(s.amount) as sold, min(m.ym) as from_ym, min(s.amount) as least from small_month as m join (
        select seller as firm, ym, amount from invoice where status <> 'void' and method in ('small', 'exempt') and kind <> 'agri_purchase' union all select firm, ym, amount from uninvoiced
      ) as s on s.firm = m.firm and s.ym = m.ym group by m.firm, m.period_ym)`;
    // a quarter that began before the window holds more, red invoices may exceed the blue, a slip moves a sale
    const differing = `${periods} as p join ${sold} as s using (firm, ym) where s.from_ym > first_ym() and s.least >= 0 and abs(p.sales - s.sold) > 0.01
      and firm not in (select firm from honest_truth_noise)`;
    // … but for the used asset that somebody sells once
    expect(await count(`${differing} and p.sales - s.sold not between 2000 and 40000`)).toBe(0);
    expect(await count(differing)).toBeLessThan(6);
    expect(await count(`honest_small_return as r join firm as f using (firm) where r.ym > f.filed_to_ym or r.ym >= f.general_ym or filed_at::date > cutoff() or (period_kind = 'Q' and r.ym > last_ym())`)).toBe(0);
    expect(await count(`honest_small_return where period_kind = 'Q' and not is_quarter_end(ym)`)).toBe(0);
    expect(await count(`(select distinct firm, ym, item_group, version from honest_small_return)`)).toBe(await count('honest_small_return'));
  });
});

describe('books of an honest province', () => {
  it('carry stock to the fen: opening, purchases and cost make the closing', async () => {
    expect(await count(`(select inventory - lag(inventory) over (partition by firm order by ym) - stock_in - plain_in + goods_cost as gap from honest_book_ledger) where gap <> 0`)).toBe(0);
    expect(await count('honest_book_ledger where inventory < 0 or fixed_assets < 0 or building < 0')).toBe(0);
    // what general traders bought of their goods is what went into stock
    const bought = `(select b.firm, sum(b.amount) as amount from (
        select buyer as firm, good, amount from invoice where status <> 'void' and kind not in ('agri_purchase', 'agri_sale') union all select firm, good, base_amount from voucher
      ) as b join firm_good as s on s.firm = b.firm and s.good = b.good and s.side = 'sell' group by b.firm)`;
    const traders = `honest_book_flow join book_firm as b using (firm) where b.role = 'trader' and b.general_ym <= first_ym()`;
    const { stocked, others } = await one(`select (select sum(stock_in) from ${traders}) as stocked, (select sum(amount) from ${bought} where firm in (select firm from ${traders})) as others`);
    expect(stocked).toBeGreaterThan(1e7);
    expect((stocked ?? 0) / (others ?? 1)).toBeGreaterThan(0.99);
  });

  it('add up', async () => {
    expect(await count('honest_book_balance where total_assets <> cash + receivables + prepayments + inventory + fixed_assets + construction_in_progress + intangible_assets + other_receivables')).toBe(0);
    expect(await count('honest_book_income where profit <> revenue - cost_of_sales - selling_expense - admin_expense - rd_expense - finance_expense')).toBe(0);
    expect(await count(`(select ytd_revenue - lag(ytd_revenue) over (partition by firm, ym // 12 order by ym) - revenue as gap from honest_book_income) where gap <> 0`)).toBe(0);
    const { near, all: settled } = await one(`select count(*) filter (where abs(s.revenue / i.ytd_revenue - 1) < 0.03) as near, count(*) as all
      from honest_book_settlement as s join honest_book_income as i on i.firm = s.firm and i.ym = s.tax_year * 12 + 11 where i.ytd_revenue > 0`);
    expect((near ?? 0) / (settled ?? 1)).toBeGreaterThan(0.95);
  });

  it('call a firm small by the law, and halve the six taxes for nobody else', async () => {
    expect(await count('honest_book_settlement where is_small_profit <> (not is_restricted and taxable_income <= 3000000 and average_headcount <= 300.01 and average_assets <= 50000000)')).toBe(0);
    expect(await count(`honest_book_six_tax where abs(relief) > 0 and abs(relief - (tax_due - other_relief) / 2) > 0.0051`)).toBe(0);
    const unentitled = `honest_book_six_tax as t join firm as f using (firm) left join honest_book_settlement as s on s.firm = t.firm and s.tax_year = (t.ym - 6) // 12 - 1
      where t.relief > 0 and f.general_ym <= t.ym and f.entity_kind <> 'individual' and not coalesce(s.is_small_profit, false) and year(f.registered_on) <= (t.ym - 6) // 12 - 1`;
    expect(await count(`${unentitled} and t.firm not in (select firm from honest_truth_noise where kind = 'relief_after_registration')`)).toBe(0);
  });

  it('deliver columns of the contract only, each key once', async () => {
    for (const output of [...booksOutputs, smallReturnsOutput]) {
      const contract = parse(readFileSync(`pipeline/contract/tables/${output.table}.yaml`, 'utf8')) as { columns: { name: string }[] };
      const known = new Set(contract.columns.map(({ name }) => name));
      const described = await engine.rows<{ column_name: string }>(`describe ${output.select('true')}`);
      expect(described.map((row) => row.column_name).filter((name) => !known.has(name))).toEqual([]);
      expect(await count(`(select distinct ${output.orderBy} from (${output.select('true')}))`)).toBe(await count(`(${output.select('true')})`));
    }
  });
});

/** Firms with a behaviour and how many of them have an effect; both runs' tax must differ by what conduct_effect says. */
const withConduct = (behaviour: string): string => `(select firm from conduct where behaviour = '${behaviour}')`;
const effectOf = async (behaviour: string): Promise<number> => (await one(`select coalesce(sum(tax), 0) as tax from conduct_effect where behaviour = '${behaviour}'`)).tax ?? 0;

describe('conduct against the honest twin', () => {
  it('leaves everybody else as they were, with one thread as with two', async () => {
    for (const table of KEPT.filter((name) => name !== 'truth_noise')) {
      expect(await count(`(select * from ${table} where firm not in (select firm from conduct) except select * from honest_${table})`)).toBe(0);
      expect(await count(`${table} where firm not in (select firm from conduct)`)).toBe(await count(`honest_${table} where firm not in (select firm from conduct)`));
    }
  });

  it.each(['exempts_over_limit', 'exempts_special_sales', 'uses_wrong_levy_rate', 'leaves_out_small_sales'])('%s: the return shows less tax by what is at stake, in a form that still adds up', async (behaviour) => {
    const tax = (table: string): string => `(select sum(q20) from (select * from ${table} qualify version = max(version) over (partition by firm, ym)) where firm in ${withConduct(behaviour)})`;
    const { honest, told } = await one(`select ${tax('honest_small_return')} as honest, ${tax('small_return')} as told`);
    const effect = await effectOf(behaviour);
    expect(effect).toBeGreaterThan(0);
    expect((honest ?? 0) - (told ?? 0)).toBeCloseTo(effect, 1);
    expect(await count('small_return where q09 <> q10 + q11 + q12 or q20 <> q15 - q16 or q22 <> q20 - q21')).toBe(0);
  });

  it('stays_small: nothing in the form, the general rate at stake above the ceiling only', async () => {
    expect(await count(`(select * from small_return where firm in ${withConduct('stays_small')} except select * from honest_small_return)`)).toBe(0);
    const over = `(select firm, sum(sales) over (partition by firm order by ym range between 11 preceding and current row) as year_sales from ${periods})`;
    expect(await count(`(select distinct firm from conduct_effect where behaviour = 'stays_small') where firm not in (select firm from ${over} where year_sales > 5000000)`)).toBe(0);
  });

  it('takes_relief_over_half, takes_relief_without_right, understates_stamp_base: the filings show it', async () => {
    for (const behaviour of ['takes_relief_over_half', 'takes_relief_without_right', 'understates_stamp_base']) expect(await effectOf(behaviour)).toBeGreaterThan(0);
    expect(await count(`book_six_tax where firm in ${withConduct('takes_relief_over_half')} and relief > (tax_due - other_relief) * 0.79`)).toBeGreaterThan(5);
    expect(await count(`book_six_tax as t where firm in ${withConduct('takes_relief_without_right')} and claimed_identity = 'small_profit'
      and not exists (select 1 from book_settlement as s where s.firm = t.firm and s.tax_year = (t.ym - 6) // 12 - 1 and s.is_small_profit)`)).toBeGreaterThan(5);
    const { told, honest } = await one(`select (select sum(tax_base) from book_six_tax where tax_item = 'stamp' and firm in ${withConduct('understates_stamp_base')}) as told,
      (select sum(tax_base) from honest_book_six_tax where tax_item = 'stamp' and firm in ${withConduct('understates_stamp_base')}) as honest`);
    expect((told ?? 0) / (honest ?? 1)).toBeCloseTo(0.6, 3);
  });

  it('books_above_vat, understates_small_profit: the settlement shows it', async () => {
    const { above } = await one(`select median(revenue / declared) as above from (select firm, sum(revenue) as revenue, sum(declared) as declared from book_flow where firm in ${withConduct('books_above_vat')} group by firm)`);
    expect(above).toBeCloseTo(1.3, 2);
    const settled = `book_settlement as s join honest_book_settlement as h using (firm, tax_year, version) where firm in ${withConduct('books_above_vat')} and s.tax_year = 2025 and h.revenue > 0`;
    expect((await one(`select median(s.revenue / h.revenue) as above from ${settled}`)).above).toBeCloseTo(1.3, 2);
    expect(await count(`book_settlement where firm in ${withConduct('understates_small_profit')} and is_small_profit and not is_truly_small and taxable_income <= 3000000`)).toBeGreaterThan(0);
    expect(await effectOf('understates_small_profit')).toBeGreaterThan(0);
  });

  it('defers_without_right, leaves_deferral_unpaid: more deferred than the band allows, and never paid', async () => {
    expect(await count('honest_book_deferral where deferred > rightful or paid_on is null')).toBe(0);
    expect(await count(`book_deferral where firm in ${withConduct('defers_without_right')} and deferred > rightful`)).toBeGreaterThan(20);
    expect(await count(`book_deferral where firm in ${withConduct('leaves_deferral_unpaid')} and paid_on is null`)).toBeGreaterThan(20);
    expect(await effectOf('defers_without_right')).toBeGreaterThan(0);
  });

  it('idle_plant: a fifth of the current and of the people', async () => {
    const sum = (table: string, column: string): string => `(select sum(${column}) from ${table} where firm in ${withConduct('idle_plant')})`;
    const { kwh, heads } = await one(`select ${sum('book_power', 'kwh')} / ${sum('honest_book_power', 'kwh')} as kwh, ${sum('book_staff', 'pit_count')} / ${sum('honest_book_staff', 'pit_count')} as heads`);
    expect(kwh).toBeLessThan(0.35);
    expect(heads).toBeLessThan(0.4);
  });
});
