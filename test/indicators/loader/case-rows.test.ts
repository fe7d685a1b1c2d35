import { describe, expect, it } from 'vitest';
import { caseTables, expandRow } from '../../../indicators/loader/case-rows.ts';
import type { IndicatorCase } from '../../../indicators/loader/schema.ts';
import { loadContract } from '../../../pipeline/contract/load-contract.ts';

const contract = loadContract();
const given = (tables: IndicatorCase['given']): IndicatorCase => ({ name: { zh: '一', en: 'one' }, kind: 'hit', as_of: '2026-07-20', given: tables, expect: {} });

describe('the rows of a case', () => {
  it('write a range of months out, and of quarters for a quarterly filer', () => {
    expect(expandRow({ period: '2025-11..2026-02', x: 1 }).map((row) => row['period'])).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(expandRow({ period: '2025-09..2026-03', period_kind: 'Q' }).map((row) => row['period'])).toEqual(['2025-09', '2025-12', '2026-03']);
    expect(expandRow({ issued_at: '2026-01-15..2026-02-15' }).map((row) => row['issued_at'])).toEqual(['2026-01-15', '2026-02-15']);
  });

  it('repeat a row with {n} as text or number', () => {
    expect(expandRow({ repeat: 2, taxpayer_id: 'P{n}', amount: '{n}' })).toEqual([{ taxpayer_id: 'P1', amount: 1 }, { taxpayer_id: 'P2', amount: 2 }]);
    expect(expandRow({ repeat: 2, taxpayer_id: 'P{n}', period: '2026-01..2026-02' })).toHaveLength(4);
  });

  it('have their required columns filled: amounts, names, status, kinds and numbers', () => {
    const { tables, faults } = caseTables(contract, given({
      taxpayers: [{ taxpayer_id: 'T1' }, { taxpayer_id: 'T2', status: null }],
      vat_returns: [{ taxpayer_id: 'T1', period: '2026-06' }],
      invoices: [{ seller_id: 'T1', issued_at: '2026-06-01' }, { seller_id: 'T1', issued_at: '2026-06-01', invoice_number: 7 }],
      refund_applications: [{ taxpayer_id: 'T1', applied_at: '2026-07-01', claim_period: '2026-06', lane: 'other', claimed_amount: 5 }],
      vat_return_schedule2: [],
    }));
    expect(faults).toEqual([]);
    const rows = Object.fromEntries(tables.map((table) => [table.table.table, table.rows]));
    expect(rows['taxpayers']).toEqual([{ taxpayer_id: 'T1', taxpayer_name: 'T1', status: 'normal' }, { taxpayer_id: 'T2', taxpayer_name: 'T2', status: null }]);
    expect(rows['vat_returns']?.[0]).toMatchObject({ output_tax_m11: 0, input_tax_m12: 0, opening_credit_m13: 0, closing_credit_m20: 0 });
    expect(rows['invoices']?.map((row) => row['invoice_number'])).toEqual(['26500000000000000001', '26500000000000000007']);
    expect(rows['invoices']?.[0]).toMatchObject({ amount: 0, tax: 0, status: 'normal' });
    expect(rows['refund_applications']?.[0]).toMatchObject({ decision: 'pending', application_id: 1 });
    expect(rows['vat_return_schedule2']).toEqual([]);
  });

  it('name required columns that have no default', () => {
    const { faults } = caseTables(contract, given({ taxpayers: [{ taxpayer_id: 'T1' }], vat_returns: [{ taxpayer_id: 'T1' }], invoices: [{ seller_id: 'T1' }] }));
    expect(faults).toEqual([expect.stringMatching(/^vat_returns: give period;/u), expect.stringMatching(/^invoices: give issued_at;/u)]);
  });

  it('are bounded', () => {
    expect(caseTables(contract, given({ taxpayers: [{ taxpayer_id: 'P{n}', repeat: 20001 }] })).faults).toEqual([expect.stringContaining('at most 20000')]);
  });
});
