import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SAMPLE } from '../support/cli.ts';
import { agree } from './agree.ts';
import { FORMULAS } from './formulas/index.ts';
import { differingHits, hitsOf, plainWorldOf, workedOut, type Hit } from './worked-out.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let hits: readonly Hit[] = [];
const out = mkdtempSync(join(tmpdir(), 'recompute-'));
beforeAll(async () => {
  hits = await hitsOf(SAMPLE, out);
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

describe('hits of the sample, worked out again from the CSV files in plain code', () => {
  const world = plainWorldOf(SAMPLE);

  it('have a plain formula for every indicator that hits', () => {
    expect([...new Set(hits.map(({ code }) => code))].filter((code) => FORMULAS[code] === undefined)).toEqual([]);
  });

  it('give the same value, every one of them', () => {
    expect(hits.length).toBeGreaterThan(30);
    expect(differingHits(world, hits)).toEqual([]);
  });

  it('would not agree with a value that is a thousandth off', () => {
    // Of shares under two thousandths a thousandth is lost in rounding.
    const wrong = hits.filter(({ code, value }) => FORMULAS[code] !== undefined && value !== null && Math.abs(value) > 0.002)
      .filter((hit) => agree(workedOut(world, hit), (hit.value ?? 0) * 1.001));
    expect(wrong).toEqual([]);
  });
});
