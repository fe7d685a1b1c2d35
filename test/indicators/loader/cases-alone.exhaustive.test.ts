import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCases } from '../../../indicators/loader/cases.ts';
import { loadIndicators } from '../../../indicators/loader/load.ts';
import { compilePeerSql } from '../../../models/peers/peer-sql.ts';
import { openCaseWorld, type OpenCaseWorld } from '../../../pipeline/run/case-world.ts';

let world: OpenCaseWorld;
beforeAll(async () => {
  world = await openCaseWorld(compilePeerSql);
});
afterAll(() => world.close());

it.each(loadIndicators().map((indicator) => [indicator.code, indicator] as const))('%s: every case holds in a world of its own', async (_, indicator) => {
  const failed = (await runCases(world, indicator, { alone: true })).filter(({ faults }) => faults.length > 0);
  expect(failed.map(({ name, faults }) => [name.en, ...faults])).toEqual([]);
}, 120_000);
