import { withDetails } from '../../support/with-details.ts';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indicatorByCode, indicatorCodes, loadIndicators } from '../../../indicators/loader/load.ts';
import { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { FIXTURE } from './hand-made-features.ts';

const YAML = 'retained-credit-refund/VR-90-input-share.yaml';

describe('loadIndicators', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'indicators-'));
    cpSync(FIXTURE, folder, { recursive: true });
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  function change(from: string | RegExp, to: string, file = YAML): void {
    const text = readFileSync(join(folder, file), 'utf8');
    const changed = text.replace(from, to);
    expect(changed, `nothing to replace for ${String(from)}`).not.toBe(text);
    writeFileSync(join(folder, file), changed);
  }

  function faults(): readonly string[] {
    try {
      loadIndicators(folder);
    } catch (error) {
      if (error instanceof VatRiskError && error.code === 'INDICATOR_INVALID') return error.details;
      throw error;
    }
    return [];
  }

  it('reads every indicator of the policy folders in order of code', () => {
    const catalogue = loadIndicators(folder);
    expect(catalogue.map((one) => `${one.code} ${one.slug}`)).toEqual(['SS-90 small-sales', 'VR-90 input-share']);
    expect(indicatorByCode(catalogue, 'vr-90').sql).toContain('from feat_subject');
    expect(() => indicatorByCode(catalogue, 'VR-9')).toThrow('did you mean VR-90?');
  });

  it('names file, line and the nearest known key for an unknown one', () => {
    change('weight: 4', 'wieght: 4');
    expect(faults()).toEqual(
      expect.arrayContaining([expect.stringMatching(/VR-90-input-share\.yaml:9: top level: unknown key wieght; did you mean weight\?/u), expect.stringMatching(/must have required property 'weight'/u)]),
    );
  });

  it('says where a misplaced key belongs', () => {
    change('weight: 4', 'weight: 4\nred_trigger: true');
    expect(faults().join()).toMatch(/yaml:10: top level: unknown key red_trigger; it belongs under branches/u);
  });

  it('reports all faults of all files at once', () => {
    change('family: inflated_input', 'family: inflated');
    change('grain: subject', 'grain: subjects');
    change('weight: 5', 'weight: 6', 'small-scale-exemption/SS-90-small-sales.yaml');
    const found = faults();
    expect(found).toHaveLength(3);
    expect(found.join('\n')).toMatch(/family: found inflated, expected one of[\s\S]*grain: found subjects.*did you mean subject\?[\s\S]*weight: must be <= 5/u);
  });

  const bad: readonly (readonly [string, string | RegExp, string, RegExp])[] = [
    ['a text that is no YAML', 'name: { zh: 进项占比', 'name: { zh: [进项占比', /yaml:\d+: /u],
    ['a code that is not the file name', 'code: VR-90', 'code: VR-91', /yaml:1: code is VR-91, the file name says VR-90/u],
    ['a policy that is not the folder', 'policy: retained_credit_refund', 'policy: deferral', /yaml:6: policy is deferral, the folder belongs to retained_credit_refund/u],
    ['a needed table outside the contract', 'needs: [refund_applications', 'needs: [refund_application', /needs\.0: refund_application is no table of the input contract; did you mean refund_applications\?/u],
    ['a sharpening table outside the contract', 'sharpens: [invoices]', 'sharpens: [invoicess]', /sharpens\.0: invoicess is no table/u],
    ['a table both needed and sharpening', 'sharpens: [invoices]', 'sharpens: [vat_returns]', /vat_returns stands under needs already/u],
    ['a declared read of a delivered table', 'reads: [feat_declared', 'reads: [vat_returns', /vat_returns may not be read/u],
    ['a gap between dated values', 'to: 2025-12-31', 'to: 2025-12-30', /a gap between to 2025-12-30 and the next from 2026-01-01; leave to out or write 2025-12-31/u],
    ['an overlap of dated values', 'to: 2025-12-31', 'to: 2026-01-01', /an overlap between/u],
    ['dated values out of order', 'from: 2019-04-01, to: 2025-12-31', 'from: 2026-02-01', /from 2026-01-01 must lie after 2026-02-01/u],
    ['a day outside the calendar', 'from: 2026-01-01, value', 'from: 2026-02-30, value', /2026-02-30 is no day of the calendar/u],
    ['a value without source or calibration', ', source: 旧规定', '', /values\.0: give either source or calibration/u],
    ['a value of the wrong type', 'value: 0.5', 'value: half', /unit ratio needs a number, found a string/u],
    ['a parameter that nothing uses', 'share_minimum:\n', 'share_unused:\n', /share_unused is used nowhere/u],
    ['a T1 branch with another intensity', 'threshold: share_forbidden', 'threshold: share_forbidden\n    intensity: { sql: input_share }', /T1 hits have intensity 1; leave intensity out/u],
    ['a T3 hit without intensity', /\n {4}intensity: \{ higher_is_worse.*\n/u, '\n', /T3 hits need an intensity/u],
    ['two intensity rules', 'intensity: { sql: peer_share_percentile }', 'intensity: { sql: peer_share_percentile, fixed: 1 }', /give exactly one of fixed.*found 2/u],
    ['a rule without threshold', /threshold: share_minimum\n {4}intensity/u, 'intensity', /this rule needs a threshold/u],
    ['a watch with intensity', 'reason: { zh: "接近', 'intensity: { fixed: 1 }\n    reason: { zh: "接近', /a watch branch has no points and so no intensity/u],
    ['a watch that suspends', /tier: T3\n {4}effect: none\n {4}threshold: share_minimum\n {4}reason/u, 'tier: T3\n    effect: suspend\n    threshold: share_minimum\n    reason', /a watch branch has effect none or service, found suspend/u],
    ['two branches of one name', 'name: outlier', 'name: high', /two entries have the branch high/u],
    ['a reason in one language', ', en: above the forbidden share', '', /reason: must have required property 'en'/u],
    ['an unknown format', '{input_yuan:yuan}，', '{input_yuan:money}，', /\{input_yuan:money\} is not a placeholder/u],
    ['a brace left open', '超过禁止比例, en', '"超过{禁止比例", en', /a brace is not closed/u],
    ['a finding instead of a doubt', '超过禁止比例, en', '认定超过, en', /认定 is a finding; a hit is a doubt/u],
    ['a subquery in an expression', 'when: input_share >= share_forbidden', 'when: input_share >= (select 1)', /branches\.1\.when: an expression holds no subquery/u],
    ['a missing kind of case', 'kind: near_miss', 'kind: boundary', /no case of kind near_miss/u],
    ['a branch that no case shows', 'branch: near,', '', /no case expects branch near/u],
    ['a case with an unknown branch', 'branch: near,', 'branch: nearer,', /there is no branch nearer; did you mean near\?/u],
    ['a case with an unknown table', 'given:\n      taxpayers: [{ taxpayer_id: T1', 'given:\n      taxpayer: [{ taxpayer_id: T1', /taxpayer is no table of the input contract; did you mean taxpayers\?/u],
    ['a case with an unknown column', 'vat_status: general', 'vat_state: general', /taxpayers has no column vat_state; did you mean vat_status\?/u],
    ['a case with an unknown parameter', 'parameters: { share_minimum', 'parameters: { share_minimun', /there is no parameter share_minimun/u],
    ['a case with an unknown reason code', 'A_NO_CLAIM', 'A_NO_CLAIMS', /A_NO_CLAIMS is no reason code; did you mean A_NO_CLAIM\?/u],
    ['two cases of one name', '高于同行, en: above', '占比低, en: above', /two entries have the case name 占比低/u],
  ];
  it.each(bad)('refuses %s', (_, from, to, message) => {
    change(from, to);
    expect(faults().join('\n')).toMatch(message);
  });

  it('lets a draft lack cases', () => {
    change('status: active', 'status: draft');
    change('kind: near_miss', 'kind: boundary');
    expect(faults()).toEqual([]);
  });

  it('looks at one code alone when asked, and lists codes whether sound or not', () => {
    change('weight: 4', 'weight: heavy');
    expect(loadIndicators(folder, 'SS-90').map((one) => one.code)).toEqual(['SS-90']);
    expect(withDetails(() => loadIndicators(folder, 'VR-90'))).toThrow(/weight: must be integer/u);
    expect(indicatorCodes(folder)).toEqual(['SS-90', 'VR-90']);
  });

  it('refuses one code in two files, stray files and missing texts', () => {
    const path = (name: string): string => join(folder, 'retained-credit-refund', name);
    for (const ending of ['.yaml', '.sql', '.evidence.sql']) cpSync(path(`VR-90-input-share${ending}`), path(`VR-90-copy${ending}`));
    writeFileSync(path('notes.txt'), '');
    renameSync(join(folder, 'small-scale-exemption', 'SS-90-small-sales.yaml'), join(folder, 'small-scale-exemption', 'SS-91-other.yaml'));
    const found = faults().join('\n');
    expect(found).toMatch(/code VR-90 is taken by .*VR-90-copy\.yaml/u);
    expect(found).toMatch(/notes\.txt: a policy folder holds/u);
    expect(found).toMatch(/SS-90-small-sales\.sql: there is no SS-90-small-sales\.yaml beside it/u);
    expect(found).toMatch(/SS-91-other\.yaml: there is no SS-91-other\.evidence\.sql beside it/u);
  });
});
