import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { gradeOf, type GradingRules } from '../../../models/grade/grade-of.ts';
import { runScore } from '../../../models/score/run-score.ts';
import { loadScoringRules, rulesInForce } from '../../../models/score/scoring-rules.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import { checkInvariants, snapshotInvariants } from '../../../pipeline/snapshot/invariants.ts';
import { fillScoreInputs } from '../score/score-tables.ts';

describe('grades', () => {
  it('scoring in SQL and by hand agree, also where several families share a group and caps bind', async () => {
    const engine = await openDuckDb();
    const catalogue = loadIndicators().filter(({ status }) => status === 'active').map((one) => ({ ...one, group: one.correlation_group }));
    const scoring = (await loadConfig()).scoring;
    const rules = rulesInForce(catalogue, await loadScoringRules(scoring)) as GradingRules;
    const random = fc.sample(fc.uniqueArray(fc.record({ at: fc.nat(catalogue.length - 1), intensity: fc.integer({ min: 1, max: 1_000_000 }).map((value) => value / 1_000_000) }), { selector: ({ at }) => at, minLength: 6, maxLength: 30 }), { numRuns: 300, seed: 7 });
    const findings = random.flatMap((hits, index) => hits.map(({ at, intensity }) => ({ taxpayer: index + 1, code: catalogue[at]!.code, intensity })));
    await fillScoreInputs(engine, catalogue, random.map((_, index) => ({ taxpayer: index + 1 })), findings);
    await runScore(engine, catalogue, scoring);
    await checkInvariants(engine, snapshotInvariants(catalogue.map(({ code }) => code.replace('-', '_'))));
    const [contested] = await engine.rows<{ scopes: number; elsewhere: number }>(`select count(distinct h.scope_no) filter (h.is_contested) as scopes,
      count(*) filter (l.code = h.code and h.strength > 1) as elsewhere from score_hit h left join group_leader l using (scope, scope_no, correlation_group)`);
    expect(contested?.scopes).toBeGreaterThan(20);
    expect(contested?.elsewhere).toBeGreaterThan(3);
    const grades = await engine.rows<{ taxpayer_key: number; score: number; color: string }>('select taxpayer_key, score, color from grade_taxpayer order by taxpayer_key');
    for (const { taxpayer_key, score, color } of grades) {
      const hits = findings.filter(({ taxpayer }) => taxpayer === taxpayer_key).map(({ code, intensity }) => {
        const { family, correlation_group, weight } = catalogue.find((one) => one.code === code)!;
        return { code, family, correlation_group, weight, intensity, tier: 'T3', is_hit: true, scores: true, ineligible: false, recompute: false, suspend: false, service: false, material: false, red_trigger: false, live_claim: false, open_claim: false };
      });
      expect(gradeOf(hits, rules), String(taxpayer_key)).toEqual({ score, color });
    }
    await engine.close();
  });
});
