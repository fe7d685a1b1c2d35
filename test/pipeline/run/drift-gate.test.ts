import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formerSide, writeDrift } from '../../../pipeline/compare/write-drift.ts';
import { loadConfig } from '../../../pipeline/config/load-config.ts';
import type { Config } from '../../../pipeline/config/schema.ts';
import { openDuckDb } from '../../../pipeline/engine/duckdb-engine.ts';
import type { Engine } from '../../../pipeline/engine/engine.ts';
import type { RunContext } from '../../../pipeline/run/run-context.ts';
import { STEPS } from '../../../pipeline/run/steps.ts';
import type { DriftView } from '../../../pipeline/snapshot/open-snapshot.ts';
import { makeSnapshot, type MadeSnapshot, type MadeTaxpayer } from '../../support/grade-snapshot.ts';

const usual = await loadConfig();
const config: Config = { ...usual, drift: { ...usual.drift, minimum_taxpayers: 100 } };
let out = '';
let engine: Engine;
beforeEach(async () => {
  out = mkdtempSync(join(tmpdir(), 'gate-'));
  engine = await openDuckDb();
});
afterEach(async () => {
  await engine.close();
  rmSync(out, { recursive: true });
});

function night(high: number, absent = false): MadeSnapshot {
  return { taxpayers: Array.from({ length: 300 }, (_, at): MadeTaxpayer => ({ id: `T${at}`, level: at < high ? 'high' : 'none', score: 0, ...(absent ? { cells: { 'VR-30': { state: 20 } } } : {}) })) };
}

async function publishFirst(made: MadeSnapshot): Promise<void> {
  await makeSnapshot(join(out, 'snapshots', 'r1'), 'r1', made);
  writeFileSync(join(out, 'CURRENT'), 'r1\n');
}

/** What the step "snapshot" leaves: the files of the night, and their manifest with the drift. */
async function prepare(made: MadeSnapshot): Promise<DriftView> {
  const folder = join(out, 'runs', 'r2', 'snapshot');
  const { manifest } = await makeSnapshot(folder, 'r2', made);
  const { view, file } = await writeDrift({ former: formerSide(out), latter: { runId: 'r2', folder, outputs: manifest.outputs, tables: null }, rules: config.drift, engine: config.engine });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, outputs: [...manifest.outputs, file], drift: view }));
  return view;
}

const context = (gate: 'on' | 'off'): RunContext => ({ request: { runId: 'r2' }, outDirectory: out, runDirectory: join(out, 'runs', 'r2'), config: { ...config, drift: { ...config.drift, gate } } }) as unknown as RunContext;
const runStep = async (name: string, gate: 'on' | 'off') => STEPS.find((step) => step.name === name)?.run(engine, context(gate));
const current = () => readFileSync(join(out, 'CURRENT'), 'utf8').trim();
const manifestOf = (runId: string) => JSON.parse(readFileSync(join(out, 'snapshots', runId, 'manifest.json'), 'utf8')) as { drift: DriftView };

describe('the drift gate', () => {
  it('stands between the finished files and publishing', () => {
    expect(STEPS.map(({ name }) => name).slice(-3)).toEqual(['snapshot', 'drift', 'publish']);
  });

  it('stops with exit code 4 and every crossed limit at once; the former snapshot stays and the files can be looked at', async () => {
    await publishFirst(night(6));
    await prepare(night(30, true));
    const stop = { code: 'DRIFT_GATE', exitCode: 4, details: [
      'level high: 2.00 % → 10.00 % of the taxpayers, allowed up to 2 times the former share or 1 points more',
      'VR-30: not assessed 0.00 % → 100.00 % of 300 taxpayers it applies to, allowed less than 20 points more',
    ] };
    await expect(runStep('drift', 'on')).rejects.toMatchObject(stop);
    await expect(runStep('drift', 'on')).rejects.toThrow(/vatrisk compare CURRENT r2 --out .*--resume r2 --set drift\.gate=off/u);
    // asked for alone, publishing does not get round the gate
    await expect(runStep('publish', 'on')).rejects.toMatchObject(stop);
    expect([current(), existsSync(join(out, 'runs', 'r2', 'snapshot', 'drift.parquet'))]).toEqual(['r1', true]);
  });

  it('with the gate off publishes, and the manifest says that the change was accepted', async () => {
    await publishFirst(night(6));
    await prepare(night(30));
    expect(await runStep('drift', 'off')).toMatchObject({ verdict: 'stop', accepted: true });
    // a publishing step that was killed and comes back without the override still knows
    await runStep('publish', 'on');
    expect([current(), manifestOf('r2').drift]).toEqual(['r2', expect.objectContaining({ former_run_id: 'r1', gate: 'off', verdict: 'stop', accepted: true })]);
  });

  it('lets a quiet night pass, and a first one', async () => {
    expect(await prepare(night(6))).toMatchObject({ former_run_id: null, psi: null, verdict: 'none', crossed: [] });
    await publishFirst(night(6));
    expect(await prepare(night(7))).toMatchObject({ former_run_id: 'r1', verdict: 'none', crossed: [], accepted: false });
    expect(await runStep('drift', 'on')).toMatchObject({ verdict: 'none', accepted: false });
    await runStep('publish', 'on');
    expect([current(), manifestOf('r2').drift.accepted]).toEqual(['r2', false]);
  });

  it('takes a former snapshot that cannot be compared for none, and says what to do when there is nothing to look at', async () => {
    mkdirSync(join(out, 'snapshots', 'r1'), { recursive: true });
    writeFileSync(join(out, 'snapshots', 'r1', 'manifest.json'), JSON.stringify({ run_id: 'r1', as_of: '2026-11-16', outputs: [] }));
    writeFileSync(join(out, 'CURRENT'), 'r1\n');
    expect(formerSide(out)).toBeNull();
    await expect(runStep('drift', 'on')).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE', exitCode: 2 });
  });

  it('gives the same bytes for the same two nights', async () => {
    await publishFirst(night(6));
    await prepare(night(9));
    const first = readFileSync(join(out, 'runs', 'r2', 'snapshot', 'drift.parquet'));
    await prepare(night(9));
    expect(readFileSync(join(out, 'runs', 'r2', 'snapshot', 'drift.parquet')).equals(first)).toBe(true);
  });
});
