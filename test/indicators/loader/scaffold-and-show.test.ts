import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evidenceSql, evidenceTables } from '../../../indicators/loader/evidence.ts';
import { indicatorByCode, loadIndicators } from '../../../indicators/loader/load.ts';
import { scaffoldIndicator } from '../../../indicators/loader/scaffold.ts';
import { showIndicator } from '../../../indicators/loader/show.ts';
import { FIXTURE, handMadeEngine } from './hand-made-features.ts';

describe('scaffoldIndicator', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scaffold-'));
    cpSync(FIXTURE, folder, { recursive: true });
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('writes three files that load as a draft with one case', () => {
    const files = scaffoldIndicator({ code: 'VR-43', slug: 'freight-gap', taken: [] }, folder);
    expect(files.map((file) => file.slice(folder.length))).toEqual([
      '/retained-credit-refund/VR-43-freight-gap.yaml', '/retained-credit-refund/VR-43-freight-gap.sql', '/retained-credit-refund/VR-43-freight-gap.evidence.sql',
    ]);
    const draft = indicatorByCode(loadIndicators(folder), 'VR-43');
    expect(draft).toMatchObject({ status: 'draft', version: 1, slug: 'freight-gap' });
    expect(draft.cases.map((one) => one.kind)).toEqual(['hit']);
  });

  it('refuses a malformed or taken code and a malformed slug, all at once, and never overwrites', () => {
    expect(() => scaffoldIndicator({ code: 'XX-1', slug: 'Bad Slug', taken: [] }, folder)).toThrow(/XX-1 is not two capitals.*slug Bad Slug.*name no policy/u);
    expect(() => scaffoldIndicator({ code: 'VR-90', slug: 'other', taken: ['VR-90'] }, folder)).toThrow(/VR-90 is taken/u);
    expect(() => scaffoldIndicator({ code: 'VR-90', slug: 'input-share', taken: [] }, folder)).toThrow(/files of that name exist/u);
  });
});

describe('showIndicator', () => {
  const indicator = indicatorByCode(loadIndicators(FIXTURE), 'VR-90');

  it('prints the page with the parameters in force on the day, in either language', () => {
    const zh = showIndicator(indicator, { language: 'zh', on: '2025-06-30' });
    expect(zh).toContain('# VR-90 进项占比');
    expect(zh).toContain('share_minimum = 0.5 比例 · T3 经验 · 占比下限 (旧规定)');
    for (const part of ['核对进项', '备货', '某公告', '进项税额(元)', 'from feat_subject as s', 'join vat_returns']) expect(zh).toContain(part);
    const en = showIndicator(indicator, { language: 'en', on: '2026-06-30', overrides: { 'VR-90': { share_forbidden: 9 } } });
    expect(en).toContain('share_minimum = 0.2 ratio · T3 practice · least share (practice)');
    expect(en).toContain('share_forbidden = 9 ratio · T1 statutory · forbidden share (configured)');
    expect(showIndicator(indicator, { language: 'en', on: '2019-01-01' })).toContain('share_minimum = not in force');
  });
});

describe('evidenceSql', () => {
  it('returns at most 200 ranked rows of the asked subjects only', async () => {
    const engine = await handMadeEngine([{ taxpayer: 1, application: 'A1' }, { taxpayer: 2 }]);
    const indicator = indicatorByCode(loadIndicators(FIXTURE), 'VR-90');
    await engine.exec(`insert into vat_returns select t.k, ${2026 * 12 + 5}, '2026-06', 1, 1, n from range(1, 301) as r(n), (values (1), (2)) as t(k)`);
    const rows = await engine.rows(evidenceSql(indicator, 's.taxpayer_key = 1'));
    expect(rows).toHaveLength(200);
    expect(rows[0]).toEqual({ subject_no: 1, evidence_rank: 1, period: '2026-06', input_tax_yuan: 1, source_file_no: 1, source_row_no: 1 });
    expect(rows[199]).toMatchObject({ evidence_rank: 200, source_row_no: 200 });
    expect(await evidenceTables(engine, loadIndicators(FIXTURE))).toEqual(['feat_declared', 'feat_subject', 'vat_returns']);
    await engine.close();
  });
});
