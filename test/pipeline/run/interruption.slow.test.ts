import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli, SAMPLE, startCli } from '../../support/cli.ts';
import { ownFiles, snapshotFile } from '../../support/snapshots.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const scratch = mkdtempSync(join(tmpdir(), 'interruption-'));
const out = join(scratch, 'out');
let former: Map<string, string>;
beforeAll(async () => {
  const result = await runCli('run', '--input', SAMPLE, '--out', out);
  expect(result.code, result.stderr).toBe(0);
  former = ownFiles(out);
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const current = () => readFileSync(join(out, 'CURRENT'), 'utf8').trim();
const runs = () => readdirSync(join(out, 'runs'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** Starts a run, sends a signal as soon as stderr has said `when`, and gives back how it ended and its run id. */
async function interrupted(signal: NodeJS.Signals, when: RegExp) {
  const before = runs();
  const run = startCli(['run', '--input', SAMPLE, '--out', out]);
  await run.saw(when);
  run.child.kill(signal);
  const result = await run.ended;
  return { ...result, runId: runs().find((name) => !before.includes(name)) ?? '' };
}

describe('a run that is asked to stop', () => {
  it('by SIGTERM exits 143 without publishing, and a resumed run publishes the same bytes as one never interrupted', async () => {
    const before = current();
    const stopped = await interrupted('SIGTERM', / indicators started/u);
    expect([stopped.code, stopped.stdout]).toEqual([143, '']);
    expect(stopped.stderr).toContain('[INTERRUPTED]');
    expect(current()).toBe(before);

    const resumed = await runCli('run', '--out', out, '--resume', stopped.runId);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toMatch(/ (load|features|graph) started/u);
    expect(current()).toBe(stopped.runId);
    expect(ownFiles(out)).toEqual(former);
  });

  it('by SIGINT while it loads exits 130; its resumed run starts with loading and gives the same bytes', async () => {
    const stopped = await interrupted('SIGINT', /load started/u);
    expect([stopped.code, stopped.stdout]).toEqual([130, '']);
    const resumed = await runCli('run', '--out', out, '--resume', stopped.runId);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('load started');
    expect(ownFiles(out)).toEqual(former);
  });
});

describe('resuming', () => {
  it('a run that was published already changes nothing and succeeds', async () => {
    const before = current();
    const result = await runCli('run', '--out', out, '--resume', before);
    expect([result.code, current()]).toEqual([0, before]);
    expect(ownFiles(out)).toEqual(former);
  });

  it('an unknown run is refused with exit code 2, and no folder is made for it', async () => {
    const result = await runCli('run', '--out', out, '--resume', 'no-such-run');
    expect([result.code, existsSync(join(out, 'runs', 'no-such-run'))]).toEqual([2, false]);
    expect(result.stderr).toContain('[RUN_NOT_RESUMABLE]');
  });

  it('a run begun with other indicators, or whose work a later run cleaned up, is refused with exit code 2', async () => {
    const journal = join(out, 'runs', current(), 'journal.jsonl');
    const text = readFileSync(journal, 'utf8');
    writeFileSync(journal, text.replace(/"catalogueHash":"[0-9a-f]+"/u, '"catalogueHash":"0"'));
    const changed = await runCli('run', '--out', out, '--resume', current());
    writeFileSync(journal, text.split('\n').filter((line) => !/"name":"(score|snapshot|publish)"/u.test(line)).join('\n'));
    rmSync(join(out, 'runs', current(), 'work.duckdb'));
    const swept = await runCli('run', '--out', out, '--resume', current());
    writeFileSync(journal, text);
    for (const result of [changed, swept]) {
      expect(result.code, result.stderr).toBe(2);
      expect(result.stderr).toContain('[RUN_NOT_RESUMABLE]');
    }
  });
});

describe('a run that is killed with SIGKILL', () => {
  it.each([/load started/u, /features started/u, /publish started/u])('after it said %s leaves CURRENT on a whole snapshot', async (when) => {
    const killed = await interrupted('SIGKILL', when);
    expect(killed.signal).toBe('SIGKILL');
    expect(ownFiles(out)).toEqual(former);
  });

  it('does not hinder the next run, which cleans up after it', async () => {
    const result = await runCli('run', '--input', SAMPLE, '--out', out);
    expect(result.code, result.stderr).toBe(0);
    expect(ownFiles(out)).toEqual(former);
    // what-if and calibration start from the work of the newest published run
    for (const run of runs()) expect(readdirSync(join(out, 'runs', run)).sort()).toEqual(run === current() ? ['journal.jsonl', 'work.duckdb'] : ['journal.jsonl']);
    expect(existsSync(snapshotFile(out, 'manifest.json'))).toBe(true);
  });
});
