import { withDetails } from '../../support/with-details.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { checkLock, lockFaults, lockOf, logicHash, readLock, writeLock } from '../../../indicators/loader/lock.ts';
import type { Indicator } from '../../../indicators/loader/schema.ts';
import { FIXTURE } from './hand-made-features.ts';

const catalogue = loadIndicators(FIXTURE);
const changed = (edit: (indicator: Indicator) => Partial<Indicator>): readonly Indicator[] => catalogue.map((one) => (one.code === 'VR-90' ? { ...one, ...edit(one) } : one));

describe('the version lock', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('agrees with the catalogue it was written from, and is written the same twice', () => {
    const texts = () => ['indicators.lock.json', 'CATALOGUE.md'].map((file) => readFileSync(join(folder, file), 'utf8'));
    writeLock(catalogue, folder);
    const first = texts();
    writeLock(catalogue, folder);
    expect(texts()).toEqual(first);
    expect(lockFaults(catalogue, readLock(folder))).toEqual([]);
    expect(() => { checkLock(catalogue, folder); }).not.toThrow();
  });

  it('goes with a page of the whole catalogue: policies, coverage, groups; a stale page is found', () => {
    writeLock(catalogue, folder);
    const file = join(folder, 'CATALOGUE.md');
    const page = readFileSync(file, 'utf8');
    for (const part of ['共 2 项 · 2 indicators', '## 留抵退税 · retained-credit refund（1）', '[VR-90](retained-credit-refund/VR-90-input-share.yaml)', '| 内部管理 / 权限责任 |']) expect(page).toContain(part);
    writeFileSync(file, page.replace('2 indicators', '3 indicators'));
    expect(withDetails(() => { checkLock(catalogue, folder); })).toThrow(/CATALOGUE\.md is not the page of this catalogue/u);
    expect(withDetails(() => { checkLock(changed(() => ({ name: { zh: '新', en: 'new' } })), folder); })).toThrow(/CATALOGUE\.md/u);
  });

  const scoring: readonly (readonly [string, (indicator: Indicator) => Partial<Indicator>])[] = [
    ['the SQL', (one) => ({ sql: one.sql.replace('input_w3_yuan', 'input_w12_yuan') })],
    ['the evidence SQL', (one) => ({ evidenceSql: one.evidenceSql.replace('- 2', '- 3') })],
    ['a parameter value', (one) => ({ parameters: { ...one.parameters, share_forbidden: { ...one.parameters!['share_forbidden']!, values: [{ value: 3, source: '规定' }] } } })],
    ['a condition', (one) => ({ branches: one.branches.map((branch) => ({ ...branch, when: `${branch.when} and true` })) })],
    ['the weight', () => ({ weight: 5 })],
  ];
  it.each(scoring)('asks for a new version when %s changes', (_, edit) => {
    expect(lockFaults(changed(edit), lockOf(catalogue))).toEqual([expect.stringMatching(/VR-90: its logic changed but version is still 1; set version: 2/u)]);
    writeLock(catalogue, folder);
    expect(withDetails(() => { checkLock(changed(edit), folder); })).toThrow(/set version: 2/u);
  });

  it('ignores wording, cases, line ends and blanks at line ends', () => {
    const reworded = changed((one) => ({
      name: { zh: '另', en: 'other' }, cases: [], innocent: { zh: ['x'], en: ['y'] }, sql: one.sql.replaceAll('\n', '  \r\n'),
      branches: one.branches.map((branch) => ({ ...branch, reason: { zh: '另', en: 'other' } })),
    }));
    expect(reworded.map(logicHash)).toEqual(catalogue.map(logicHash));
  });

  it('says what to do about a new version, a version that went back, an unlocked and a vanished indicator', () => {
    const lock = lockOf(catalogue);
    expect(lockFaults(changed(() => ({ version: 2, weight: 5 })), lock)).toEqual([expect.stringContaining('version 2 is not locked yet (locked: 1); run: vatrisk indicator lock')]);
    expect(lockFaults(catalogue, { ...lock, 'SS-90': { version: 4, sha256: '' } })).toEqual([expect.stringContaining('a version never goes back')]);
    expect(lockFaults(catalogue, {})).toHaveLength(2);
    expect(lockFaults([], lock)).toEqual([expect.stringContaining('SS-90 is locked but gone'), expect.stringContaining('VR-90 is locked but gone')]);
    expect(lockFaults(changed(() => ({ status: 'draft' })), {})).toEqual([expect.stringContaining('SS-90')]);
  });

  it('refuses to write over changed logic of the same version', () => {
    writeLock(catalogue, folder);
    expect(withDetails(() => writeLock(changed(() => ({ weight: 5 })), folder))).toThrow(/VR-90: its logic changed/u);
    expect(writeLock(changed(() => ({ weight: 5, version: 2 })), folder)['VR-90']?.version).toBe(2);
  });
});
