import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Comparison } from '../../../models/compare/comparison.ts';
import { jsonOf, runCli, SAMPLE } from '../../support/cli.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'drift-runs-'));
const out = join(scratch, 'out');
const current = () => readFileSync(join(out, 'CURRENT'), 'utf8').trim();
const runs = () => readdirSync(join(out, 'runs'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
let first = '';
beforeAll(async () => {
  const result = await runCli('run', '--input', SAMPLE, '--out', out);
  expect(result.code, result.stderr).toBe(0);
  expect(jsonOf(result)).toMatchObject({ drift: { former_run_id: null, psi: null, crossed: [], accepted: false } });
  first = current();
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('two nights of the same delivery', () => {
  it('that differ in one parameter moved taxpayers for that parameter only, surely', async () => {
    const folder = join(scratch, 'changed');
    const changed = await runCli('run', '--input', SAMPLE, '--out', folder, '--set', 'indicators.VR-18.spike_times_minimum=1000');
    expect(changed.code, changed.stderr).toBe(0);
    const latter = join(folder, 'snapshots', readFileSync(join(folder, 'CURRENT'), 'utf8').trim());
    const compared = jsonOf(await runCli('compare', first, latter, '--out', out)) as Comparison;
    expect(compared.possible).toEqual({ data: false, rules: false, program: false, parameters: ['VR-18'], weights: [], code: [] });
    expect(compared.levels.reduce((sum, { taxpayers }) => sum + taxpayers, 0)).toBe(200);
    expect(compared.moved_total).toBeGreaterThan(0);
    for (const { cause, causes, is_certain, indicators } of compared.moved) {
      expect([cause, causes, is_certain]).toEqual(['threshold', ['threshold'], true]);
      expect(indicators.filter(({ is_carried }) => !is_carried).map(({ code }) => code)).toEqual(['VR-18']);
    }
  });
});

describe('a night and a trial of other rules', () => {
  it.each([
    ['cuts', 'scoring.cuts.blue=5', { rules: true, weights: [] }],
    ['a weight', 'scoring.weights.VR-18=0', { rules: false, weights: ['VR-18'] }],
  ])('that differ in %s moved taxpayers by the rules only, surely', async (_what, pair, possible) => {
    const trial = await runCli('run', '--out', out, '--what-if', '--set', pair);
    expect(trial.code, trial.stderr).toBe(0);
    const compared = jsonOf(await runCli('compare', first, `what-if/${first}`, '--out', out)) as Comparison;
    expect(compared.latter.run_id).toBe(`what-if/${first}`);
    expect(compared.possible).toMatchObject({ data: false, program: false, parameters: [], code: [], ...possible });
    expect(compared.moved_total).toBeGreaterThan(0);
    for (const { causes, is_certain } of compared.moved) expect([causes, is_certain]).toEqual([['threshold'], true]);
  });
});

describe('a night on which a table failed to come', () => {
  const delivery = join(scratch, 'partial');
  beforeAll(() => {
    mkdirSync(delivery);
    for (const file of readdirSync(SAMPLE).filter((name) => /\.(?:csv|json)$/u.test(name) && name !== 'input_uses.csv')) writeFileSync(join(delivery, file), readFileSync(join(SAMPLE, file)));
  });

  it('exits 4, names the indicators and leaves the former snapshot; resumed with the gate off it publishes', async () => {
    const stopped = await runCli('run', '--input', delivery, '--out', out, '--set', 'drift.minimum_taxpayers=100');
    expect([stopped.code, stopped.stdout, current()]).toEqual([4, '', first]);
    expect(stopped.stderr).toMatch(/\[DRIFT_GATE\][^]*VR-11: not assessed .* → 100\.00 %/u);
    const runId = runs().find((name) => name !== first) ?? '';
    expect((jsonOf(await runCli('compare', 'CURRENT', runId, '--out', out)) as Comparison).latter.run_id).toBe(runId);

    const [again, other] = [await runCli('run', '--out', out, '--resume', runId), await runCli('run', '--out', out, '--resume', runId, '--set', 'run.seed=1', '--set', 'drift.gate=off')];
    expect([again.code, other.code, current()]).toEqual([4, 2, first]);
    expect(other.stderr).toMatch(/\[USAGE\][^]*drift\.gate=off[^]*- --set run\.seed=1/u);

    const accepted = await runCli('run', '--out', out, '--resume', runId, '--set', 'drift.gate=off');
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(current()).toBe(runId);
    expect(jsonOf(accepted)).toMatchObject({ published: true, drift: { former_run_id: first, gate: 'off', verdict: 'stop', accepted: true } });
    expect(readFileSync(join(out, 'runs', runId, 'journal.jsonl'), 'utf8')).toContain('{"kind":"override","key":"drift.gate","value":"off"}');
  });

  it('passes the gate as shipped, which does not judge so few taxpayers', async () => {
    const result = await runCli('run', '--input', SAMPLE, '--out', out);
    expect(result.code, result.stderr).toBe(0);
    expect(jsonOf(result)).toMatchObject({ drift: { verdict: expect.stringMatching(/none|watch/u) as string, crossed: [] } });
  });
});
