import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli, SAMPLE } from '../support/cli.ts';
import { GOLDEN_FILE, goldenOf } from './golden.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

type Golden = Awaited<ReturnType<typeof goldenOf>>;

const out = mkdtempSync(join(tmpdir(), 'golden-'));
let found: Golden;
beforeAll(async () => {
  const run = await runCli('run', '--input', SAMPLE, '--out', out);
  expect(run.code, run.stderr).toBe(0);
  found = await goldenOf(out);
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

// After a wanted change: npx tsx test/golden/write-golden.ts, then review the difference.
describe('the sample', () => {
  const golden = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as Golden;

  it.each(['as_of', 'levels', 'lanes', 'indicators', 'rings', 'exposed', 'top'] as const)('gives the reviewed %s', (part) => {
    expect(found[part]).toEqual(golden[part]);
  });

  it('has hits of several indicators and every taxpayer in each count', () => {
    const counts = Object.values(found.indicators);
    const sums = counts.map((outcomes) => Object.values(outcomes).reduce((sum, n) => sum + n, 0));
    expect(new Set(sums).size).toBe(1);
    expect(counts.filter((outcomes) => (outcomes['hit'] ?? 0) > 0).length).toBeGreaterThanOrEqual(10);
  });
});
