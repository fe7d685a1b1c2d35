import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratingMacros } from '../../data-samples/simulator/facts/ratings.ts';
import { factStatements } from '../../data-samples/simulator/facts/tables.ts';
import { fillFiling } from '../../data-samples/simulator/filing/fill-filing.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import { SCHEMA } from '../../data-samples/simulator/schema.ts';
import { macroStatements } from '../../data-samples/simulator/sql.ts';
import { fillTrade } from '../../data-samples/simulator/trade/fill-trade.ts';
import { fillWorld } from '../../data-samples/simulator/world/fill-world.ts';
import { openDuckDb } from '../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';

// 18 months: claims under the rules before and after September 2025, and the December the general lane counts from.
const options = simulateOptions({ taxpayers: 600, months: 18, rings: false });
let engine: Engine;

/** A behaviour of the firm that is best by the query, from the 7th to the 14th month. Each firm has one behaviour. */
const from = 'first_ym() + 6';
const to = 'first_ym() + 13';
const actor = new Map<string, number>();
const firmOf = (behaviour: string): number => actor.get(behaviour) ?? -1;

async function plant(behaviour: string, strength: number, pick: string, span: readonly [string, string] = [from, to]): Promise<void> {
  const [row] = await engine.rows<{ firm: number }>(`select firm from (${pick}) where firm not in (select firm from conduct) order by rank desc, firm limit 1`);
  if (row === undefined) throw new Error(`nobody for ${behaviour}`);
  actor.set(behaviour, row.firm);
  await engine.exec(`insert into conduct values (${row.firm}, '${behaviour}', ${span[0]}, ${span[1]}, ${strength}, null)`);
}

const steady = `f.is_internal and f.vat_status = 'general' and f.general_ym < first_ym() and f.status = 'normal'`;
const busy = (where: string): string => `select f.firm, count(*) as rank from firm as f join industry as n using (industry)
  join invoice as i on i.seller = f.firm where ${steady} and i.kind = 'special' and i.ym between ${from} and ${to} and ${where} group by f.firm`;
const buying = (where: string, rank = 'count(*)'): string => `select f.firm, ${rank} as rank from firm as f join industry as n using (industry)
  join invoice as i on i.buyer = f.firm where ${steady} and i.kind = 'special' and i.ym between ${from} and ${to} and ${where} group by f.firm`;
/** A claimant of lasting credit: an investment of many months' sales is its only purchase that matters. */
const rated = `rating_on(f.firm, f.registered_on, f.status, f.status_from, month_start(first_ym() + 8))`;

/** A large purchase, so that the firm carries a credit for the rest of the window. */
async function giveCredit(behaviour: string, ym = 'first_ym() + 1'): Promise<void> {
  const firm = firmOf(behaviour);
  await engine.exec(`insert into invoice by name select * exclude (monthly) replace ((select max(invoice) + 1 from invoice) as invoice,
    '26539' || lpad(${firm}::varchar, 15, '0') as invoice_number, null as invoice_code, ${ym} as ym,
    month_start(${ym}) + interval 34 hour as issued_at, ${firm} as buyer, (monthly * 40)::decimal(18, 2) as amount,
      round(monthly * 40 * 0.13, 2)::decimal(18, 2) as tax)
    from (select i.*, f.monthly_sales as monthly from invoice as i cross join firm as f
      where f.firm = ${firm} and i.kind = 'special' and i.method = 'general' and i.status = 'normal'
        and i.seller in (select firm from firm where not is_internal) and i.rate_percent = 13 order by i.invoice limit 1)`);
}

beforeAll(async () => {
  engine = await openDuckDb({ threads: 2, memoryLimit: '2GB' });
  for (const statement of [...macroStatements(options), ...SCHEMA, ...factStatements()]) await engine.exec(statement);
  await fillWorld(engine, options);
  await fillTrade(engine, options);
  for (const statement of ratingMacros()) await engine.exec(statement);
  await plantAll();
  await fillFiling(engine, options);
}, 60_000);

async function plantAll(): Promise<void> {
  const inFour = `n.industry_code like 'C%'`;
  await plant('leaves_out_sales', 0.4, busy(inFour));
  await plant('books_negative_uninvoiced', 0.2, busy('true'));
  await plant('claims_unconfirmed_input', 0.5, buying('true'));
  await plant('claims_unfit_vouchers', 0.25, buying('true'));
  await plant('breaks_carry', 0.5, buying('true'), [from, from]);
  await plant('keeps_red_input', 1, buying(`i.status = 'reversed' and i.tax > 2000`), ['first_ym()', 'last_ym()']);
  await plant('confirms_void', 1, buying('i.seller in (select firm from firm where not is_internal)'), ['first_ym()', 'last_ym()']);
  await engine.exec(`update invoice set status = 'void' where buyer = ${firmOf('confirms_void')} and kind = 'special' and status = 'normal'
    and seller in (select firm from firm where not is_internal) and ym between ${from} and ${to}`);
  await plant('keeps_nondeductible_input', 1, `select f.firm, sum(i.amount) as rank from firm as f join invoice as i on i.seller = f.firm
    where ${steady} and i.method = 'simple' group by f.firm`);
  await plant('keeps_exception_input', 1, buying(`i.seller in (select firm from firm where is_internal) and i.status = 'normal'
    and n.industry_code not like 'A%'`), ['first_ym()', 'last_ym()']);
  const keeper = firmOf('keeps_exception_input');
  // its largest supplier was a paper seller that ran away; other buyers of it transfer out
  await engine.exec(`create table paper_seller as select seller as firm from invoice as i join firm as f on f.firm = i.seller
    where i.buyer = ${keeper} and i.kind = 'special' and f.is_internal and i.seller not in (select firm from conduct)
    and i.ym < first_ym() + 8 group by seller order by count(*) desc, seller limit 1`);
  await engine.exec(`update firm set status = 'absconded', status_from = month_start(first_ym() + 8), filed_to_ym = first_ym() + 7
    where firm in (from paper_seller)`);
  await engine.exec(`update invoice set is_paper = true where seller in (from paper_seller) and ym < first_ym() + 8`);
  // whoever else bought from it holds paper too, and no longer counts as plainly honest
  await engine.exec('create table paper_buyer as select distinct buyer as firm from invoice where is_paper and buyer is not null');
  const able = (where: string): string => buying(`f.firm not in (from paper_buyer) and f.firm not in (from paper_seller) and ${where} and ${rated} in ('A', 'B') and f.export_method = 'none'`);
  await plant('claims_too_much', 0.3, able(inFour));
  await plant('overstates_ratio', 0.2, `select firm, sum(base_amount) as rank from voucher join firm as f using (firm) join industry as n using (industry)
    where false group by firm union all ${able(`n.industry_code in ('C1311', 'C1371', 'C1711', 'C1512')`)}`);
  await plant('leaves_refund_unposted', 1, able(inFour), ['first_ym()', 'last_ym()']);
  await plant('wants_refund', 1, able(inFour));
  await plant('claims_without_rating', 1, buying(`f.firm not in (from paper_buyer) and f.firm not in (from paper_seller) and ${inFour} and ${rated} not in ('A', 'B') and f.export_method = 'none'`));
  await plant('claims_wrong_lane', 1, able(`n.role = 'trader'`));
  await plant('claims_wrong_size', 1, able(`n.section in ('B', 'E', 'L') and f.monthly_sales > case n.section when 'B' then 2000000 else 1100000 end`), ['first_ym()', 'first_ym() + 3']);
  for (const claimant of ['claims_too_much', 'overstates_ratio', 'leaves_refund_unposted', 'wants_refund', 'claims_without_rating',
    'claims_wrong_lane']) await giveCredit(claimant, `${from} - 1`);
  await giveCredit('claims_wrong_size', 'first_ym()');
}

afterAll(async () => {
  await engine.close();
});

const one = async (sql: string): Promise<number> => Number(Object.values((await engine.rows(sql))[0] ?? {})[0] ?? Number.NaN);
const effectOf = async (behaviour: string): Promise<number> => one(`select coalesce(sum(tax), 0) from conduct_effect
  where firm = ${firmOf(behaviour)} and behaviour = '${behaviour}'`);
const honest = `firm not in (select firm from conduct) and firm not in (from paper_seller) and firm not in (from paper_buyer)`;

describe('every return', () => {
  it.each([
    'm17 = m12 + m13 - m14 - m15 + m16', 'm18 = least(m17, m11)', 'm19 <= m11 - m18', 'm20 = m17 - m18', 'm24 = m19 + m21 - m23', 'm27 = m28 + m29 + m30 + m31',
    'm32 = m24 + m25 + m26 - m27', 'm33 = m25 + m26 - m27', 'm34 = m24 - m28 - m29', 'm38 = m16 + m22 + m36 - m37', 'm20 >= 0', 'm33 >= 0',
  ])('keeps %s to the fen', async (identity) => {
    expect(await one(`select count(*) from vat_return where not (${identity})`)).toBe(0);
    expect(await one('select count(*) from vat_return')).toBeGreaterThan(1500);
  });

  it('agrees with its schedules', async () => {
    const sum = (row: string): string => `coalesce(sum(tax) filter (row_no = '${row}'), 0)`;
    const sums = [`${sum('1')} - ${sum('2')} - ${sum('3')}`, `${sum('4')} - ${['5', '6', '7', '8a', '8b'].map(sum).join(' - ')}`,
      `${sum('12')} - ${['1', '4', '11'].map(sum).join(' - ')}`,
      `${sum('13')} - ${['14', '15', '16', '17', '18', '19', '20', '21', '22', '23a', '23b'].map(sum).join(' - ')}`];
    for (const gap of sums) expect(await one(`select count(*) from (select 1 from input_row group by firm, ym, version having ${gap} <> 0)`)).toBe(0);
    const main = `(select firm, ym, version, sum(m12) as m12, sum(m14) as m14, sum(m01) as m01, sum(m11) as m11, sum(m05) as m05, sum(m08) as m08,
      sum(m21) as m21 from vat_return where not is_history group by all)`;
    expect(await one(`select count(*) from ${main} as m join (select firm, ym, version, ${sum('12')} as r12, ${sum('13')} as r13 from input_row
      group by all) as s using (firm, ym, version) where m12 <> r12 or m14 <> r13`)).toBe(0);
    const total = (rows: string, of: string): string => `coalesce(sum(${of}) filter (row_no in (${rows})), 0)`;
    const sales = 'special_sales + other_sales + uninvoiced_sales + audit_sales';
    expect(await one(`select count(*) from ${main} as m left join (select firm, ym, version, ${total("'1', '2', '3', '4', '5'", sales)} as s01,
      ${total("'1', '2', '3', '4', '5'", 'net_tax')} as s11,
      ${total("'9b', '11', '12'", sales)} as s05, ${total("'9b', '11', '12'", 'net_tax')} as s21, ${total("'18'", sales)} as s08 from sales_row
        group by all) as s using (firm, ym, version)
      where s.firm is null or m01 <> s01 or m11 <> s11 or m05 <> s05 or m21 <> s21 or m08 <> s08`)).toBe(0);
  });

  it('takes its opening credit from the return before, but for breaks_carry', async () => {
    const breaks = `select r.firm from (select *, lag(ym) over w as before, lag(m20) over w as credit
      from (select * from vat_return where not is_history qualify version = max(version) over (partition by firm, ym,
        column_group)) window w as (partition by firm, column_group order by ym)) as r
      where before = ym - 1 and m13 <> credit`;
    expect(await engine.rows(breaks)).toEqual([{ firm: firmOf('breaks_carry') }]);
  });
});

describe('honest firms', () => {
  it('declare what they invoice', async () => {
    expect(await one(`select count(*) from (
      select firm, ym, sum(special_sales + other_sales) as declared, sum(special_tax + other_tax) as tax
        from (select * from sales_row qualify version = max(version) over (partition by firm, ym)) where row_no <> '7' group by firm, ym) as d
      left join (select seller as firm, ym, sum(amount) as amount, sum(tax) as tax, bool_or(difference_method) as by_difference from invoice
        where status <> 'void' and kind <> 'agri_purchase' group by seller, ym) as i using (firm, ym)
      where ${honest} and (declared <> coalesce(i.amount, 0) or (d.tax <> coalesce(i.tax, 0) and not by_difference))
        and firm not in (select firm from truth_noise where kind = 'last_day_declared_next_month')`)).toBe(0);
  });

  it('deduct what they confirmed, once, between the invoice and the return', async () => {
    expect(await one(`select count(*) from (select firm, ym, sum(tax) as declared from input_row where row_no = '1' and version = 1 group by firm, ym) as d
      join (select u.buyer as firm, u.ym, sum(u.tax) as tax from input_use as u join invoice as i using (invoice)
        where purpose = 'deduct' and i.kind in ('special', 'motor_vehicle', 'toll') group by all) as u using (firm, ym)
          where ${honest} and declared <> u.tax`)).toBe(0);
    expect(await one('select count(*) - count(distinct invoice) from input_use')).toBe(0);
    expect(await one(`select count(*) from input_use as u join invoice as i using (invoice)
      where i.status = 'void' and u.buyer <> ${firmOf('confirms_void')}`)).toBe(0);
    expect(await one(`select count(*) from input_use as u join invoice as i using (invoice)
      join vat_return as r on r.firm = u.buyer and r.ym = u.ym and r.version = 1 where confirmed_at < issued_at or confirmed_at > filed_at`)).toBe(0);
    const own = await one('select avg((u.ym = i.ym)::integer) from input_use as u join invoice as i using (invoice)');
    expect(own).toBeGreaterThan(0.6);
    expect(own).toBeLessThan(0.85);
  });

  it('transfer out reds and the share of exempt and simple sales', async () => {
    expect(await one(`select coalesce(sum(tax), 0) from input_row where row_no in ('14', '17') and ${honest}`)).toBeGreaterThan(0);
    expect(await one(`with year as (
        select r.firm, r.ym // 12 as of_year, sum(m05 + m08)::double / nullif(sum(m01 + m05 + m07 + m08), 0)::double as share, sum(m12) as m12
          from vat_return as r join firm as f using (firm)
        where not is_history and f.export_method = 'none' and version = (select max(version) from vat_return as v where v.firm = r.firm and v.ym = r.ym)
          group by all
      ), capital as (
        select i.buyer as firm, i.ym // 12 as of_year, sum(i.tax) as tax from invoice as i join good as g using (good)
          where g.is_capital and i.status <> 'void' group by all
      ), moved as (select firm, ym // 12 as of_year, sum(tax) as tax from input_row as o where row_no in ('14', '15', '17')
        and version = (select max(version) from input_row as v where v.firm = o.firm and v.ym = o.ym) group by all)
      select count(*) from year left join capital using (firm, of_year) left join moved using (firm, of_year)
      where ${honest} and share >= 0.05 and greatest(0, m12 - coalesce(capital.tax, 0)) * share - coalesce(moved.tax, 0) > greatest(5000,
        0.1 * m12 * share)`)).toBe(0);
    expect(await one(`select count(*) from (
      select u.buyer as firm, greatest(r.ym, u.ym) as ym, -sum(r.tax) as tax from invoice as r join input_use as u on u.invoice = r.blue
        where r.status = 'red' and u.purpose = 'deduct' group by all) as due
      join (select distinct firm, ym from vat_return where version = 1) as filed using (firm, ym)
        left join (select firm, ym, sum(tax) as tax from input_row where row_no = '20' and version = 1 group by firm, ym) as row20 using (firm, ym)
      where ${honest} and due.tax <> coalesce(row20.tax, 0)`)).toBe(0);
  });

  it('owe tax about every second month, and their credits stay bounded and true', async () => {
    const owing = await one(`select avg((m24 > 0)::integer) from vat_return where not is_history and version = 1 and ${honest}`);
    expect(owing).toBeGreaterThan(0.4);
    expect(owing).toBeLessThan(0.75);
    expect(await one(`select sum(m20)::double / sum(m12)::double from vat_return where ym = last_ym() and ${honest}`)).toBeLessThan(2.5);
    expect(await one(`select count(*) from true_credit where declared_closing <> true_closing and ${honest}`)).toBe(0);
  });

  it('claim what the law gives, and the office answers in time', async () => {
    expect(await one(`select count(*) from claim where ${honest}`)).toBeGreaterThan(3);
    expect(await one(`select count(*) from claim as c where claimed_amount <> true_refundable and ${honest}
      and not exists (from truth_noise as n where n.firm = c.firm and n.ym = c.ym)`)).toBe(0);
    expect(await one(`select count(*) from claim as c join vat_return as r using (firm, ym)
      where applied_at < filed_at or accepted_at < applied_at or decided_at <= accepted_at or paid_on < decided_at or applied_at::date > cutoff()
        or decided_at::date > cutoff() or paid_on > cutoff()`)).toBe(0);
    expect(await one(`select count(*) from claim where ym = last_ym() and decision not in ('pending', 'suspended') and decided_at is null`)).toBe(0);
    expect(await one(`select count(*) from claim where lane in ('four_industries', 'real_estate', 'other') <> (applied_at >= timestamp '2025-09-01')`)).toBe(0);
    expect(await one(`select count(*) from claim as c join firm as f using (firm) where ${rated.replace('month_start(first_ym() + 8)',
      'c.applied_at::date')} not in ('A', 'B') and ${honest} and not exists (from truth_noise as n where n.firm = c.firm and n.ym = c.ym)`)).toBe(0);
    // what was paid is taken off the credit
    expect(await one(`select count(*) from (select firm, sum(paid_amount) as paid from claim
      where decision = 'approved' and decided_at < month_start(last_ym() - 2) group by firm) as c
      left join (select firm, sum(tax) as posted from input_row where row_no = '22' and version = 1 group by firm) as p using (firm)
        where ${honest} and coalesce(posted, 0) < paid`)).toBe(0);
  });
});

describe('behaviours in the returns', () => {
  const active = `ym between ${from} and ${to}`;

  it('leaves_out_sales declares less than was invoiced', async () => {
    const firm = firmOf('leaves_out_sales');
    const invoiced = await one(`select sum(amount) from invoice where seller = ${firm} and status <> 'void' and method = 'general' and ${active}`);
    const declared = await one(`select sum(special_sales + other_sales) from sales_row where firm = ${firm} and ${active}
      and row_no in ('1', '2', '3', '4', '5') and version = 1`);
    expect(declared / invoiced).toBeCloseTo(0.6, 2);
    expect(await effectOf('leaves_out_sales')).toBeGreaterThan(0);
    expect(await one(`select count(*) from true_credit where firm = ${firm} and true_closing > declared_closing`)).toBe(0);
  });

  it('books_negative_uninvoiced declares negative sales without invoice', async () => {
    expect(await one(`select max(uninvoiced_sales) from sales_row join (select distinct ym from invoice
      where seller = ${firmOf('books_negative_uninvoiced')} and status <> 'void' and method = 'general') using (ym)
      where firm = ${firmOf('books_negative_uninvoiced')} and ${active} and row_no = '1' and special_sales + other_sales > 0 and version = 1`)).toBeLessThan(0);
    expect(await effectOf('books_negative_uninvoiced')).toBeGreaterThan(0);
  });

  it('claims_unconfirmed_input and claims_unfit_vouchers deduct more than the papers', async () => {
    const firm = firmOf('claims_unconfirmed_input');
    const row1 = await one(`select sum(tax) from input_row where firm = ${firm} and row_no = '1' and ${active} and version = 1`);
    const confirmed = await one(`select coalesce(sum(u.tax), 0) from input_use as u join invoice as i using (invoice)
      where u.buyer = ${firm} and purpose = 'deduct' and i.kind in ('special', 'motor_vehicle', 'toll') and u.${active}`);
    expect(row1 - confirmed).toBeCloseTo(await effectOf('claims_unconfirmed_input'), 2);
    expect(row1).toBeGreaterThan(confirmed);
    const unfit = firmOf('claims_unfit_vouchers');
    const row8b = await one(`select sum(tax) from input_row where firm = ${unfit} and row_no = '8b' and ${active} and version = 1`);
    const tickets = await one(`select coalesce(sum(u.tax), 0) from input_use as u join invoice as i using (invoice)
      where u.buyer = ${unfit} and purpose = 'deduct' and i.kind in ('air', 'rail') and u.${active}`);
    expect(row8b - tickets).toBeCloseTo(await effectOf('claims_unfit_vouchers'), 2);
    expect(row8b).toBeGreaterThan(tickets);
  });

  it('keeps_… transfers nothing out', async () => {
    for (const [behaviour, rows] of [['keeps_exception_input', `'23a'`], ['keeps_nondeductible_input', `'14', '15', '17'`],
      ['keeps_red_input', `'20'`]] as const) {
      const months = behaviour === 'keeps_nondeductible_input' ? active : 'true';
      expect(await one(`select count(*) from input_row where firm = ${firmOf(behaviour)} and row_no in (${rows}) and ${months}`)).toBe(0);
      expect([behaviour, (await effectOf(behaviour)) > 0]).toEqual([behaviour, true]);
    }
    // the other buyers of the same paper do transfer
    expect(await one(`select count(*) from exception_voucher as e join invoice as i using (invoice)
      where i.is_paper and e.reason = '5' and e.listed_on > month_start(first_ym() + 8) and e.listed_on <= cutoff()`)).toBeGreaterThan(0);
    expect(await one(`select count(*) from true_credit where firm = ${firmOf('keeps_exception_input')} and true_closing > declared_closing`)).toBe(0);
  });

  it('confirms_void and breaks_carry raise the credit', async () => {
    expect(await one(`select count(*) from input_use as u join invoice as i using (invoice)
      where i.status = 'void' and u.buyer = ${firmOf('confirms_void')} and u.purpose = 'deduct'`)).toBeGreaterThan(0);
    expect(await effectOf('confirms_void')).toBeGreaterThan(0);
    expect(await effectOf('breaks_carry')).toBeGreaterThan(0);
  });
});

describe('behaviours in claims', () => {
  const claims = async (behaviour: string, columns: string): Promise<Record<string, unknown>[]> => engine.rows(`select ${columns} from claim
    where firm = ${firmOf(behaviour)} order by ym`);

  it('wants_refund claims at once and repeatedly, and gets what is due', async () => {
    const rows = await claims('wants_refund', 'ym - first_ym() as month, claimed_amount = true_refundable as is_right');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row['is_right'] === true)).toBe(true);
  });

  it('claims_too_much, overstates_ratio, claims_without_rating and claims_wrong_lane ask for more than is due', async () => {
    for (const behaviour of ['claims_too_much', 'overstates_ratio', 'claims_without_rating', 'claims_wrong_lane']) {
      // wholesale and retail were among the industries of 2022
      const all = await claims(behaviour, 'claimed_amount > true_refundable as is_more, lane');
      const rows = all.filter(({ lane }) => behaviour !== 'claims_wrong_lane' || lane === 'four_industries');
      const isMore = rows.map((row) => row['is_more'] === true);
      // a class may rise to B between two claims: then the later one is due
      expect([behaviour, rows.length > 0, behaviour === 'claims_without_rating' ? isMore.includes(true) : !isMore.includes(false)]).toEqual([behaviour, true, true]);
      expect([behaviour, (await effectOf(behaviour)) > 0]).toEqual([behaviour, true]);
    }
    expect(await one(`select round(max(claimed_amount / nullif(claimed_credit * claimed_ratio, 0)), 2) from claim
      where firm = ${firmOf('claims_too_much')} and export_refund_pending = 0`)).toBeGreaterThanOrEqual(1.3);
    expect(await one(`select count(*) from claim where firm = ${firmOf('claims_wrong_lane')}
      and ym between ${from} and ${to} and lane not in ('four_industries', 'industry_2022')`)).toBe(0);
  });

  it('claims_wrong_size states a smaller class in the lane of small firms', async () => {
    const rows = await claims('claims_wrong_size', 'lane, claimed_size');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row['lane'] === 'small_micro_2022' && ['small', 'micro'].includes(String(row['claimed_size'])))).toBe(true);
    expect(await effectOf('claims_wrong_size')).toBeGreaterThan(0);
  });

  it('leaves_refund_unposted keeps the credit it was paid for', async () => {
    const firm = firmOf('leaves_refund_unposted');
    expect(await one(`select count(*) from claim where firm = ${firm} and paid_amount > 0`)).toBeGreaterThan(0);
    expect(await one(`select coalesce(sum(tax), 0) from input_row where firm = ${firm} and row_no = '22'`)).toBe(0);
    expect(await one(`select max(declared_closing - true_closing) from true_credit where firm = ${firm}`)).toBeGreaterThan(0);
  });
});
