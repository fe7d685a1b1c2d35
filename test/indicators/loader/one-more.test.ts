import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCases } from '../../../indicators/loader/cases.ts';
import { indicatorByCode, indicatorCodes, loadIndicators } from '../../../indicators/loader/load.ts';
import { checkLock, writeLock } from '../../../indicators/loader/lock.ts';
import { scaffoldIndicator } from '../../../indicators/loader/scaffold.ts';
import { checkIndicators } from '../../../indicators/loader/sql-checks.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import { openCaseWorld, type OpenCaseWorld } from '../../../pipeline/run/case-world.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';

/** What an analyst writes into the draft: it counts, a limit of 12, and cases on either side of it. */
const WRITTEN: readonly (readonly [string, string])[] = [
  ['status: draft ', 'status: active '],
  ['values: [{ value: 100, calibration: to be set }]', 'values: [{ value: 12, calibration: "every month of the window" }]'],
  ['source: to be written', 'source: a test'],
];
const caseText = (kind: string, name: string, period: string, expected: string): string => `  - name: ${name}
    kind: ${kind}
    as_of: 2026-07-20
    given:
      taxpayers: [{ taxpayer_id: T1, vat_status: general, registered_on: 2015-01-01 }]
      vat_returns: [{ taxpayer_id: T1, period: ${period} }]
    expect: { T1: { ${expected} } }
`;
const CASES = [
  caseText('clear', '{ zh: 半年, en: half a year }', '2026-01..2026-06', 'outcome: clear, value: 6'),
  caseText('near_miss', '{ zh: 缺一份, en: one return is missing }', '2025-08..2026-06', 'outcome: clear, value: 11'),
  caseText('not_assessed', '{ zh: 无申报表, en: no return in the window }', '2024-01', 'outcome: not_assessed, reason_code: N_NO_ROWS'),
].join('');

describe('one indicator more, from `indicator new` to the lock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-more-'));
  let world: OpenCaseWorld;
  beforeAll(async () => {
    world = await openCaseWorld(compilePeerSql);
    cpSync(packagePath('indicators'), folder, { recursive: true, filter: (path) => !path.includes('loader') });
    const [yaml = ''] = scaffoldIndicator({ code: 'VR-43', slug: 'returns-in-window', taken: indicatorCodes(folder) }, folder);
    const text = WRITTEN.reduce((so, [from, to]) => so.replace(from, to), readFileSync(yaml, 'utf8'));
    writeFileSync(yaml, text + CASES);
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  it('fits the format, has sound SQL and passes its cases, with three files and no line of TypeScript', async () => {
    const indicators = loadIndicators(folder);
    expect(indicators).toHaveLength(loadIndicators().length + 1);
    await expect(checkIndicators(await world.empty(), loadIndicators(folder, 'VR-43'))).resolves.toBeUndefined();
    const results = await runCases(world, indicatorByCode(indicators, 'VR-43'));
    expect(results.map(({ kind, faults }) => [kind, ...faults])).toEqual([['hit'], ['clear'], ['near_miss'], ['not_assessed']]);
  });

  it('is missed by the lock until the lock is written again', () => {
    const indicators = loadIndicators(folder);
    expect(() => {
      checkLock(indicators, folder);
    }).toThrow(/fault/u);
    writeLock(indicators, folder);
    expect(() => {
      checkLock(indicators, folder);
    }).not.toThrow();
    expect(readFileSync(join(folder, 'CATALOGUE.md'), 'utf8')).toContain('VR-43');
  });
});
