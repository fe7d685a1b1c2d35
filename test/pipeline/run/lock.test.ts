import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireRunLock } from '../../../pipeline/run/lock.ts';
import type { VatRiskError } from '../../../pipeline/shared/errors.ts';
import { packagePath } from '../../../pipeline/shared/package-root.ts';
import { runCli, SAMPLE } from '../../support/cli.ts';

let out = '';
let holder: ChildProcess | undefined;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => {
  holder?.kill('SIGKILL');
  holder = undefined;
  rmSync(out, { recursive: true });
});

/** Another process that holds the lock of `out`. */
async function startHolder(runId: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', packagePath('test', 'support', 'hold-lock.ts'), out, runId], { cwd: packagePath(), stdio: ['pipe', 'pipe', 'inherit'] });
  holder = child;
  await once(child.stdout, 'data');
  return child;
}

async function refusal(): Promise<VatRiskError | undefined> {
  try {
    await (await acquireRunLock(out, { runId: 'mine', pid: process.pid }))();
    return undefined;
  } catch (error) {
    return error as VatRiskError;
  }
}

describe('the run lock', () => {
  it('is refused while another process holds it, with the holder named and exit code 6', async () => {
    const child = await startHolder('night-1');
    const error = await refusal();
    expect([error?.code, error?.exitCode]).toEqual(['RUN_LOCKED', 6]);
    expect(error?.message).toContain(`run night-1, process ${String(child.pid)}`);
  });

  it('ends vatrisk run with exit code 6 and leaves no trace of a second run', async () => {
    await startHolder('night-1');
    const result = await runCli('run', '--input', SAMPLE, '--out', out);
    expect([result.code, result.stdout]).toEqual([6, '']);
    expect(result.stderr).toContain('[RUN_LOCKED]');
    expect(existsSync(join(out, 'CURRENT'))).toBe(false);
  });

  it('is free again as soon as its holder was killed without a chance to clean up', async () => {
    const child = await startHolder('night-1');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(out, 'runs', 'lock.json'))).toBe(true);
    expect(await refusal()).toBeUndefined();
  });

  it('is free after a release, and two output folders do not hinder each other', async () => {
    const child = await startHolder('night-1');
    const other = mkdtempSync(join(tmpdir(), 'lock-other-'));
    await (await acquireRunLock(other, { runId: 'x', pid: 1 }))();
    rmSync(other, { recursive: true });
    child.stdin?.write('go\n');
    await once(child, 'exit');
    expect(existsSync(join(out, 'runs', 'lock.json'))).toBe(false);
    expect(await refusal()).toBeUndefined();
  });
});
