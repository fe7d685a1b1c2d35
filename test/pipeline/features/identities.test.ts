import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { checkIdentities } from '../../../pipeline/features/check-identities.ts';
import { loadFeatures } from '../../../pipeline/features/load-features.ts';
import { runFeatures } from '../../../pipeline/features/run-features.ts';
import { createKnownTables, insertKnown, type KnownRow } from '../../support/known-fixture.ts';

const features = loadFeatures();
const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const period = pick('2025-12', '2026-03', '2026-04', '2026-05', '2026-06');
const key = fc.integer({ min: 1, max: 4 });
const yuan = fc.integer({ min: -500000, max: 9000000 }).map((fen) => fen / 100);
const goods = pick('1090413000000000000', '1090414000000000000', '1010101000000000000', '1090208990000000000', '2010000000000000000', '4010000000000000000', '6010000000000000000', null);

const invoice = fc.record({
  seller_key: fc.option(key), buyer_key: fc.option(key), issued_on: period.map((month) => `${month}-15`),
  invoice_kind: pick('special', 'general', 'agri_purchase', 'air', null), doc_status: pick('normal', 'normal', 'normal', 'red', 'void'), rate: pick(0.13, 0.06, null),
  amount: fc.integer({ min: 1, max: 9000000 }).map((fen) => fen / 100), issued_by_authority: pick(false, false, true), difference_method: pick(false, false, true), goods_code: goods,
}).map(({ goods_code, amount, ...facts }) => ({ facts: { ...facts, amount: facts.doc_status === 'red' ? -amount : amount, tax: facts.doc_status === 'red' ? -1.3 : 1.3 }, goods_code }));

/** A random delivery with at least `least` rows of each table that a tampering test needs. */
const deliveries = (least: number, basis = pick<'confirmed' | 'received'>('confirmed', 'received')) => fc.record({
  invoices: fc.array(invoice, { minLength: 2 * least, maxLength: 40 }),
  returns: fc.uniqueArray(fc.record({ taxpayer_key: key, period, version: pick(1, 1, 2), column_group: pick('general', 'levy_refund'), closing_credit_m20: yuan, input_tax_m12: yuan, sales_general_m01: yuan }), { minLength: least, maxLength: 15, selector: (row) => `${row.taxpayer_key}|${row.period}|${row.column_group}|${row.version}` }),
  schedule1: fc.uniqueArray(fc.record({ taxpayer_key: key, period, row_no: pick('1', '2', '5', '6'), total_sales_c09: yuan, uninvoiced_sales_c05: yuan }), { minLength: least, maxLength: 15, selector: (row) => `${row.taxpayer_key}|${row.period}|${row.row_no}` }),
  uses: fc.array(fc.record({ taxpayer_key: key, seller_key: key, period, purpose: pick('deduct', 'deduct', 'not_deduct'), effective_tax: yuan, invoice_issued_on: period.map((month) => `${month}-10`) }), { minLength: least, maxLength: 15 }),
  claims: fc.array(fc.record({ taxpayer_key: key, lane: pick('other', 'four_industries', 'real_estate', 'industry_2022'), applied_on: pick('2026-05-08', '2026-06-08'), claim_period: pick('2026-03', '2026-04', '2026-05'), decision: pick('pending', 'suspended', 'approved'), claimed_amount: pick(1000, 50000), claimed_ratio: pick(0.5, 1, null), paid_amount: pick(null, 800), paid_on: pick(null, '2026-06-20'), decided_on: pick('2026-06-10', '2026-07-10') }), { maxLength: 6 }),
  small: fc.uniqueArray(fc.record({ taxpayer_key: key, period: pick('2025-12', '2026-03', '2026-06'), sales_3pct_q01: yuan }), { maxLength: 6, selector: (row) => `${row.taxpayer_key}|${row.period}` }),
  basis,
});
const delivery = deliveries(0);
type Delivery = typeof delivery extends fc.Arbitrary<infer T> ? T : never;

const taxpayers: KnownRow[] = [
  { taxpayer_key: 1, taxpayer_id: 't1', vat_status: 'general', industry_code: 'C1711', registered_on: '2015-01-01', general_from: '2026-04-01' },
  { taxpayer_key: 2, taxpayer_id: 't2', vat_status: 'general', registered_on: '2026-03-20', status: 'absconded', status_from: '2026-05-01' },
  { taxpayer_key: 3, taxpayer_id: 't3', vat_status: 'small', registered_on: '2026-02-01' },
];

async function load(engine: Engine, rows: Delivery): Promise<void> {
  await createKnownTables(engine, { taxpayerCount: 3, inputBasis: rows.basis });
  await insertKnown(engine, 'taxpayers', taxpayers);
  await insertKnown(engine, 'invoices', rows.invoices.map(({ facts }) => facts));
  const lines = rows.invoices.map(({ facts: { seller_key, buyer_key, issued_on, invoice_kind, doc_status, amount, tax }, goods_code }, at) => (
    { seller_key, buyer_key, issued_on, invoice_kind, doc_status, amount, tax, goods_code, invoice_no: at + 1, line_no: 1 }));
  await insertKnown(engine, 'invoice_lines', lines);
  await insertKnown(engine, 'vat_returns', rows.returns);
  await insertKnown(engine, 'vat_return_schedule1', rows.schedule1);
  await insertKnown(engine, 'input_uses', rows.uses);
  await insertKnown(engine, 'refund_applications', rows.claims.map((claim, at) => ({ ...claim, application_id: `a${at}` })));
  await insertKnown(engine, 'small_scale_returns', rows.small);
}

async function contents(engine: Engine): Promise<string[]> {
  const found: string[] = [];
  for (const { table } of features) {
    const [row] = await engine.rows<{ n: number; digest: string }>(`select count(*) as n, coalesce(md5(string_agg(line, chr(10) order by line)), '') as digest from (select cast(t as varchar) as line from ${table} as t)`);
    found.push(`${table} ${row?.n ?? 0} ${row?.digest ?? ''}`);
  }
  return found;
}

describe('accounting identities of the features', () => {
  it('hold for random deliveries, and one thread gives the tables two threads give', async () => {
    const one = await openDuckDb({ threads: 1 });
    const two = await openDuckDb({ threads: 2 });
    await fc.assert(
      fc.asyncProperty(delivery, async (rows) => {
        for (const engine of [one, two]) {
          await load(engine, rows);
          await runFeatures(engine, { features });
        }
        expect(await checkIdentities(one, features)).toEqual([]);
        expect(await contents(two)).toEqual(await contents(one));
      }),
      { numRuns: 5, seed: 20260720 },
    );
    await one.close();
    await two.close();
  }, 300_000);

  it('fail for a feature that was tampered with', async () => {
    const engine = await openDuckDb();
    const [rows] = fc.sample(deliveries(8, fc.constant('confirmed')), { numRuns: 1, seed: 7 });
    if (rows === undefined) throw new Error('no sample');
    await load(engine, rows);
    await runFeatures(engine, { features });
    expect(await checkIdentities(engine, features)).toEqual([]);
    const tampering: readonly [table: string, identity: string, change: string][] = [
      ['feat_seller_rate_month', 'rates-add-up', 'update feat_seller_rate_month set amount_yuan = amount_yuan + 0.01 where rowid = 0'],
      ['feat_seller_month', 'invoice-amount', 'delete from feat_seller_month where rowid = 0'],
      ['feat_seller_month', 'counts-add-up', 'update feat_seller_month set void_count = void_count + 1 where rowid = 0'],
      ['feat_seller', 'months-add-up', 'update feat_seller set amount_yuan = amount_yuan + 1 where rowid = 0'],
      ['feat_buyer_month', 'invoice-amount', 'update feat_buyer_month set tax_yuan = tax_yuan - 1 where rowid = 0'],
      ['feat_pair', 'invoice-amount', 'update feat_pair set amount_yuan = amount_yuan + 1 where rowid = 0'],
      ['feat_use_month', 'confirmed-tax', 'update feat_use_month set deduct_tax_yuan = deduct_tax_yuan + 1 where rowid = 0'],
      ['feat_return_month', 'closing-credit', 'update feat_return_month set closing_credit_m20 = closing_credit_m20 + 1 where rowid = 0'],
      ['feat_schedule1_month', 'rates-add-up', 'update feat_schedule1_month set total_sales_c09 = total_sales_c09 + 1'],
      ['feat_small_period', 'invoices-once', 'update feat_small_period set invoiced_yuan = invoiced_yuan + 1'],
      ['feat_subject', 'one-primary', 'update feat_subject set is_primary = false where taxpayer_key = 1'],
      ['feat_subject', 'unique-key', 'update feat_subject set subject_no = 1'],
      ['feat_declared', 'one-per-subject', 'delete from feat_declared where subject_no = 1'],
      ['feat_status_interval', 'no-overlap', "update feat_status_interval set until_on = date '2100-01-01'"],
    ];
    for (const [table, identity, change] of tampering) {
      await engine.exec(`create or replace table kept as select * from ${table}`);
      await engine.exec(change);
      const offences = await checkIdentities(engine, features.filter((feature) => feature.table === table));
      expect(offences.map((offence) => offence.identity), `${table}: ${change}`).toContain(identity);
      await engine.exec(`create or replace table ${table} as select * from kept`);
    }
    await engine.close();
  }, 120_000);
});
