import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseRow } from '../../../indicators/loader/case-rows.ts';
import { hops, openRingWorld, sale, shares, taxpayers, words, type RingWorld } from './ring-world.ts';

let world: RingWorld;
beforeAll(async () => {
  world = await openRingWorld();
});
afterAll(() => world.close());

const back = sale('B>A', '03-20', 90000);
const build = (invoices: readonly CaseRow[], facts: Readonly<Record<string, CaseRow>> = { A: {}, B: {} }) => world.build({ taxpayers: taxpayers(facts), invoices });

describe('hops', () => {
  it('add the invoices of a pair from the first positive one on: void ones out, red ones netted', async () => {
    const engine = await build([
      sale('A>B', '03-10', 60000), sale('A>B', '03-11', 40000.5), sale('A>B', '03-05', 500000, { status: 'void' }), sale('A>B', '03-04', -20000, { status: 'red' }), back,
    ]);
    expect(await hops(engine, '03')).toEqual(['A>B 80000.5 03-10', 'B>A 90000 03-20']);
  });

  it('count from exactly 10,000 yuan, after red invoices', async () => {
    expect(await hops(await build([sale('A>B', '03-10', 12000), sale('A>B', '03-12', -2000, { status: 'red' }), back]), '03')).toEqual(['A>B 10000 03-10', 'B>A 90000 03-20']);
    expect(await hops(await build([sale('A>B', '03-10', 12000), sale('A>B', '03-12', -2000.01, { status: 'red' }), back]), '03')).toEqual([]);
  });

  it('lead through parties that are not registered here, but not through those that only sell or only buy', async () => {
    const engine = await build([sale('A>E', '03-10', 50000), sale('E>A', '03-12', 50000), sale('A>B', '03-10', 50000), sale('F>A', '03-10', 50000)]);
    expect(await hops(engine, '03')).toEqual(['A>E 50000 03-10', 'E>A 50000 03-12']);
  });

  it('leave out what a party issued to itself', async () => {
    expect(await hops(await build([sale('A>A', '03-10', 50000), sale('A>B', '03-10', 50000), back]), '03')).toEqual(['A>B 50000 03-10', 'B>A 90000 03-20']);
  });

  it('leave out consumers and parties told apart by a name only', async () => {
    const engine = await build([
      sale('A>', '03-10', 50000, { buyer_id: null }), sale('A>', '03-11', 50000, { buyer_id: null, buyer_name: '某商行' }), sale('>A', '03-12', 50000, { seller_id: null, seller_name: '某商行' }), sale('A>B', '03-10', 50000), back,
    ]);
    expect(await words(engine, 'select party_kind from parties order by party_kind asc nulls last')).toEqual(['consumer', 'internal', 'internal', 'nameless']);
    expect(await hops(engine, '03')).toEqual(['A>B 50000 03-10', 'B>A 90000 03-20']);
    expect(await words(engine, 'select count(*) from ring_pair_month')).toEqual(['2']);
  });

  it('leave out pairs of one head office, its own trade with them included, and keep their trade with others', async () => {
    const both = (a: string, b: string): CaseRow[] => [sale(`${a}>${b}`, '03-10', 50000), sale(`${b}>${a}`, '03-12', 50000)];
    const offices = { H: {}, Z1: { head_office_id: 'H' }, Z2: { head_office_id: 'H' }, Y: { head_office_id: 'K' }, B: {} };
    const engine = await build([...both('H', 'Z1'), ...both('Z1', 'Z2'), ...both('Z1', 'B'), ...both('Z2', 'Y'), ...both('Y', 'K'), ...both('H', 'B')], offices);
    expect((await hops(engine, '03')).map((hop) => hop.split(' ')[0])).toEqual(['B>H', 'B>Z1', 'H>B', 'Y>Z2', 'Z1>B', 'Z2>Y']);
  });
});

describe('windows', () => {
  it('start on the first of each month of W6 and end after 90 days or with P', async () => {
    expect(await words(await build([]), 'select from_on, until_on from ring_window order by window_no asc nulls last')).toEqual([
      '2026-01-01 2026-03-31', '2026-02-01 2026-04-30', '2026-03-01 2026-05-29', '2026-04-01 2026-06-29', '2026-05-01 2026-06-30', '2026-06-01 2026-06-30',
    ]);
  });

  it('hold the day 89 days after their first and not the day after', async () => {
    const until = (day: string) => build([sale('A>B', '03-02', 50000), sale('B>A', day, 50000)]);
    expect(await hops(await until('05-29'), '03')).toEqual(['A>B 50000 03-02', 'B>A 50000 05-29']);
    expect(await hops(await until('05-30'), '03')).toEqual([]);
  });

  it('put days beyond one window into those that start later', async () => {
    const engine = await build([sale('A>B', '05-20', 6000), sale('A>B', '05-30', 7000), sale('B>A', '05-21', 50000)]);
    expect(await words(engine, 'select is_tail, amount_yuan, first_issued_on from ring_pair_month order by seller_key asc nulls last, is_tail asc nulls last')).toEqual(['false 6000 2026-05-20', 'true 7000 2026-05-30', 'false 50000 2026-05-21']);
    expect(await hops(engine, '03')).toEqual([]);
    for (const month of ['04', '05']) expect(await hops(engine, month)).toEqual(['A>B 13000 05-20', 'B>A 50000 05-21']);
  });

  it('leave out what lies before W6 or after P', async () => {
    const engine = await build([sale('A>B', '01-01', 50000, { issued_at: '2025-12-31' }), sale('B>A', '01-02', 50000), sale('A>B', '07-01', 50000), sale('B>A', '06-30', 50000)]);
    expect(await words(engine, 'select count(*) from ring_hop')).toEqual(['0']);
  });

  it('serve the W6 of each claim: what closed after the period claimed for is no loop of that claim', async () => {
    const engine = await world.build({
      taxpayers: taxpayers({ A: {}, B: {} }), invoices: [sale('A>B', '04-10', 50000), sale('B>A', '05-10', 50000)],
      refund_applications: [{ taxpayer_id: 'A', application_id: 'a', lane: 'other', applied_at: '2026-05-20', claim_period: '2026-04', claimed_amount: 1000, decision: 'pending' }],
    });
    expect(await shares(engine)).toEqual(['A 0', 'B 50000 from 03-01, 1 of 2 hops']);
  });
});
