import { describe, expect, it } from 'vitest';
import { buildKnownTables } from '../../../pipeline/ingest/known.ts';
import { defaultAsOf } from '../../../pipeline/ingest/calendar.ts';
import { CONTRACT, invoice, known, settled, taxpayer, vatReturn, type Given, type GivenRow } from './support.ts';

const claim = (change = {}) => ({ application_id: 'C', taxpayer_id: 'T', applied_at: '2026-05-08', claim_period: '2026-04', lane: 'other', claimed_amount: 10, decision: 'pending', ...change });

describe('only what was known on the day', () => {
  const count = async (given: Given, table: string, asOf: string) => (await (await known(given, asOf)).rows(`select 1 as one from main.${table}`)).length;

  it('an invoice is known on its day', async () => {
    expect(await count({ invoices: [invoice(1)] }, 'invoices', '2026-05-02')).toBe(0);
    expect(await count({ invoices: [invoice(1)] }, 'invoices', '2026-05-03')).toBe(1);
  });
  it('lines and owners are known with their invoice', async () => {
    const given = { invoices: [invoice(1, { book_owner_id: 'S1' })], invoice_lines: [{ invoice_number: '25532000000000000001', line_no: 1, amount: 100 }] };
    expect([await count(given, 'invoice_lines', '2026-05-02'), await count(given, 'invoice_lines', '2026-05-03')]).toEqual([0, 1]);
    expect([await count(given, 'invoice_owners', '2026-05-02'), await count(given, 'invoice_owners', '2026-05-03')]).toEqual([0, 1]);
  });
  it('a return is known when filed, without a filing date on its deadline, moved over the weekend', async () => {
    const filed = { vat_returns: [vatReturn('T', '2026-05', { filed_at: '2026-06-03 10:00' })] };
    expect([await count(filed, 'vat_returns', '2026-06-02'), await count(filed, 'vat_returns', '2026-06-03')]).toEqual([0, 1]);
    const unfiled = { vat_returns: [vatReturn('T', '2026-07')] };
    expect([await count(unfiled, 'vat_returns', '2026-08-16'), await count(unfiled, 'vat_returns', '2026-08-17')]).toEqual([0, 1]);
  });
  it('a schedule is known with its return of the same version', async () => {
    const given = {
      vat_returns: [vatReturn('T', '2026-05', { version: 1, filed_at: '2026-06-03' }), vatReturn('T', '2026-05', { version: 2, filed_at: '2026-07-01' })],
      vat_return_schedule2: [{ taxpayer_id: 'T', period: '2026-05', version: 2, row_no: '12', tax: 0 }],
    };
    expect([await count(given, 'vat_return_schedule2', '2026-06-30'), await count(given, 'vat_return_schedule2', '2026-07-01')]).toEqual([0, 1]);
  });
  it('a taxpayer is known from its registration, feedback with its task, a settlement at the latest on 31 May', async () => {
    expect(await count({ taxpayers: [taxpayer('T', { registered_on: '2026-07-21' })] }, 'taxpayers', '2026-07-20')).toBe(0);
    const tasks = { response_tasks: [{ task_id: 'K', taxpayer_id: 'T', issued_on: '2026-05-02' }], response_feedback: [{ task_id: 'K', indicator_code: 'VR-01', finding: 'confirmed' }] };
    expect([await count(tasks, 'response_feedback', '2026-05-01'), await count(tasks, 'response_feedback', '2026-05-02')]).toEqual([0, 1]);
    const settlement = { cit_settlements: [{ taxpayer_id: 'T', tax_year: 2025 }] };
    expect([await count(settlement, 'cit_settlements', '2026-05-30'), await count(settlement, 'cit_settlements', '2026-05-31')]).toEqual([0, 1]);
  });
});

describe('where a row came from', () => {
  it('stands beside the printed row of a schedule, which keeps its own name', async () => {
    const sheet = (row_no: string) => ({ taxpayer_id: 'T', period: '2026-05', version: 1, row_no });
    const engine = await known({
      vat_returns: [vatReturn('T', '2026-05', { version: 1, filed_at: '2026-06-03' })],
      vat_return_schedule1: [{ ...sheet('5'), special_sales_c01: 1 }, { ...sheet('1'), special_sales_c01: 2 }],
      vat_return_schedule2: [{ ...sheet('99'), tax: 0 }, { ...sheet('13'), tax: 0 }, { ...sheet('12'), tax: 0 }],
    });
    const rows = (table: string) => engine.rows(`select row_no, source_file_no, source_row_no from main.${table} order by source_row_no`);
    expect(await rows('vat_return_schedule1')).toEqual([{ row_no: '5', source_file_no: 2, source_row_no: 1 }, { row_no: '1', source_file_no: 2, source_row_no: 2 }]);
    expect(await rows('vat_return_schedule2')).toEqual([{ row_no: '13', source_file_no: 3, source_row_no: 2 }, { row_no: '12', source_file_no: 3, source_row_no: 3 }]);
  });
  it('has the same two columns in every table, and no column is there twice', async () => {
    const engine = await known({});
    for (const { table } of CONTRACT.tables) {
      const names = (await engine.describe(`select * from main."${table}"`)).map((column) => column.name);
      expect(names.slice(-2), table).toEqual(['source_file_no', 'source_row_no']);
      expect(names.filter((name) => /_no_1$/u.test(name)), table).toEqual([]);
    }
  });
});

describe('what changed later is masked', () => {
  const stood = async (change: GivenRow, asOf: string) =>
    (await (await known({ refund_applications: [claim(change)] }, asOf)).rows('select decision, decided_on, paid_on, paid_amount from main.refund_applications'))[0];

  it('a decision and a payment after the day are not seen', async () => {
    const paid = { decision: 'approved', decided_at: '2026-05-20', paid_on: '2026-05-25', paid_amount: 10 };
    expect(await stood(paid, '2026-05-19')).toEqual({ decision: 'pending', decided_on: null, paid_on: null, paid_amount: null });
    expect(await stood(paid, '2026-05-20')).toEqual({ decision: 'approved', decided_on: '2026-05-20', paid_on: null, paid_amount: null });
    expect(await stood(paid, '2026-05-25')).toEqual({ decision: 'approved', decided_on: '2026-05-20', paid_on: '2026-05-25', paid_amount: 10 });
  });
  it('a claim suspended and resumed stands as it stood', async () => {
    const suspended = { decision: 'approved', suspended_at: '2026-05-10', resumed_at: '2026-05-15', decided_at: '2026-05-20' };
    expect(await stood(suspended, '2026-05-09')).toMatchObject({ decision: 'pending' });
    expect(await stood(suspended, '2026-05-12')).toMatchObject({ decision: 'suspended' });
    expect(await stood(suspended, '2026-05-16')).toMatchObject({ decision: 'pending' });
  });
  it('a value filled from another copy is masked like one of the row itself', async () => {
    const copies = [invoice(1, { status: 'void' }), invoice(1, { red_confirmed_on: '2026-06-01' })];
    const confirmed = async (asOf: string) => (await (await known({ invoices: copies }, asOf)).rows('select red_confirmed_on from main.invoices'))[0];
    expect(await confirmed('2026-05-31')).toEqual({ red_confirmed_on: null });
    expect(await confirmed('2026-06-01')).toEqual({ red_confirmed_on: '2026-06-01' });
  });
  it('a status of a taxpayer that begins later is not seen', async () => {
    const engine = await known({ taxpayers: [taxpayer('T', { status: 'absconded', status_from: '2026-07-21', vat_status: 'general', general_from: '2026-07-21' })] });
    expect(await engine.rows('select status, status_from, vat_status from main.taxpayers')).toEqual([{ status: null, status_from: null, vat_status: 'small' }]);
  });
});

describe('keys', () => {
  const given: Given = {
    taxpayers: [taxpayer('T2'), taxpayer('T1', { agent_id: 'A9' })],
    invoices: [invoice(2, { seller_id: 'T2', buyer_id: 'A1' }), invoice(1, { seller_id: 'T1', buyer_id: null, buyer_name: '个人商行' }), invoice(3, { seller_id: 'A1', buyer_id: '110101199003070038' })],
  };

  it('registered taxpayers come first by id, then all other parties by id', async () => {
    const engine = await known(given);
    const rows = await engine.rows<{ party_id: string; party_kind: string }>('select party_id, party_kind from main.parties order by party_key');
    expect(rows.map((row) => [row.party_id.replace(/^X:.*/u, 'X:…'), row.party_kind])).toEqual([
      ['T1', 'internal'], ['T2', 'internal'], ['110101199003070038', 'person'], ['A1', 'external'], ['A9', 'external'], ['X:…', 'nameless'],
    ]);
  });
  it('known taxpayers have the keys 1 to taxpayer_count', async () => {
    const engine = await known(given);
    expect(await engine.rows('select party_key, party_id, party_name from main.parties where party_key <= (select taxpayer_count from main.run_context) order by party_key')).toEqual([
      { party_key: 1, party_id: 'T1', party_name: 'Name of T1' }, { party_key: 2, party_id: 'T2', party_name: 'Name of T2' },
    ]);
    expect(await engine.rows('select taxpayer_key, taxpayer_id from main.taxpayers order by 1')).toEqual([{ taxpayer_key: 1, taxpayer_id: 'T1' }, { taxpayer_key: 2, taxpayer_id: 'T2' }]);
  });
  it('a taxpayer that is not registered yet is an other party', async () => {
    const engine = await known({ taxpayers: [taxpayer('T', { registered_on: '2026-07-21' })], invoices: [invoice(1, { seller_id: 'T' })] });
    expect(await engine.rows("select party_kind from main.parties where party_id = 'T'")).toEqual([{ party_kind: 'external' }]);
  });
  it('invoices are numbered by seller, buyer, day and key', async () => {
    const engine = await known({ invoices: [invoice(3, { seller_id: 'S2' }), invoice(2), invoice(1, { issued_at: '2026-05-04' }), invoice(4, { buyer_id: 'B0' })] });
    expect((await engine.rows<{ k: string }>('select right(invoice_key, 1) as k from main.invoices order by invoice_no')).map((row) => row.k)).toEqual(['4', '2', '1', '3']);
    expect(await engine.rows('select count(*) filter (where invoice_no = rowid + 1) as sorted from main.invoices')).toEqual([{ sorted: 4 }]);
  });
  it('the order of rows and files changes nothing but their places', async () => {
    const shuffled = Object.fromEntries(Object.entries(given).reverse().map(([name, rows]) => [name, [...rows].reverse()]));
    const dump = async (tables: Given) => {
      const engine = await known(tables);
      return [await engine.rows('select * from main.parties'), await engine.rows('select * exclude (source_file_no, source_row_no) from main.invoices'), await engine.rows('select * exclude (source_file_no, source_row_no) from main.taxpayers')];
    };
    expect(await dump(shuffled)).toEqual(await dump(given));
  });
});

describe('columns of known tables', () => {
  it('every table of the contract is there, also when nothing was delivered', async () => {
    const engine = await known({});
    const found = await engine.rows<{ n: string }>("select table_name as n from information_schema.tables where table_schema = 'main'");
    expect(new Set(found.map((row) => row.n))).toEqual(new Set([...CONTRACT.tables.map((table) => table.table), 'parties', 'invoice_owners', 'calendar_days', 'delivered_tables', 'run_context']));
  });
  it('a period has its month index and length, a moment its day, a party its key', async () => {
    const engine = await known({ small_scale_returns: [{ taxpayer_id: 'T', period: '2026年2季度', filed_at: '2026-07-03 10:00' }] });
    expect(await engine.rows('select taxpayer_key, period, ym, period_kind, span_months, version, filed_on, filed_at_has_time from main.small_scale_returns')).toEqual([
      { taxpayer_key: 1, period: '2026-06', ym: 2026 * 12 + 5, period_kind: 'Q', span_months: 3, version: 1, filed_on: '2026-07-03', filed_at_has_time: true },
    ]);
    expect((await engine.describe('select * from main.refund_applications')).map((column) => column.name)).toEqual(expect.arrayContaining(['taxpayer_key', 'claim_ym', 'applied_on', 'decided_on']));
  });
  it('lines take the sign of their header', async () => {
    const line = { invoice_number: '25532000000000000001', line_no: 1, amount: 100, tax: 13 };
    const signed = async (change: GivenRow) => (await (await known({ invoices: [invoice(1, change)], invoice_lines: [line] })).rows('select signed_amount, signed_tax from main.invoice_lines'))[0];
    expect(await signed({})).toEqual({ signed_amount: 100, signed_tax: 13 });
    expect(await signed({ status: 'void' })).toEqual({ signed_amount: 0, signed_tax: 0 });
    expect(await signed({ status: 'red', amount: -100, tax: -13, total: -113 })).toEqual({ signed_amount: -100, signed_tax: -13 });
  });
});

describe('context of the run', () => {
  it('delivered tables have their span, delivered ones without rows have none, absent ones are not delivered', async () => {
    const engine = await known({ invoices: [invoice(1), invoice(2, { issued_at: '2026-02-01' })], vat_returns: [vatReturn('T', '2026-03')], violations: [] });
    expect(await engine.rows("select * from main.delivered_tables where table_name in ('invoices', 'vat_returns', 'violations', 'events') order by table_name")).toEqual([
      { table_name: 'events', is_delivered: false, from_ym: null, to_ym: null, row_count: 0 },
      { table_name: 'invoices', is_delivered: true, from_ym: 24313, to_ym: 24316, row_count: 2 },
      { table_name: 'vat_returns', is_delivered: true, from_ym: 24314, to_ym: 24314, row_count: 1 },
      { table_name: 'violations', is_delivered: true, from_ym: null, to_ym: null, row_count: 0 },
    ]);
  });
  it('a span stated by the sender stands, but never beyond the as-of day', async () => {
    const engine = await settled({ invoices: [invoice(1)] });
    await buildKnownTables(engine, CONTRACT, { asOf: '2026-07-20', spans: new Map([['invoices', { from: '2025-01', to: '2026-12' }]]) });
    expect(await engine.rows("select from_ym, to_ym from main.delivered_tables where table_name = 'invoices'")).toEqual([{ from_ym: 24300, to_ym: 24318 }]);
  });
  it('the last closed month is the last one whose deadline has passed', async () => {
    const closed = async (asOf: string) => (await (await known({}, asOf)).rows('select p_ym - 2026 * 12 + 1 as month, input_basis from main.run_context'))[0];
    expect(await closed('2026-07-15')).toEqual({ month: 5, input_basis: 'received' });
    expect(await closed('2026-07-16')).toEqual({ month: 6, input_basis: 'received' });
    expect(await closed('2026-08-17')).toMatchObject({ month: 6 });
    expect((await (await known({ input_uses: [] })).rows('select input_basis from main.run_context'))[0]).toEqual({ input_basis: 'confirmed' });
  });
  it('working days are counted from Monday to Friday', async () => {
    const engine = await known({});
    const between = async (a: string, b: string) => (await engine.rows<{ n: number }>(`select (select working_day_no from main.calendar_days where day = date '${b}') - (select working_day_no from main.calendar_days where day = date '${a}') as n`))[0]!.n;
    expect(await between('2026-07-10', '2026-07-13')).toBe(1);
    expect(await between('2026-07-10', '2026-07-12')).toBe(0);
    expect(await between('2026-07-06', '2026-07-13')).toBe(5);
  });
  it('a holiday in the calendar moves deadlines and counts', async () => {
    const contract = { ...CONTRACT, calendar: [{ day: '2026-07-15', is_working_day: false }, { day: '2026-07-12', is_working_day: true }] };
    const engine = await settled({});
    await buildKnownTables(engine, contract, { asOf: '2026-07-16' });
    expect(await engine.rows('select p_ym - 2026 * 12 + 1 as month from main.run_context')).toEqual([{ month: 5 }]);
    expect(await engine.rows("select is_working_day from main.calendar_days where day in (date '2026-07-12', date '2026-07-15') order by day")).toEqual([{ is_working_day: true }, { is_working_day: false }]);
  });
});

describe('the default as-of day', () => {
  const day = async (given: Given, cutoff: string | null = null, latest = '2026-11-23') => defaultAsOf(await settled(given), CONTRACT, cutoff, latest);

  it('is the cutoff of the delivery', async () => {
    expect(await day({ invoices: [invoice(1)] }, '2026-06-30')).toBe('2026-06-30');
  });
  it('else the latest day on which anything was known, later changes included', async () => {
    expect(await day({ invoices: [invoice(1)], refund_applications: [claim({ decision: 'approved', decided_at: '2026-05-20', paid_on: '2026-05-25' })] })).toBe('2026-05-25');
  });
  it('due dates and ends of validity never count', async () => {
    expect(await day({ invoices: [invoice(1)], credit_ratings: [{ taxpayer_id: 'T', rating: 'A', valid_from: '2026-04-01', valid_to: '2026-12-31' }],
      deferrals: [{ taxpayer_id: 'T', programme_code: '2022-02', tax_item: 'vat', period: '2022-03', tax_due: 1, deferred_amount: 1, extended_due_on: '2027-01-01' }] })).toBe('2026-05-03');
  });
  it('days after the run clock do not count', async () => {
    expect(await day({ invoices: [invoice(1)], vat_returns: [vatReturn('T', '2026-10')] }, null, '2026-11-11')).toBe('2026-05-03');
  });
  it('a delivery without any date is refused', async () => {
    await expect(day({})).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});
