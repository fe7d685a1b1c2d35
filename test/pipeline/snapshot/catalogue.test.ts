import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { indicatorByCode, loadIndicators } from '../../../indicators/loader/load.ts';
import { buildCatalogue, writeCatalogue, type CatalogueParts } from '../../../pipeline/snapshot/build-catalogue.ts';
import { catalogueEntry, readCatalogue } from '../../../pipeline/snapshot/catalogue.ts';
import type { ManifestView } from '../../../pipeline/snapshot/open-snapshot.ts';
import { FIXTURE } from '../../indicators/loader/hand-made-features.ts';

const PARTS: CatalogueParts = { indicators: loadIndicators(FIXTURE), overrides: {}, rules: { weights: {}, authority_families: ['administration'] }, asOf: '2025-06-30' };
const scratch = mkdtempSync(join(tmpdir(), 'catalogue-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const parametersOf = (parts: Partial<CatalogueParts>) => new Map(catalogueEntry(buildCatalogue({ ...PARTS, ...parts }), 'VR-90').parameters.map(({ name, ...rest }) => [name, rest]));

describe('the catalogue of a night', () => {
  it('gives the value of the day with where it comes from and how long it holds', () => {
    const [before, old, now] = ['2019-03-31', '2025-06-30', '2026-06-30'].map((asOf) => parametersOf({ asOf }).get('share_minimum'));
    expect(before).toMatchObject({ value: null, source: null, calibration: null, from: null, to: null, overridden: false });
    expect(old).toMatchObject({ value: 0.5, source: '旧规定', calibration: null, from: '2019-04-01', to: '2025-12-31', unit: 'ratio', tier: 'T3', meaning: { zh: '占比下限', en: 'least share' } });
    expect(now).toMatchObject({ value: 0.2, source: null, calibration: 'practice', from: '2026-01-01', to: null });
  });

  it('lets a value hold until the day before the next one begins', () => {
    const indicator = indicatorByCode(PARTS.indicators, 'VR-90');
    const values = [{ value: 1, source: 'a' }, { from: '2024-01-01', value: 2, source: 'b' }];
    const dated = { ...indicator, parameters: { ...indicator.parameters, share_minimum: { ...indicator.parameters!['share_minimum']!, values } } };
    expect(parametersOf({ indicators: [dated], asOf: '2023-12-31' }).get('share_minimum')).toMatchObject({ value: 1, from: null, to: '2023-12-31' });
  });

  it('flags what the configuration changes, and only that, and judges by another version then', () => {
    const [plain, changed] = [buildCatalogue(PARTS), buildCatalogue({ ...PARTS, overrides: { 'VR-90': { share_minimum: 0.75 } }, rules: { ...PARTS.rules, weights: { 'VR-90': 2 } } })];
    const [was, is] = [catalogueEntry(plain, 'VR-90'), catalogueEntry(changed, 'VR-90')];
    expect(is.parameters.filter(({ overridden }) => overridden)).toEqual([expect.objectContaining({ name: 'share_minimum', value: 0.75, source: null, calibration: null, from: null, to: null })]);
    expect(was.parameters.some(({ overridden }) => overridden)).toBe(false);
    expect([was.weight, is.weight]).toEqual([4, 2]);
    expect(is.evidence.sql).toContain('cast(0.75 as double) end as share_minimum');
    expect(is.parameter_version).not.toBe(was.parameter_version);
    expect(is.sql_sha256).toBe(was.sql_sha256);
    expect(catalogueEntry(changed, 'SS-90')).toEqual(catalogueEntry(plain, 'SS-90'));
  });

  it('marks the families that look at the office itself', () => {
    const flags = (families: string[]) => buildCatalogue({ ...PARTS, rules: { weights: {}, authority_families: families } }).indicators.filter(({ supervision }) => supervision).map(({ code }) => code);
    expect([flags([]), flags(['inflated_input'])]).toEqual([[], ['VR-90']]);
  });

  it('stands in code order whatever the order given', () => {
    expect(buildCatalogue({ ...PARTS, indicators: [...PARTS.indicators].reverse() })).toEqual(buildCatalogue(PARTS));
    expect(buildCatalogue(PARTS).indicators.map(({ code }) => code)).toEqual(['SS-90', 'VR-90']);
  });

  it('refuses a query or a parameter that uses the place of the taxpayer for itself', () => {
    const indicator = indicatorByCode(PARTS.indicators, 'VR-90');
    const named = { ...indicator, evidenceSql: `${indicator.evidenceSql} and v.period <> '$taxpayer_key'` };
    expect(() => buildCatalogue({ ...PARTS, indicators: [named] })).toThrow(expect.objectContaining({ code: 'INDICATOR_INVALID', message: expect.stringContaining('VR-90') as string }) as Error);
  });
});

describe('reading a catalogue', () => {
  const listed = writeCatalogue(scratch, buildCatalogue(PARTS));
  const read = (manifest: object) => () => readCatalogue({ runId: 'r1', folder: scratch, manifest: manifest as ManifestView });
  const failing = (code: string, words: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(words) as string }) as Error;

  it('gives what was written, which the manifest lists with its indicators, size and SHA-256', () => {
    expect(listed).toMatchObject({ file: 'catalogue.json', rows: 2, bytes: statSync(join(scratch, 'catalogue.json')).size });
    expect(read({ catalogue: listed })()).toEqual(buildCatalogue(PARTS));
  });

  it('tells an old snapshot from a damaged one and says what to do', () => {
    expect(read({})).toThrow(failing('SNAPSHOT_OLD', /r1 .*kept no catalogue; run the night again/u));
    expect(read({ catalogue: { ...listed, sha256: '0'.repeat(64) } })).toThrow(failing('SNAPSHOT_MISSING', /SHA-256 differs.*from a copy/u));
    expect(read({ catalogue: { ...listed, file: 'gone.json' } })).toThrow(failing('SNAPSHOT_MISSING', /gone\.json of snapshot r1 is gone/u));
  });

  it('does not guess at a form it does not know', () => {
    const text = JSON.stringify({ ...buildCatalogue(PARTS), format: 2 });
    writeFileSync(join(scratch, 'later.json'), text);
    expect(read({ catalogue: { file: 'later.json', sha256: createHash('sha256').update(text).digest('hex') } })).toThrow(failing('SNAPSHOT_OLD', /format 2, this version reads format 1/u));
  });

  it('finds an indicator in either case and names the nearest code', () => {
    const catalogue = buildCatalogue(PARTS);
    expect(catalogueEntry(catalogue, 'vr-90').code).toBe('VR-90');
    expect(() => catalogueEntry(catalogue, 'VR-91')).toThrow(failing('INDICATOR_UNKNOWN', /did you mean VR-90\?/u));
  });
});
