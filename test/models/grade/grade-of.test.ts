import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { lowestLift, levelOf } from '../../../models/grade/counterfactual.ts';
import { gradeOf, type GradingRules, type JudgedHit } from '../../../models/grade/grade-of.ts';
import { loadScoringRules, rulesInForce } from '../../../models/score/scoring-rules.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';

const catalogue = loadIndicators().filter(({ status }) => status === 'active');
const rules = rulesInForce(catalogue, await loadScoringRules((await loadConfig()).scoring)) as unknown as GradingRules;
const RANK = { none: 0, blue: 1, yellow: 2, orange: 3, red: 4 } as const;

const facts = fc.record({
  intensity: fc.integer({ min: 0, max: 1_000_000 }).map((millionths) => millionths / 1_000_000),
  tier: fc.constantFrom('T1', 'T2', 'T3', 'T4'),
  scores: fc.boolean(),
  suspend: fc.boolean(),
  material: fc.boolean(),
  red_trigger: fc.boolean().map((rare) => rare && false),
  live_claim: fc.boolean(),
});
/** Any hits of the real catalogue, each indicator at most once. */
const anyHits = (atMost: number) => fc.uniqueArray(fc.tuple(fc.nat(catalogue.length - 1), facts), { maxLength: atMost, selector: ([at]) => at }).map((chosen) => chosen.map(([at, fact]): JudgedHit => {
  const { code, family, correlation_group, weight } = catalogue[at]!;
  return { code, family, correlation_group, weight, is_hit: true, ineligible: !fact.scores && !fact.suspend, recompute: false, service: false, open_claim: false, ...fact };
}));

const scoring = (code: string, intensity = 1): JudgedHit => {
  const { family, correlation_group, weight } = catalogue.find((one) => one.code === code)!;
  return { code, family, correlation_group, weight, intensity, tier: 'T4', is_hit: true, scores: true, ineligible: false, recompute: false, suspend: false, service: false, material: false, red_trigger: false, live_claim: false, open_claim: false };
};

describe('a grade', () => {
  it('never falls when a hit is added', () => {
    fc.assert(fc.property(anyHits(14).filter((hits) => hits.length > 0), (hits) => {
      const [before, after] = [gradeOf(hits.slice(1), rules), gradeOf(hits, rules)];
      expect(after.score).toBeGreaterThanOrEqual(before.score);
      expect(RANK[after.color]).toBeGreaterThanOrEqual(RANK[before.color]);
    }), { numRuns: 3000 });
  });

  it('does not fall when a hit takes the lead of its group in a family that is full', () => {
    // inflated_input is at its cap of 60 with three heavy hits; VR-29 leads G3 from another family
    const before = [scoring('VR-11'), scoring('VR-14'), scoring('VR-15'), scoring('VR-29', 0.875)];
    const after = [...before, scoring('VR-17')];
    expect(gradeOf(before, rules).score).toBe(74);
    expect(gradeOf(after, rules).score).toBe(74);
  });

  it('does not hang on the order of the hits', () => {
    fc.assert(fc.property(anyHits(10), fc.nat(), (hits, turn) => {
      const at = hits.length === 0 ? 0 : turn % hits.length;
      expect(gradeOf([...hits.slice(at), ...hits.slice(0, at)].reverse(), rules)).toEqual(gradeOf(hits, rules));
    }), { numRuns: 500 });
  });

  it('knows nothing of findings about the office', () => {
    const office = catalogue.filter(({ family }) => family === 'administration').map(({ code }) => scoring(code));
    expect(office.length).toBeGreaterThan(2);
    fc.assert(fc.property(anyHits(10), (hits) => {
      const taxpayer = hits.filter(({ family }) => family !== 'administration');
      expect(gradeOf([...taxpayer, ...office], rules)).toEqual(gradeOf(taxpayer, rules));
    }), { numRuns: 500 });
  });
});

describe('the fewest hits that keep a level up', () => {
  it('are found like by trying every set', () => {
    fc.assert(fc.property(anyHits(8), (hits) => {
      const found = lowestLift(hits, rules);
      const level = levelOf(gradeOf(hits, rules).color);
      const fewest = fewestByTrying(hits, level);
      expect(found?.without.length ?? null).toBe(fewest);
      if (found === null) return;
      const left = gradeOf(hits.filter(({ code }) => !found.without.includes(code)), rules);
      expect([levelOf(left.color), left.score]).toEqual([found.to, found.score]);
      expect(levelOf(left.color)).not.toBe(level);
    }), { numRuns: 400 });
  });

  it('one red trigger alone keeps a grade red', () => {
    const hits = [scoring('VR-17'), { ...scoring('VR-38', 0.1), red_trigger: true }];
    expect(lowestLift(hits, rules)).toMatchObject({ from: 'high', to: 'low', without: ['VR-38'], is_fewest: true });
  });

  it('are found within the budget, or it is said that fewer might do', () => {
    const hits = ['VR-11', 'VR-23', 'VR-22', 'VR-08', 'VR-32', 'VR-40', 'VR-34', 'VR-35'].map((code) => scoring(code));
    expect(lowestLift(hits, rules)).toMatchObject({ from: 'high', is_fewest: true });
    const cut = lowestLift(hits, rules, 3);
    expect(cut).toMatchObject({ from: 'high', is_fewest: false });
    expect(levelOf(gradeOf(hits.filter(({ code }) => !cut!.without.includes(code)), rules).color)).toBe(cut!.to);
  });
});

/** Size of the smallest set whose removal lowers the level, over all sets; null when nothing can be lower. */
function fewestByTrying(hits: readonly JudgedHit[], level: string): number | null {
  const order = ['none', 'low', 'medium', 'high'];
  let fewest: number | null = null;
  for (let set = 0; set < 2 ** hits.length; set += 1) {
    const kept = hits.filter((_, at) => (set & (1 << at)) === 0);
    const size = hits.length - kept.length;
    if (order.indexOf(levelOf(gradeOf(kept, rules).color)) < order.indexOf(level) && (fewest === null || size < fewest)) fewest = size;
  }
  return fewest;
}
