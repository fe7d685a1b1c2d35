import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runScore } from '../../../models/score/run-score.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { fillScoreInputs, type Finding, type Subject } from '../score/score-tables.ts';

const CONDITION = {
  code: 'VR-01', family: 'eligibility', group: null, weight: 5, legal_basis: ['全部依据'],
  branches: [{ name: 'rating', effect: 'ineligible', threshold: 'rank' }, { name: 'none', effect: 'ineligible' }],
  parameters: { rank: { values: [{ from: '2022-04-01', source: '2022年第14号第三条' }, { from: '2025-09-01', source: '2025年第7号第二条' }] } },
};
// Those that the fast lane wants to see assessed, one that corrects, and the condition.
const CATALOGUE = [
  CONDITION,
  ...['VR-02', 'VR-03'].map((code) => ({ code, family: 'eligibility', group: null, weight: 5 })),
  { code: 'VR-11', family: 'inflated_input', group: null, weight: 5 },
  { code: 'VR-15', family: 'inflated_input', group: 'G2', weight: 5 },
  { code: 'VR-22', family: 'hidden_sales', group: 'G1', weight: 5 },
  { code: 'VR-08', family: 'false_declaration', group: null, weight: 4 },
];

let engine: Engine;
beforeEach(async () => {
  engine = await openDuckDb();
});
afterEach(async () => {
  await engine.close();
});

describe('what a claim is told', () => {
  const gradeClaims = async (subjects: Subject[], findings: Finding[]) => {
    await fillScoreInputs(engine, CATALOGUE, subjects, findings);
    await runScore(engine, CATALOGUE, { ...(await loadConfig()).scoring, large_refund_district_share: 0 });
  };
  const claims = () => engine.rows<Record<string, unknown>>('select * from grade_claim order by application_id');

  it('the clause of the branch that hit, in force on the day of the claim, else all that the condition rests on', async () => {
    const open = { open: true, claimed: 5000 };
    await gradeClaims(
      [{ taxpayer: 1, application: 'A1', ...open }, { taxpayer: 2, application: 'A2', ...open }],
      [{ taxpayer: 1, application: 'A1', code: 'VR-01', scoring: false, ineligible: true, tier: 'T1', branch: 'rating' },
        { taxpayer: 2, application: 'A2', code: 'VR-01', scoring: false, ineligible: true, tier: 'T1', branch: 'none' }],
    );
    expect(await engine.rows('select subject_no, code, clause from unmet_condition order by subject_no')).toEqual([
      { subject_no: 1, code: 'VR-01', clause: '2025年第7号第二条' }, { subject_no: 2, code: 'VR-01', clause: '全部依据' },
    ]);
    await engine.exec("update feat_subject set rule_on = date '2024-05-01'");
    await runScore(engine, CATALOGUE, (await loadConfig()).scoring);
    expect((await engine.rows<{ clause: string }>('select clause from unmet_condition where subject_no = 1'))[0]?.clause).toBe('2022年第14号第三条');
  });

  it('open claims queue by the money expected to be wrong, not by score: condition, correction, share of the colour', async () => {
    const open = { open: true, recent: true };
    await gradeClaims(
      [
        { taxpayer: 1, application: 'A1', claimed: 900_000, ...open },
        { taxpayer: 2, application: 'A2', claimed: 40_000, ...open },
        { taxpayer: 3, application: 'A3', claimed: 100_000, recomputed: 70_000, ...open },
        { taxpayer: 4, application: 'A4', claimed: 20_000, ...open },
        { taxpayer: 5, application: 'A5', claimed: 20_000, appliedOn: '2026-07-01', ...open },
        { taxpayer: 6, application: 'A6', claimed: 800_000, open: false, recent: true },
      ],
      [{ taxpayer: 2, application: 'A2', code: 'VR-01', scoring: false, ineligible: true, tier: 'T1', branch: 'rating' },
        { taxpayer: 3, application: 'A3', code: 'VR-08', scoring: false, recompute: true, tier: 'T1' },
        { taxpayer: 4, application: 'A4', code: 'VR-11', tier: 'T3' }, { taxpayer: 5, application: 'A5', code: 'VR-11', tier: 'T3' }],
    );
    // 0.005 of 900,000; all of 40,000; 30,000 and 0.005 of 70,000; 0.03 of 20,000, the earlier first; a paid claim does not queue
    expect((await claims()).map((row) => [row['application_id'], row['expected_yuan'], row['queue_rank']])).toEqual([
      ['A1', 4500, 3], ['A2', 40_000, 1], ['A3', 30_350, 2], ['A4', 600, 5], ['A5', 600, 4], ['A6', 4000, null],
    ]);
  });

  it('a large claim is handled like yellow at least; its grade stays', async () => {
    const open = { open: true, recent: true };
    await gradeClaims([{ taxpayer: 1, application: 'A1', claimed: 1_000_000, ...open }, { taxpayer: 2, application: 'A2', claimed: 999_999, ...open }], []);
    expect((await claims()).map((row) => [row['color'], row['handled_as'], row['lane']])).toEqual([['none', 'yellow', 'normal'], ['none', 'none', 'fast']]);
  });

  it('each thing that keeps it out of the fast lane by itself', async () => {
    const subject = { taxpayer: 1, application: 'A1', claimed: 5000, open: true, recent: true };
    const marks = async (change: string, findings: Finding[] = [], status = 'normal') => {
      await fillScoreInputs(engine, CATALOGUE, [{ ...subject, status }], findings);
      await engine.exec(change);
      await runScore(engine, CATALOGUE, { ...(await loadConfig()).scoring, large_refund_district_share: 0 });
      const [fact] = await engine.rows<Record<string, unknown>>('select * from claim_fact');
      const [graded] = await claims();
      return { marks: Object.entries(fact ?? {}).filter(([name, value]) => value === true && (name.startsWith('is_') || name.startsWith('has_')) && !['is_under_test', 'is_open_claim'].includes(name)).map(([name]) => name), lane: graded?.['lane'] };
    };
    expect(await marks('select 1')).toEqual({ marks: [], lane: 'fast' });
    expect(await marks("update feat_claim_history set rating_on_claim = 'B'")).toEqual({ marks: ['is_rating_short'], lane: 'normal' });
    expect(await marks('update feat_claim_history set earlier_clean_claims = 2')).toEqual({ marks: ['is_history_short'], lane: 'normal' });
    expect(await marks('update feat_claim_history set stable_supply_share = 0.49')).toEqual({ marks: ['is_supply_unstable'], lane: 'normal' });
    expect(await marks("update feat_taxpayer set registered_on = date '2023-07-09'")).toEqual({ marks: ['is_young'], lane: 'normal' });
    expect(await marks("update feat_taxpayer set registered_on = date '2023-07-08'")).toEqual({ marks: [], lane: 'fast' });
    expect(await marks('update matrix_VR_22 set state = 22')).toEqual({ marks: ['is_key_missing'], lane: 'normal' });
    expect(await marks('select 1', [], 'abnormal')).toEqual({ marks: ['is_cautious'], lane: 'normal' });
    expect(await marks('select 1', [{ taxpayer: 1, application: 'A1', code: 'VR-11', tier: 'T2', intensity: 0.4 }])).toEqual({ marks: ['has_firm_hit'], lane: 'normal' });
    expect(await marks('select 1', [{ taxpayer: 1, application: 'A1', code: 'VR-11', intensity: 0.5 }])).toEqual({ marks: ['has_doubt'], lane: 'normal' });
  });
});
