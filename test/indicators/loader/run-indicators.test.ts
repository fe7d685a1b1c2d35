import { afterEach, describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { matrixTable, runIndicators } from '../../../indicators/loader/run-indicators.ts';
import type { Catalogue, Indicator, Overrides } from '../../../indicators/loader/schema.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import type { Engine, Row } from '../../../pipeline/engine/engine.ts';
import { FIXTURE, handMadeEngine, type HandMadeSubject } from './hand-made-features.ts';

const catalogue = loadIndicators(FIXTURE);
const claim = (taxpayer: number, input: number, more: Partial<HandMadeSubject> = {}): HandMadeSubject => ({
  taxpayer, application: `A${taxpayer}`, appliedOn: '2026-07-08', input, sales: 100, salesYear: 400, ...more,
});

describe('runIndicators', () => {
  let engine: Engine | undefined;
  afterEach(async () => {
    await engine?.close();
    engine = undefined;
  });

  async function run(subjects: readonly HandMadeSubject[], options: { delivered?: readonly string[]; overrides?: Overrides; indicators?: Catalogue } = {}): Promise<Engine> {
    engine = await handMadeEngine(subjects, options.delivered);
    await runIndicators(engine, options.indicators ?? catalogue, { compilePeers: compilePeerSql, overrides: options.overrides ?? {} });
    return engine;
  }

  async function outcomes(code = 'VR-90'): Promise<Row[]> {
    return (await engine?.rows(`select * from indicator_outcome where code = '${code}' order by subject_no`)) ?? [];
  }

  async function states(code = 'VR-90'): Promise<unknown[]> {
    return ((await engine?.rows<{ state: number }>(`select state from ${matrixTable(code)} order by taxpayer_key`)) ?? []).map((row) => row.state);
  }

  it('writes a hit with value, threshold, intensity, amounts and rendered reasons', async () => {
    await run([claim(1, 1234567.4, { sales: 3086418.5 })]);
    const [hit] = await outcomes();
    expect(hit).toMatchObject({
      outcome: 'hit', is_watch: false, branch: 'high', tier: 'T3', threshold: 0.2, intensity: 0.5, is_scoring: true, is_primary: true,
      amount_yuan: 1234567.4, stake_yuan: 617283.7, red_trigger: false, has_ineligible: false, application_id: 'A1',
    });
    expect(hit?.['reason_zh']).toBe('2026年7月8日申请，截至2026年6月进项1,234,567.40元，占销售40.0%，下限0.2倍，政策four_industries');
    expect(hit?.['reason_en']).toBe('Claim of 2026-07-08: input to 2026-06 is 1,234,567.40 yuan, 40.0% of sales, least 0.2 times, lane four_industries');
  });

  it('joins branches with different effects: names and reasons in order, the strictest tier, scoring intensity, greatest amount', async () => {
    await run([claim(1, 250)]);
    const [hit] = await outcomes();
    expect(hit).toMatchObject({ branch: 'high+forbidden', tier: 'T1', has_ineligible: true, has_suspend: false, is_scoring: true, intensity: 1, amount_yuan: 500 });
    expect(hit?.['reason_zh']).toContain('；超过禁止比例');
  });

  it('takes value and threshold from the strongest branch', async () => {
    await run([claim(1, 250, { lane: 'other' })]);
    expect((await outcomes())[0]).toMatchObject({ intensity: 0.9, threshold: 2 });
  });

  it('keeps a watch with its note and no points, and nothing for clear', async () => {
    await run([claim(1, 15), claim(2, 5)]);
    const rows = await outcomes();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ outcome: 'clear', is_watch: true, branch: 'near', intensity: 0, is_scoring: false, has_suspend: false });
    expect(rows[0]?.['reason_zh']).toBe('watch: 接近下限：15.0%');
    expect(await states()).toEqual([2, 0]);
  });

  it('tells not applicable and not assessed apart, in the order of the conventions', async () => {
    await run([
      claim(1, 40, { status: 'small' }),
      claim(2, 40, { status: 'unknown' }),
      { taxpayer: 3, input: 40, sales: 100 },
      claim(4, 40, { isCovered: false }),
      claim(5, 40, { sales: 0 }),
    ]);
    expect(await states()).toEqual([11, 21, 10, 22, 0]);
    expect(await engine?.rows(`select value from ${matrixTable('VR-90')} order by taxpayer_key`)).toEqual([null, null, null, null, null].map((value) => ({ value })));
  });

  it('gives N_TABLE_ABSENT when a needed table was not delivered, except where the status excludes the taxpayer', async () => {
    await run([{ taxpayer: 1, input: 40, sales: 100 }, { taxpayer: 2, status: 'small' }], { delivered: ['vat_returns'] });
    expect(await states()).toEqual([20, 11]);
    expect(await states('SS-90')).toEqual([11, 20]);
  });

  it('uses the parameter in force on the day of the rule, and A_PERIOD where none is', async () => {
    await run([claim(1, 40), claim(2, 40, { ruleOn: '2025-12-31' }), claim(3, 40, { ruleOn: '2019-03-31' })]);
    expect(await states()).toEqual([1, 2, 14]);
  });

  it('lets configuration override a parameter on every day', async () => {
    await run([claim(1, 40), claim(2, 40, { ruleOn: '2019-03-31' })], { overrides: { 'VR-90': { share_minimum: 0.9 } } });
    expect(await states()).toEqual([0, 0]);
    await expect(runIndicators(engine!, catalogue, { compilePeers: compilePeerSql, overrides: { 'VR-90': { share_minimun: 1 }, 'VR-91': {} } })).rejects.toThrow(
      /did you mean share_minimum\?.*no indicator VR-91; did you mean VR-90\?/u,
    );
  });

  it('compares with peers and stores group, count and percentile with the hit', async () => {
    const peers = Array.from({ length: 40 }, (_, index) => claim(index + 1, index === 39 ? 18 : 1));
    await run(peers);
    const [hit] = await outcomes();
    expect(hit).toMatchObject({ taxpayer_key: 40, branch: 'outlier', has_suspend: true, peer_group: '1:a', peer_count: 40, peer_percentile: 1, intensity: 1 });
    expect(hit?.['reason_zh']).toBe('高于同行40户的95%分位');
  });

  it('gives N_PEER_SMALL without a group unless the measure says skip or another branch hits', async () => {
    const strict = catalogue.map((indicator): Indicator => ({ ...indicator, peers: indicator.peers?.map((peer) => ({ ...peer, without_group: 'not_assessed' as const })) ?? [] }));
    await run([claim(1, 5), claim(2, 40)], { indicators: strict });
    expect(await states()).toEqual([25, 1]);
  });

  it('counts one row per taxpayer: hit, watch, not assessed, clear, not applicable; then the application', async () => {
    const two = (taxpayer: number, first: Partial<HandMadeSubject>, second: Partial<HandMadeSubject>): HandMadeSubject[] => [
      claim(taxpayer, 5, { application: `A${taxpayer}`, ...first }),
      claim(taxpayer, 5, { application: `B${taxpayer}`, isPrimary: false, ...second }),
    ];
    await run([...two(1, { input: 15 }, { input: 40 }), ...two(2, {}, { isCovered: false }), ...two(3, { input: 15 }, { input: 15 }), ...two(4, { input: 30 }, { input: 50 })]);
    expect(await states()).toEqual([1, 22, 2, 1]);
    const primary = (await outcomes()).filter((row) => row['is_primary'] === true).map((row) => row['application_id']);
    expect(primary).toEqual(['B1', 'A3', 'B4']);
  });

  it('never lets NaN or infinity through', async () => {
    const spoilt = catalogue.map((one): Indicator => ({ ...one, sql: one.sql.replace('{{ratio(d.input_w3_yuan, d.sales_w3_yuan)}}', "case when s.taxpayer_key = 1 then cast('nan' as double) else cast('inf' as double) end") }));
    await run([claim(1, 40), claim(2, 40)], { indicators: spoilt });
    expect(await states()).toEqual([0, 0]);
    expect(await outcomes()).toEqual([]);
  });

  it('judges grain taxpayer once per taxpayer and gives every taxpayer a matrix row', async () => {
    await run([claim(1, 40, { status: 'small', salesYear: 5200000 }), claim(1, 40, { status: 'small', application: 'B1', isPrimary: false }), claim(2, 5)]);
    expect(await outcomes('SS-90')).toHaveLength(1);
    expect((await outcomes('SS-90'))[0]).toMatchObject({ has_recompute: true, is_scoring: false, intensity: 1, amount_yuan: 200000, tier: 'T1' });
    expect(await states('SS-90')).toEqual([1, 11]);
  });

  it('stops with code and counts when an indicator loses or doubles a subject', async () => {
    const losing = catalogue.map((one): Indicator => ({ ...one, sql: `${one.sql.trim()}\n${one.code === 'SS-90' ? 'and' : 'where'} s.taxpayer_key > 1` }));
    await expect(run([claim(1, 5), claim(2, 5)], { indicators: losing })).rejects.toThrow(/SS-90 must return exactly one row for each of the 2 subjects of grain taxpayer; it returned 1 rows/u);
    await engine?.close();
    const doubling = catalogue.filter((one) => one.code === 'VR-90').map((one): Indicator => ({ ...one, sql: `${one.sql.trim()}\ncross join (select 1 as x union all select 2 as x) as twice` }));
    await expect(run([claim(1, 5)], { indicators: doubling })).rejects.toThrow(/VR-90 must return exactly one row.*it returned 2 rows, 1 different subjects/u);
  });

  it('stops when the SQL returns a code that is none', async () => {
    const odd = catalogue.map((one): Indicator => ({ ...one, sql: one.sql.replace("'N_COVERAGE'", "'N_COVERED'") }));
    await expect(run([claim(1, 5, { isCovered: false })], { indicators: odd })).rejects.toThrow(/VR-90 returned reason codes that its column may not hold: N_COVERED/u);
  });

  it('leaves drafts and retired indicators out and reports each step', async () => {
    const steps: string[] = [];
    engine = await handMadeEngine([claim(1, 40)]);
    const indicators = catalogue.map((one): Indicator => ({ ...one, status: one.code === 'SS-90' ? 'retired' : 'active' }));
    await runIndicators(engine, indicators, { compilePeers: compilePeerSql, onStep: (code, number, total) => steps.push(`${code} ${number}/${total}`) });
    expect(steps).toEqual(['VR-90 1/1']);
  });
});
