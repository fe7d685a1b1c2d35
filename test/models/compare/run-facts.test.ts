import { describe, expect, it } from 'vitest';
import { differencesOf, factsOf, same } from '../../../models/compare/run-facts.ts';

const scoring = { cuts: { red: 80 }, damping: 0.4, weights: { 'VR-22': 5, 'VR-30': 3 }, supports: { 'VR-30': ['hidden_sales'] }, fast_lane: { rating: 'A' }, expected_share: { red: 0.5 } };
const base = {
  as_of: '2026-11-16', vatrisk: '0.1.0', engine: { version: 'v1', node: '20.1.0' }, config: { ingest: { id_profile: 'strict' }, scoring: { suspend_material_yuan: 1000, large_refund_yuan: 5 } },
  inputs: [{ path: '/a/x.csv', sha256: 'a', refused_code: null }, { path: '/a/y.csv', sha256: 'b', refused_code: null }], parameters: { 'VR-22': { low: 1, high: 2 } },
  sql_sha256: { 'VR-22': 'h22', 'VR-30': 'h30' }, scoring,
};
const CODES = ['VR-22', 'VR-30'];
const differ = (changes: object, versions?: { former: Record<string, string>; latter: Record<string, string> }) => differencesOf(factsOf(base), factsOf({ ...base, ...changes }), CODES, versions);
const none = { hasNewCode: false, hasNewParameters: false, hasNewWeight: false };

describe('what two manifests rule out', () => {
  it('everything, where they say the same in another order, with files of other names and places', () => {
    const inputs = [{ path: '/b/part-2.csv', sha256: 'b', refused_code: null }, { path: '/b/part-1.csv', sha256: 'a', refused_code: null }, { path: '/b/truth', sha256: 'z', refused_code: 'F_UNKNOWN' }];
    const found = differ({ inputs, parameters: { 'VR-22': { high: 2, low: 1 } }, engine: { version: 'v1', node: '22.0.0' } });
    expect(found).toEqual({ hasNewData: false, hasNewProgram: false, hasNewRules: false, indicators: CODES.map((code) => ({ code, ...none })) });
  });

  it.each([
    ['another file', { inputs: base.inputs.slice(0, 1) }],
    ['another as-of day', { as_of: '2026-11-17' }],
    ['other cleaning', { config: { ...base.config, ingest: { id_profile: 'opaque' } } }],
    ['no list of files', { inputs: undefined }],
  ])('not data, with %s', (_what, changes) => {
    expect(differ(changes).hasNewData).toBe(true);
  });

  it('not code of the indicator whose hash differs, nor of any after a new version of program or engine', () => {
    const hasNewCode = (changes: object) => differ(changes).indicators.map((one) => one.hasNewCode);
    expect(hasNewCode({ sql_sha256: { 'VR-22': 'h22', 'VR-30': 'other' } })).toEqual([false, true]);
    expect(hasNewCode({ vatrisk: '0.2.0' })).toEqual([true, true]);
    expect(hasNewCode({ engine: { version: 'v2' } })).toEqual([true, true]);
  });

  it('not the parameters in force, nor the dated ones whose hash the results name; a new version with the same hash is no other parameter', () => {
    const versions = (former: string, latter: string) => ({ former: { 'VR-30': former }, latter: { 'VR-30': latter } });
    const hasNew = (found: ReturnType<typeof differ>) => found.indicators.map((one) => one.hasNewParameters);
    expect(hasNew(differ({ parameters: { 'VR-22': { low: 1, high: 3 } } }))).toEqual([true, false]);
    expect(hasNew(differ({}, versions('1-aaaa', '1-bbbb')))).toEqual([false, true]);
    expect(hasNew(differ({}, versions('1-aaaa', '2-aaaa')))).toEqual([false, false]);
  });

  it('not weights and supports of an indicator, nor the rules that colour a grade; rules of lanes and of money expected leave it alone', () => {
    expect(differ({ scoring: { ...scoring, weights: { 'VR-22': 4, 'VR-30': 3 } } })).toMatchObject({ hasNewRules: false, indicators: [{ hasNewWeight: true }, { hasNewWeight: false }] });
    expect(differ({ scoring: { ...scoring, supports: {} } })).toMatchObject({ hasNewRules: false, indicators: [{ hasNewWeight: false }, { hasNewWeight: true }] });
    expect(differ({ scoring: { ...scoring, cuts: { red: 70 } } }).hasNewRules).toBe(true);
    expect(differ({ config: { ...base.config, scoring: { suspend_material_yuan: 2000, large_refund_yuan: 5 } } }).hasNewRules).toBe(true);
    expect(differ({ scoring: { ...scoring, fast_lane: { rating: 'B' }, expected_share: { red: 0.9 } }, config: { ...base.config, scoring: { suspend_material_yuan: 1000, large_refund_yuan: 9 } } }).hasNewRules).toBe(false);
  });

  it('what an older manifest does not tell counts as equal, but for data', () => {
    const found = differencesOf(factsOf({ as_of: '2026-11-16', sql_sha256: base.sql_sha256, parameters: base.parameters }), factsOf(base), CODES);
    expect(found).toEqual({ hasNewData: true, hasNewProgram: false, hasNewRules: false, indicators: CODES.map((code) => ({ code, ...none })) });
  });
});

describe('same', () => {
  it('minds the order of lists, not of keys', () => {
    expect([same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }), same([1, 2], [2, 1]), same(null, {})]).toEqual([true, false, false]);
  });
});
