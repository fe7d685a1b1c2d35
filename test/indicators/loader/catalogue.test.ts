import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCaseWorld, type OpenCaseWorld } from '../../../pipeline/run/case-world.ts';
import { runCases } from '../../../indicators/loader/cases.ts';
import { indicatorCodes, loadIndicators } from '../../../indicators/loader/load.ts';
import { checkLock } from '../../../indicators/loader/lock.ts';
import { checkIndicators } from '../../../indicators/loader/sql-checks.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import { loadLists } from '../../../pipeline/features/lists.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';

// Every indicator of the tree gets these tests by being there. One alone: vitest run … -t VR-18
describe('the catalogue', () => {
  let world: OpenCaseWorld;
  beforeAll(async () => {
    world = await openCaseWorld(compilePeerSql);
  });
  afterAll(() => world.close());

  it.each(indicatorCodes())('%s fits the format', (code) => {
    expect(loadIndicators(undefined, code)).toHaveLength(1);
  });

  describe('on empty tables', () => {
    let empty: Engine;
    beforeAll(async () => {
      empty = await world.empty();
    });

    it.each(indicatorCodes())('%s has sound SQL, expressions, reasons and evidence', async (code) => {
      await expect(checkIndicators(empty, loadIndicators(undefined, code))).resolves.toBeUndefined();
    });
  });

  it.each(indicatorCodes())('%s passes its cases', async (code) => {
    for (const indicator of loadIndicators(undefined, code)) {
      const failed = (await runCases(world, indicator)).filter((result) => result.faults.length > 0);
      expect(failed.map((result) => `${result.name.en}: ${result.faults.join('; ')}`)).toEqual([]);
    }
  });

  it('has the weights that the list of strong indicators says', () => {
    const listed = loadLists().find(({ list }) => list === 'strong_indicators')?.entries.map(({ code }) => code);
    expect([...(listed ?? [])].sort()).toEqual(loadIndicators().filter(({ weight }) => weight >= 4).map(({ code }) => code));
  });

  it('loads as a whole and agrees with its lock', () => {
    expect(() => {
      checkLock(loadIndicators());
    }).not.toThrow();
  });
});
