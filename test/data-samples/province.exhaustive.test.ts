import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { honestHits } from '../../bench/honest-hits.ts';
import type { HonestHits } from '../../bench/honest-hits.ts';
import { provinceFiles } from '../../data-samples/generate.ts';
import { simulateOptions } from '../../data-samples/simulator/options.ts';
import { carryForwardBreaks, csvRows, hiddenOutput, unconfirmedInput, unpostedRefunds } from './recompute.ts';
import type { Delivery, Row } from './recompute.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const scratch = mkdtempSync(join(tmpdir(), 'vatrisk-province-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('a province in which nobody cheats', () => {
  let found: HonestHits;
  beforeAll(async () => {
    found = await honestHits(scratch, { taxpayers: 2000, seed: 11, threads: 2, memory: '3GB' });
  });

  it('is hit by statutory and reconciliation rules at no more than one taxpayer in five hundred', () => {
    expect(found.taxpayers).toBe(2000);
    expect(found.share, JSON.stringify(found.byCode)).toBeLessThanOrEqual(0.002);
  });

  it('has an accident on record behind every such hit', () => {
    expect(found.unexplained).toEqual([]);
  });
});

describe('planted behaviour', () => {
  let delivery: Delivery;
  let labels: Row[];
  beforeAll(async () => {
    const files = await provinceFiles(simulateOptions({ taxpayers: 1200, seed: 12 }));
    const tables = new Map<string, readonly Row[]>();
    delivery = (name) => {
      const rows = tables.get(name) ?? csvRows(files.get(`${name}.csv`)?.toString('utf8') ?? '');
      tables.set(name, rows);
      return rows;
    };
    labels = csvRows(files.get('truth/labels.csv')?.toString('utf8') ?? '');
  });

  it.each([
    ['breaks_carry', carryForwardBreaks], ['claims_unconfirmed_input', unconfirmedInput], ['leaves_out_sales', hiddenOutput], ['leaves_refund_unposted', unpostedRefunds],
  ])('%s shows in a plain recomputation from the files at its firms', (archetype, rule) => {
    const planted = labels.filter((row) => row.archetype === archetype && Number(row.tax_yuan) > 100).map((row) => row.taxpayer_id ?? '');
    const shown = rule(delivery);
    expect(planted.length).toBeGreaterThan(0);
    expect(planted.filter((id) => !shown.has(id))).toEqual([]);
  });

  it.each([['carry-forward breaks', carryForwardBreaks], ['input above confirmed input', unconfirmedInput], ['output left out', hiddenOutput]])('%s stand at nobody honest without an accident on record', (_, rule) => {
    const honest = new Set(labels.filter((row) => row.label === 'honest').map((row) => row.taxpayer_id));
    expect([...rule(delivery)].filter((id) => honest.has(id)).length).toBeLessThanOrEqual(3);
  });
});
