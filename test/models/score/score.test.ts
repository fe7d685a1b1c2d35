import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { runScore } from '../../../models/score/run-score.ts';
import { checkInvariants, snapshotInvariants } from '../../../pipeline/snapshot/invariants.ts';
import { fillScoreInputs, type CatalogueRow, type Finding, type Subject } from './score-tables.ts';

const CATALOGUE: CatalogueRow[] = [
  { code: 'VR-15', family: 'inflated_input', group: 'G2', weight: 5 },
  { code: 'VR-16', family: 'inflated_input', group: 'G2', weight: 5 },
  { code: 'VR-38', family: 'false_invoicing', group: 'G2', weight: 5 },
  { code: 'VR-11', family: 'inflated_input', group: null, weight: 5 },
  { code: 'VR-22', family: 'hidden_sales', group: 'G1', weight: 5 },
  { code: 'VR-23', family: 'hidden_sales', group: null, weight: 5 },
  { code: 'VR-01', family: 'eligibility', group: null, weight: 5 },
  { code: 'VR-08', family: 'false_declaration', group: null, weight: 4 },
  { code: 'VR-41', family: 'administration', group: null, weight: 5 },
];

let engine: Engine;
beforeEach(async () => {
  engine = await openDuckDb();
});
afterEach(async () => {
  await engine.close();
});

async function grade(subjects: Subject[], findings: Finding[]) {
  await fillScoreInputs(engine, CATALOGUE, subjects, findings);
  await runScore(engine, CATALOGUE, (await loadConfig()).scoring);
  return engine.rows<Record<string, unknown>>('select * from grade_taxpayer order by taxpayer_key');
}

describe('points', () => {
  it('a hit of weight 5 at full intensity is worth 20 points and makes blue, low', async () => {
    const [row] = await grade([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-11' }]);
    expect(row).toMatchObject({ points: 20, score: 20, color: 'blue', level: 'low', hits: 1 });
  });

  it('inside a correlation group the strongest hit counts in full and the others at 40 %', async () => {
    const [row] = await grade([{ taxpayer: 1 }], [
      { taxpayer: 1, code: 'VR-15', intensity: 0.5 },
      { taxpayer: 1, code: 'VR-16', intensity: 1 },
      { taxpayer: 1, code: 'VR-38', intensity: 0.4 },
    ]);
    expect(row).toMatchObject({ points: 20 + 0.4 * 10 + 0.4 * 8 });
  });

  it('a family is capped and its members are scaled so that contributions still add up', async () => {
    const catalogue = Array.from({ length: 4 }, (_, at) => ({ code: `VR-5${at}`, family: 'eligibility', group: null, weight: 5 }));
    await fillScoreInputs(engine, catalogue, [{ taxpayer: 1 }], catalogue.map(({ code }) => ({ taxpayer: 1, code })));
    await runScore(engine, catalogue, (await loadConfig()).scoring);
    const rows = await engine.rows<{ points: number }>("select points from score_contribution where scope = 'taxpayer'");
    expect(rows.map(({ points }) => points)).toEqual([10, 10, 10, 10]);
  });

  it('the score stops at 100 while the points go on', async () => {
    const many = ['inflated_input', 'hidden_sales', 'false_declaration'].flatMap((family, f) =>
      Array.from({ length: 3 }, (_, at) => ({ code: `VR-${5 + f}${at}`, family, group: null, weight: 5 })),
    );
    await fillScoreInputs(engine, many, [{ taxpayer: 1 }], many.map(({ code }) => ({ taxpayer: 1, code })));
    await runScore(engine, many, (await loadConfig()).scoring);
    expect((await engine.rows('select score, points, color from grade_taxpayer'))[0]).toEqual({ score: 100, points: 180, color: 'red' });
  });

  it('administration, unmet conditions and corrections never score', async () => {
    const [row] = await grade([{ taxpayer: 1 }], [
      { taxpayer: 1, code: 'VR-41', suspend: false },
      { taxpayer: 1, code: 'VR-01', scoring: false, ineligible: true, tier: 'T1' },
      { taxpayer: 1, code: 'VR-08', scoring: false, recompute: true, tier: 'T1' },
    ]);
    expect(row).toMatchObject({ points: 0, score: 0, color: 'none', ineligible: true, recompute: true });
  });
});

describe('findings about the office and services owed', () => {
  const catalogue: CatalogueRow[] = [
    ...CATALOGUE,
    { code: 'VR-42', family: 'administration', group: null, weight: 4 },
    { code: 'DF-06', family: 'administration', group: null, weight: 4 },
    { code: 'LT-07', family: 'administration', group: null, weight: 1 },
    ...['VR-02', 'VR-03'].map((code) => ({ code, family: 'eligibility', group: null, weight: 5 })),
  ];
  const ADMINISTRATION: Omit<Finding, 'taxpayer'>[] = [
    { code: 'VR-41', tier: 'T1' },
    { code: 'VR-42', tier: 'T2' },
    { code: 'DF-06', scoring: false, recompute: true, tier: 'T1', amount: 80000 },
    { code: 'LT-07', scoring: false, service: true, tier: 'T1', amount: 300 },
  ];
  const gradeAll = async (subjects: Subject[], findings: Finding[]) => {
    await fillScoreInputs(engine, catalogue, subjects, findings);
    await runScore(engine, catalogue, { ...(await loadConfig()).scoring, large_refund_district_share: 0 });
    return engine.rows<Record<string, unknown>>('select * from grade_taxpayer order by taxpayer_key');
  };
  const scopes = () => engine.rows<Record<string, unknown>>('select scope, hits, has_firm_hit, amount_yuan from score_scope order by scope, scope_no');

  it('are no hits of the taxpayer and no firm hits; correction and service keep their lanes', async () => {
    const rows = await gradeAll([1, 2, 3, 4].map((taxpayer) => ({ taxpayer })), ADMINISTRATION.map((one, at) => ({ taxpayer: at + 1, ...one })));
    expect(rows.map((row) => row['hits'])).toEqual([0, 0, 0, 0]);
    expect(rows.map((row) => [row['recompute'], row['service'], row['color']])).toEqual([
      [false, false, 'none'], [false, false, 'none'], [true, false, 'none'], [false, true, 'none'],
    ]);
    expect((await scopes()).map((row) => [row['has_firm_hit'], row['amount_yuan']])).toEqual([[false, 0], [false, 0], [false, 80000], [false, 0]]);
  });

  it('an open ground for suspension stays in the file; a firm hit of another family stays firm', async () => {
    const [row] = await gradeAll([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-41', suspend: true, tier: 'T1' }, { taxpayer: 1, code: 'VR-11', tier: 'T2' }]);
    expect(row).toMatchObject({ hits: 2, suspend: true });
    expect((await scopes()).map((one) => one['has_firm_hit'])).toEqual([true]);
  });

  it('do not close the fast lane, a firm hit does', async () => {
    const laneWith = async (found: Omit<Finding, 'taxpayer'>[]) => {
      await gradeAll([{ taxpayer: 1, application: 'A1', open: true, claimed: 5000 }], found.map((one) => ({ taxpayer: 1, application: 'A1', ...one })));
      return (await engine.rows<Record<string, unknown>>('select lane from grade_claim'))[0]?.['lane'];
    };
    expect(await laneWith([])).toBe('fast');
    expect(await laneWith([{ code: 'VR-42', tier: 'T2' }, { code: 'LT-07', scoring: false, service: true, tier: 'T1' }])).toBe('fast');
    expect(await laneWith([{ code: 'VR-22', tier: 'T2', intensity: 0.1 }])).toBe('normal');
  });
});

describe('supporting indicators', () => {
  const catalogue: (CatalogueRow & { readonly points_only_with?: readonly string[] })[] = [
    ...CATALOGUE,
    { code: 'VR-30', family: 'hidden_sales', group: 'G4', weight: 3, points_only_with: ['hidden_sales', 'false_declaration'] },
    { code: 'VR-31', family: 'inflated_input', group: 'G4', weight: 3 },
    { code: 'VR-39', family: 'hidden_sales', group: null, weight: 3, points_only_with: ['hidden_sales'] },
  ];
  const pointsOf = async (subjects: Subject[], findings: Finding[]) => {
    await fillScoreInputs(engine, catalogue, subjects, findings);
    await runScore(engine, catalogue, (await loadConfig()).scoring);
    return engine.rows<Record<string, unknown>>('select scope, scope_no, code, points from score_contribution order by scope, scope_no, code');
  };

  it('score only beside a hit of another indicator of the families they support', async () => {
    const rows = await pointsOf([{ taxpayer: 1 }, { taxpayer: 2 }, { taxpayer: 3 }, { taxpayer: 4 }], [
      { taxpayer: 1, code: 'VR-30' },
      { taxpayer: 2, code: 'VR-30' }, { taxpayer: 2, code: 'VR-11' },
      { taxpayer: 3, code: 'VR-30' }, { taxpayer: 3, code: 'VR-22' },
      { taxpayer: 4, code: 'VR-30' }, { taxpayer: 4, code: 'VR-08', scoring: false, recompute: true, tier: 'T1' },
    ]);
    expect(rows.filter(({ code }) => code === 'VR-30').map(({ scope_no, points }) => [scope_no, points])).toEqual([[1, 0], [2, 0], [3, 12], [4, 12]]);
  });

  it('are not supported by a watch, by each other or by a hit on another claim', async () => {
    const rows = await pointsOf(
      [{ taxpayer: 1 }, { taxpayer: 2 }, { taxpayer: 3, subject: 31, application: 'A1', open: true }, { taxpayer: 3, subject: 32, application: 'A2', open: true }],
      [
        { taxpayer: 1, code: 'VR-30' }, { taxpayer: 1, code: 'VR-22', outcome: 'clear', isWatch: true },
        { taxpayer: 2, code: 'VR-30' }, { taxpayer: 2, code: 'VR-39' },
        { taxpayer: 3, subject: 31, application: 'A1', code: 'VR-30' },
        { taxpayer: 3, subject: 32, application: 'A2', code: 'VR-22', isPrimary: false },
      ],
    );
    expect(rows.filter(({ code }) => code !== 'VR-22').map(({ points }) => points)).toEqual([0, 0, 0, 0, 0]);
  });

  it('without points leave the others of their group whole', async () => {
    const rows = await pointsOf([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-30' }, { taxpayer: 1, code: 'VR-31', intensity: 0.3 }]);
    expect(rows.map(({ code, points }) => [code, points])).toEqual([['VR-30', 0], ['VR-31', 3.6]]);
  });
});

describe('colour and level', () => {
  it('a material ground for suspension with a claim open is orange, without a claim yellow', async () => {
    const hit = { code: 'VR-11', suspend: true, tier: 'T2', stake: 60000, intensity: 0.3 };
    const rows = await grade(
      [{ taxpayer: 1, application: 'A1', open: true, claimed: 500000 }, { taxpayer: 2 }],
      [{ taxpayer: 1, application: 'A1', ...hit }, { taxpayer: 2, ...hit }],
    );
    expect(rows.map((row) => [row['color'], row['level']])).toEqual([['orange', 'high'], ['yellow', 'medium']]);
  });

  it('a ground for suspension is material from 1,000 yuan or 1 % of the claim, or when it is statutory', async () => {
    const open = { application: 'A', open: true, claimed: 50000 };
    const rows = await grade(
      [1, 2, 3].map((taxpayer) => ({ taxpayer, ...open, application: `A${taxpayer}` })),
      [
        { taxpayer: 1, application: 'A1', code: 'VR-11', suspend: true, tier: 'T2', stake: 499, intensity: 0.3 },
        { taxpayer: 2, application: 'A2', code: 'VR-11', suspend: true, tier: 'T2', stake: 500, intensity: 0.3 },
        { taxpayer: 3, application: 'A3', code: 'VR-15', suspend: true, tier: 'T1', stake: 2, intensity: 0.3 },
      ],
    );
    expect(rows.map((row) => row['color'])).toEqual(['yellow', 'orange', 'orange']);
  });

  it('two material reconciliation hits of weight 5 from different groups are red', async () => {
    const rows = await grade([{ taxpayer: 1 }, { taxpayer: 2 }], [
      { taxpayer: 1, code: 'VR-11', tier: 'T2', stake: 5000 },
      { taxpayer: 1, code: 'VR-22', tier: 'T2', stake: 5000 },
      { taxpayer: 2, code: 'VR-15', tier: 'T2', stake: 5000 },
      { taxpayer: 2, code: 'VR-16', tier: 'T2', stake: 5000 },
    ]);
    expect(rows.map((row) => row['color'])).toEqual(['red', 'blue']);
  });

  it('a red trigger is red whatever the score', async () => {
    const [row] = await grade([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-38', redTrigger: true, intensity: 0.3 }]);
    expect(row).toMatchObject({ color: 'red', level: 'high', score: 6 });
  });

  it('a watch note of VR-15 with a claim open is yellow and scores nothing', async () => {
    const [row] = await grade(
      [{ taxpayer: 1, application: 'A1', open: true, claimed: 1000 }],
      [{ taxpayer: 1, application: 'A1', code: 'VR-15', outcome: 'clear', isWatch: true, intensity: 0 }],
    );
    expect(row).toMatchObject({ color: 'yellow', level: 'medium', points: 0, hits: 0 });
  });

  it('too little data is a level of its own unless the hits alone give yellow', async () => {
    const thin = Object.fromEntries(CATALOGUE.slice(0, 6).map(({ code }) => [code, 20]));
    const rows = await grade([{ taxpayer: 1, states: thin }, { taxpayer: 2, states: { ...thin, 'VR-22': 1 } }], [
      { taxpayer: 1, code: 'VR-08', intensity: 0.7 },
      { taxpayer: 2, code: 'VR-22', suspend: true, tier: 'T2', stake: 9 },
    ]);
    expect(rows[0]).toMatchObject({ level: 'insufficient_data', color: 'none', assessed: 3, applicable: 9 });
    expect(rows[1]).toMatchObject({ level: 'medium', color: 'yellow', limited_data: true });
  });

  it('not applicable leaves both sides of coverage', async () => {
    const [row] = await grade([{ taxpayer: 1, states: { 'VR-01': 10, 'VR-08': 10, 'VR-11': 22 } }], []);
    expect(row).toMatchObject({ assessed: 6, applicable: 7, coverage: 6 / 7, coverage_weighted: 30 / 35 });
  });
});

describe('claim lanes, first that applies', () => {
  const claim = async (findings: Omit<Finding, 'taxpayer'>[], subject: Partial<Subject> = {}) => {
    await grade(
      [{ taxpayer: 1, application: 'A1', open: true, claimed: 500000, ...subject }],
      findings.map((one) => ({ taxpayer: 1, application: 'A1', ...one })),
    );
    return (await engine.rows<Record<string, unknown>>('select * from grade_claim'))[0];
  };

  it('an unmet condition comes first', async () => {
    const row = await claim([
      { code: 'VR-01', scoring: false, ineligible: true, tier: 'T1' },
      { code: 'VR-11', suspend: true, tier: 'T2', stake: 9000 },
    ]);
    expect(row).toMatchObject({ lane: 'condition_not_met', amount_at_risk: 500000 });
  });

  it('then suspension, then correction', async () => {
    expect(await claim([{ code: 'VR-11', suspend: true, tier: 'T2', stake: 9000 }])).toMatchObject({ lane: 'suspend' });
    expect(await claim([{ code: 'VR-08', scoring: false, recompute: true, tier: 'T1' }])).toMatchObject({ lane: 'amount_correction' });
  });

  it('a large claim and a bankrupt claimant are never fast', async () => {
    expect(await claim([], { claimed: 1_000_000 })).toMatchObject({ lane: 'normal', is_large_refund: true });
    expect(await claim([], { status: 'bankrupt' })).toMatchObject({ lane: 'normal' });
  });
});

describe('properties', () => {
  const finding = fc.record({
    code: fc.constantFrom(...CATALOGUE.map(({ code }) => code)),
    intensity: fc.integer({ min: 0, max: 1_000_000 }).map((value) => value / 1_000_000),
  });

  it('adding a hit never lowers the score, order never matters, and every invariant holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(finding, { selector: ({ code }) => code, minLength: 1 }), async (hits) => {
        const score = async (list: typeof hits) => Number((await grade([{ taxpayer: 1 }], list.map((one) => ({ taxpayer: 1, ...one }))))[0]?.['points']);
        const all = await score(hits);
        await checkInvariants(engine, snapshotInvariants(CATALOGUE.map(({ code }) => code.replace('-', '_'))));
        expect(await score([...hits].reverse())).toBe(all);
        expect(await score(hits.slice(1))).toBeLessThanOrEqual(all + 1e-9);
      }),
      { numRuns: 15 },
    );
  });

  it('what is not assessed never raises a score', async () => {
    const hits = [{ taxpayer: 1, code: 'VR-11' }, { taxpayer: 1, code: 'VR-22', intensity: 0.7 }];
    const quiet = CATALOGUE.map(({ code }) => code).filter((code) => !hits.some((hit) => hit.code === code));
    const [whole] = await grade([{ taxpayer: 1 }], hits);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...quiet), fc.constantFrom(10, 20, 21, 22, 23, 24, 25, 26)), async (states) => {
        const [row] = await grade([{ taxpayer: 1, states }], hits);
        expect([row?.['points'], row?.['score'], row?.['color']]).toEqual([whole?.['points'], whole?.['score'], whole?.['color']]);
        expect(Number(row?.['coverage'])).toBeLessThanOrEqual(1);
      }),
      { numRuns: 15 },
    );
  });

  it('findings about the office never count', async () => {
    const [without] = await grade([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-11' }]);
    const [beside] = await grade([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-11' }, { taxpayer: 1, code: 'VR-41', tier: 'T1', amount: 1e6 }]);
    for (const column of ['points', 'score', 'color', 'level', 'hits']) expect(beside?.[column]).toEqual(without?.[column]);
  });

  it('the invariants fail on a tampered grade', async () => {
    await grade([{ taxpayer: 1 }], [{ taxpayer: 1, code: 'VR-11' }]);
    await engine.exec('update grade_taxpayer set points = points + 1');
    await expect(checkInvariants(engine, snapshotInvariants(['VR_11']))).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
  });
});
