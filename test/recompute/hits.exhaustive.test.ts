import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import { simulate } from '../../data-samples/simulator/simulate.ts';
import { shuffled } from '../support/delivery.ts';
import { differingHits, hitsOf, plainWorldOf, type Hit } from './worked-out.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const CHECKED = 200;
/** Another seed draws another two hundred. */
const SEED = Number(process.env['VATRISK_TEST_SEED'] ?? '20261126');
/** Another province of the same last period, in which other indicators hit. */
const GIVEN = process.env['VATRISK_TEST_PROVINCE'];

const scratch = mkdtempSync(join(tmpdir(), 'recompute-'));
const province = GIVEN ?? join(scratch, 'province');
let hits: readonly Hit[] = [];
beforeAll(async () => {
  if (GIVEN === undefined) await simulate({ options: simulateOptions({ taxpayers: 1500, seed: 77 }), out: province, format: 'csv', memory: '2GB', threads: 2 });
  hits = await hitsOf(province, join(scratch, 'out'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('hits of a simulated province, worked out again from its CSV files in plain code', () => {
  it(`give the same value for ${CHECKED} of them, drawn at random`, () => {
    const drawn = shuffled(hits, SEED).slice(0, CHECKED);
    expect(differingHits(plainWorldOf(province), drawn)).toEqual([]);
    expect(drawn.length).toBe(GIVEN === undefined ? CHECKED : Math.min(CHECKED, hits.length));
  });
});
