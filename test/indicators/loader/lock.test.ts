import { withDetails } from '../../support/with-details.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
    const file = join(folder, 'lock.json');
    writeLock(catalogue, file);
    const text = readFileSync(file, 'utf8');
    writeLock(catalogue, file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(lockFaults(catalogue, readLock(file))).toEqual([]);
    expect(() => { checkLock(catalogue, readLock(file)); }).not.toThrow();
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
    expect(withDetails(() => { checkLock(changed(edit), lockOf(catalogue)); })).toThrow(/set version: 2/u);
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
    const file = join(folder, 'lock.json');
    writeLock(catalogue, file);
    expect(withDetails(() => writeLock(changed(() => ({ weight: 5 })), file))).toThrow(/VR-90: its logic changed/u);
    expect(writeLock(changed(() => ({ weight: 5, version: 2 })), file)['VR-90']?.version).toBe(2);
  });
});
