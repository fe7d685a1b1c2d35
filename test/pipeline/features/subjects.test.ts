import { describe, expect, it } from 'vitest';
import type { KnownRow } from '../../support/known-fixture.ts';
import { featureWorld } from '../../support/feature-world.ts';

const taxpayer = (key: number, more: KnownRow = {}): KnownRow => ({ taxpayer_key: key, taxpayer_id: `t${key}`, vat_status: 'general', ...more });
const claim = (id: string, more: KnownRow): KnownRow => ({ taxpayer_key: 1, application_id: id, lane: 'other', claim_period: '2026-05', claimed_amount: 1, ...more });

async function subjects(tables: Readonly<Record<string, readonly KnownRow[]>>): Promise<Record<string, unknown>[]> {
  const engine = await featureWorld(tables, ['feat_subject']);
  const rows = await engine.rows('select * from feat_subject order by subject_no asc nulls last');
  await engine.close();
  return rows;
}

describe('subjects', () => {
  it('are each open claim by itself; the newest stands for the taxpayer', async () => {
    const rows = await subjects({
      taxpayers: [taxpayer(1), taxpayer(2)],
      refund_applications: [
        claim('a1', { applied_on: '2026-05-08', decision: 'suspended', claim_period: '2026-04' }),
        claim('a2', { applied_on: '2026-06-08', decision: 'pending' }),
        claim('a3', { applied_on: '2026-04-08', decision: 'approved', paid_on: '2026-04-20' }),
      ],
    });
    expect(rows.map((row) => [row['taxpayer_key'], row['application_id'], row['is_primary'], row['p_ym']])).toEqual([
      [1, 'a1', false, 24315],
      [1, 'a2', true, 24316],
      [2, '', true, 24317],
    ]);
  });

  it('are the newest claim paid within 12 months when none is open, with the period of the run', async () => {
    const rows = await subjects({
      taxpayers: [taxpayer(1)],
      refund_applications: [
        claim('a1', { applied_on: '2025-06-08', decision: 'approved', paid_on: '2025-07-20' }),
        claim('a2', { applied_on: '2025-07-08', decision: 'approved', paid_on: '2025-07-21' }),
        claim('a3', { applied_on: '2026-02-08', decision: 'refused' }),
      ],
    });
    expect(rows.map((row) => [row['application_id'], row['is_open_claim'], row['p_ym']])).toEqual([['a2', false, 24317]]);
  });

  it('forget claims paid 12 months ago or earlier', async () => {
    const rows = await subjects({ taxpayers: [taxpayer(1)], refund_applications: [claim('a1', { applied_on: '2025-06-08', decision: 'approved', paid_on: '2025-07-20' })] });
    expect(rows.map((row) => [row['application_id'], row['rule_on']])).toEqual([['', '2026-07-20']]);
  });

  it('end a quarterly filer\'s windows with the last quarter', async () => {
    const rows = await subjects({
      taxpayers: [taxpayer(1), taxpayer(2, { vat_status: 'small' })],
      vat_returns: [{ taxpayer_key: 1, period: '2026-03', span_months: 3 }],
      refund_applications: [claim('a1', { applied_on: '2026-06-08', decision: 'pending', claim_period: '2026-05' })],
    });
    expect(rows.map((row) => [row['p_ym'], row['filing_span_months']])).toEqual([[24314, 3], [24317, 3]]);
  });

  it('carry the rating of the day of the application', async () => {
    const ratings = (rows: readonly [string, string | null, string][]) => rows.map(([valid_from, valid_to, rating]) => ({ taxpayer_key: 1, valid_from, valid_to, rating }));
    const on = async (rows: readonly [string, string | null, string][]) => {
      const [row] = await subjects({
        taxpayers: [taxpayer(1)], credit_ratings: ratings(rows),
        refund_applications: [claim('a1', { applied_on: '2026-07-08', decision: 'pending', claim_period: '2026-06' })],
      });
      return [row?.['rating_on_rule'], row?.['rating_count']];
    };
    expect(await on([['2026-04-01', null, 'M']])).toEqual(['M', 1]);
    expect(await on([['2025-04-01', '2026-07-07', 'C'], ['2026-07-08', null, 'B']])).toEqual(['B', 2]);
    expect(await on([['2025-04-01', '2026-07-07', 'C']])).toEqual([null, 1]);
    expect(await on([['2024-04-01', '2026-12-31', 'A'], ['2026-03-01', '2026-05-31', 'C']])).toEqual(['A', 2]);
    expect(await on([])).toEqual([null, 0]);
  });
});

describe('status on a day', () => {
  it('is the delivered one from its day on, before it what the changes say, else normal', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [taxpayer(1, { status: 'absconded', status_from: '2026-06-01' }), taxpayer(2, { status: 'bankrupt' }), taxpayer(3)],
        taxpayer_changes: [
          { taxpayer_key: 1, changed_on: '2025-01-10', field: 'status', old_value: 'normal', new_value: 'suspended' },
          { taxpayer_key: 1, changed_on: '2025-05-10', field: 'status', old_value: 'suspended', new_value: 'normal' },
        ],
      },
      ['feat_taxpayer'],
    );
    const intervals = await engine.rows('select from_on, until_on, status from feat_status_interval where taxpayer_key = 1 order by from_on asc nulls last');
    expect(intervals).toEqual([
      { from_on: '1900-01-01', until_on: '2025-01-10', status: 'normal' },
      { from_on: '2025-01-10', until_on: '2025-05-10', status: 'suspended' },
      { from_on: '2025-05-10', until_on: '2026-06-01', status: 'normal' },
      { from_on: '2026-06-01', until_on: '2100-01-01', status: 'absconded' },
    ]);
    const statuses = await engine.rows('select status_on_r, is_status_known from feat_taxpayer order by taxpayer_key asc nulls last');
    expect(statuses).toEqual([
      { status_on_r: 'absconded', is_status_known: true },
      { status_on_r: 'bankrupt', is_status_known: true },
      { status_on_r: 'normal', is_status_known: false },
    ]);
    await engine.close();
  });
});

describe('a taxpayer', () => {
  it('gets section and short industries from a code with or without its letter, and a VAT status from its filings', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [
          taxpayer(1, { industry_code: 'C3844' }), taxpayer(2, { industry_code: '5171', vat_status: null }), taxpayer(3, { industry_code: '65', vat_status: null }), taxpayer(4, { vat_status: null }),
        ],
        vat_returns: [{ taxpayer_key: 2, period: '2026-06' }],
        small_scale_returns: [{ taxpayer_key: 3, period: '2026-06' }],
      },
      ['feat_taxpayer'],
    );
    expect(await engine.rows('select industry_section, industry_2, industry_3, vat_status_resolved from feat_taxpayer order by taxpayer_key asc nulls last')).toEqual([
      { industry_section: 'C', industry_2: 'C38', industry_3: 'C384', vat_status_resolved: 'general' },
      { industry_section: 'F', industry_2: 'F51', industry_3: 'F517', vat_status_resolved: 'general' },
      { industry_section: 'I', industry_2: 'I65', industry_3: null, vat_status_resolved: 'small' },
      { industry_section: null, industry_2: null, industry_3: null, vat_status_resolved: 'unknown' },
    ]);
    await engine.close();
  });

  it('has peer groups from three digits down to its size, and is no member while inspected, abnormal or young', async () => {
    const engine = await featureWorld(
      {
        taxpayers: [
          taxpayer(1, { industry_code: 'C3844', registered_on: '2015-01-01' }), taxpayer(2, { registered_on: '2026-03-01' }),
          taxpayer(3, { status: 'abnormal', status_from: '2026-01-01' }), taxpayer(4),
        ],
        inspection_cases: [{ case_id: 'c', taxpayer_key: 4, opened_on: '2026-06-30' }],
        vat_returns: [{ taxpayer_key: 1, period: '2026-06', sales_general_m01: 500000, export_sales_m07: 1 }],
      },
      ['feat_peer'],
    );
    const rows = await engine.rows('select g1, g2, g3, g4, g5, is_eligible from feat_peer order by subject_no asc nulls last');
    expect(rows[0]).toEqual({
      g1: 'C384|5m_20m|exporter|general', g2: 'C38|5m_20m|exporter|general', g3: 'C|5m_20m|exporter|general', g4: 'C|5m_20m|general', g5: '5m_20m', is_eligible: true,
    });
    expect(rows.slice(1).map((row) => row['is_eligible'])).toEqual([false, false, false]);
    await engine.close();
  });
});
