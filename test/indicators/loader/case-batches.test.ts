import { describe, expect, it } from 'vitest';
import { caseBatches, mergeCases } from '../../../indicators/loader/case-batches.ts';
import { caseTables } from '../../../indicators/loader/case-rows.ts';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import type { Indicator, IndicatorCase } from '../../../indicators/loader/schema.ts';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';
import { FIXTURE } from './hand-made-features.ts';

const contract = loadContract();
const indicator = loadIndicators(FIXTURE).find(({ code }) => code === 'VR-90')!;
const withoutPeers: Indicator = { ...indicator };
delete withoutPeers.peers;
const one = (given: IndicatorCase['given'], as_of = '2026-07-20'): IndicatorCase => ({ name: { zh: '一', en: 'one' }, kind: 'hit', as_of, given, expect: {} });
const taxpayers = (repeat: number) => ({ taxpayers: [{ taxpayer_id: 'P{n}', repeat }] });
const sizes = (of: Indicator, cases: readonly IndicatorCase[]) => caseBatches({ ...of, cases: [...cases] }).map((batch) => batch.length);

describe('cases that share a world', () => {
  it('have one day, the same tables and the same parameters', () => {
    const cases = [one({ invoices: [] }), one({ invoices: [], persons: [] }), one({ persons: [], invoices: [] }), one({ invoices: [] }, '2026-07-21'), { ...one({ invoices: [] }), parameters: { x: 1 } }];
    expect(sizes(withoutPeers, cases)).toEqual([1, 2, 1, 1]);
  });

  it('are too few to be each other\'s peers where the indicator asks peers', () => {
    const withPeers = { ...indicator, peers: [{ measure: 'm', column: 'c', percentiles: [95] }] };
    expect(sizes(withPeers, [one(taxpayers(15)), one(taxpayers(14)), one(taxpayers(1)), one(taxpayers(40))])).toEqual([2, 1, 1]);
    expect(sizes(withoutPeers, [one(taxpayers(15)), one(taxpayers(14)), one(taxpayers(1)), one(taxpayers(40))])).toEqual([4]);
  });

  it('never share a taxpayer, an invoice, a person or an address', () => {
    const given = {
      taxpayers: [{ taxpayer_id: 'T1', address_key: 'A' }],
      persons: [{ taxpayer_id: 'T1', person_key: 'P', role: 'investor', phone_hash: 'H' }],
      events: [{ taxpayer_id: 'T1', occurred_at: '2026-01-01', event_kind: 'login', ip_address: '10.0.0.1', device_id: 'D' }],
      invoices: [{ invoice_number: 7, seller_id: 'T1', buyer_id: 'B1', issued_at: '2026-01-01' }, { invoice_number: '26530000000000000001', seller_id: 'T1', issued_at: '2026-01-01' }],
      other_vouchers: [{ taxpayer_id: 'T1', voucher_type: 'customs', period: '2026-01', importer_id: 'T1' }],
      violations: [{ taxpayer_id: 'T1', violation_type: 'evasion_penalty', decided_on: '2026-01-01' }],
    };
    const merged = mergeCases([given, given].map((each) => caseTables(contract, one(each)).tables));
    for (const { table, rows } of merged) {
      const half = rows.length / 2;
      const identifiers = table.columns.map(({ name }) => name).filter((name) => /(_id|_key|_hash|_address|_number|voucher_no)$/u.test(name));
      for (const name of identifiers) {
        const before = rows.slice(0, half).map((row) => row[name]).filter((cell) => cell !== undefined);
        const after = rows.slice(half).map((row) => row[name]).filter((cell) => cell !== undefined);
        expect(after.filter((cell) => before.includes(cell)), `${table.table}.${name}`).toEqual([]);
      }
    }
    expect(merged.find(({ table }) => table.table === 'invoices')?.rows.map((row) => String(row['invoice_number']).length)).toEqual([20, 20, 20, 20]);
  });
});
