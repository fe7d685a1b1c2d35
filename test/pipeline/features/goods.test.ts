import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld } from '../../support/feature-world.ts';

const code = (prefix: string): string => prefix.padEnd(19, '0');
const lead = code('1090413');
const lithium = code('1090414');

let invoiceNo = 0;
/** One line on an invoice of its own. */
function trade(seller: number, buyer: number, goods: string, amount: number, issued_on = '2026-05-10'): { invoices: KnownRow; invoice_lines: KnownRow } {
  invoiceNo += 1;
  const facts = { invoice_no: invoiceNo, seller_key: seller, buyer_key: buyer, issued_on, amount, tax: amount * 0.13, invoice_kind: 'special' };
  return { invoices: facts, invoice_lines: { ...facts, line_no: 1, goods_code: goods } };
}

function world(trades: readonly ReturnType<typeof trade>[], taxpayers: readonly KnownRow[] = [{ taxpayer_key: 1, taxpayer_id: 't', vat_status: 'general' }]) {
  const lines = trades.map((one) => one.invoice_lines);
  return featureWorld({ taxpayers, invoices: trades.map(({ invoices }) => invoices), invoice_lines: lines }, ['feat_goods_match']);
}

describe('goods bought and sold', () => {
  it('have nothing in common when other goods leave than came in', async () => {
    const engine = await world([trade(9, 1, lead, 3000000), trade(1, 9, lithium, 3100000)]);
    expect(await engine.rows('select * from feat_goods_match where subject_no = 1')).toMatchObject([
      { sim7_w6: 0, sim7_w12: 0, sim3_w12: 1, goods_bought_w6_yuan: 3000000, goods_sold_w6_yuan: 3100000, coverage_bought_w6: 1, coverage_sold_w12: 1 },
    ]);
    await engine.close();
  });

  it('share the smaller part of each code; stock bought earlier shows in W12 only', async () => {
    const engine = await world([
      trade(9, 1, lead, 600, '2025-10-10'), trade(9, 1, lithium, 400, '2026-05-10'), trade(1, 9, lead, 900, '2026-05-11'), trade(1, 9, lithium, 100, '2026-05-11'),
    ]);
    const [row] = await engine.rows('select sim7_w6, sim7_w12 from feat_goods_match where subject_no = 1');
    expect(row).toEqual({ sim7_w6: 0.1, sim7_w12: 0.7 });
    await engine.close();
  });

  it('leave services and long-term assets out, and know processing', async () => {
    const engine = await world([trade(9, 1, lead, 500), trade(9, 1, code('10902'), 9000), trade(9, 1, code('304'), 70), trade(9, 1, code('201'), 5), trade(1, 9, lead, 600)]);
    expect(await engine.rows('select * from feat_goods_match where subject_no = 1')).toMatchObject([{ goods_bought_w12_yuan: 500, sim7_w12: 1, has_processing_bought_w12: true, coverage_bought_w12: 1 }]);
    await engine.close();
  });

  it('of a maker lack the inputs that 30 % of at least 30 makers of the same goods buy', async () => {
    const yarn = code('1040101');
    const cotton = code('1010104');
    const rubber = code('1070301');
    const makers = Array.from({ length: 31 }, (_, at) => ({ taxpayer_key: at + 1, taxpayer_id: `m${at}`, vat_status: 'general', industry_code: 'C1711', registered_on: '2015-01-01' }));
    const trades = makers.flatMap(({ taxpayer_key: key }) => [trade(key, 900, yarn, 1000), trade(900, key, key === 31 ? rubber : cotton, 800)]);
    const engine = await world([...trades, trade(31, 900, rubber, 500)], makers);
    expect(await engine.rows('select * from feat_usual_input')).toMatchObject([{ sold_code7: '1040101', bought_code7: '1010104', peer_count: 31, buyer_count: 30 }]);
    const rows = await engine.rows('select unsupported_share_w12 as u, input_tested_share_w12 as t, has_processing_bought_w12 as p from feat_goods_match where subject_no in (1, 31) order by subject_no asc nulls last');
    expect(rows).toEqual([{ u: 0, t: 1, p: false }, { u: 1, t: 1000 / 1500, p: false }]);
    await engine.close();
  });
});
