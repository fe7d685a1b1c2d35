import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import { runCli, SAMPLE } from './cli.ts';

/**
 * The output folder of one run of the sample, half a minute of work that all test files share: the first to ask runs it, the others wait.
 * Only to be read. Fails with what the run said when it did not come through.
 */
export async function sampleRun(): Promise<string> {
  const folder = inject('sampleFolder');
  const [out, ended] = [join(folder, 'out'), join(folder, 'ended')];
  if (isFirst(join(folder, 'begun'))) {
    const { code, stderr } = await runCli('run', '--input', SAMPLE, '--out', out);
    replaceFile(ended, code === 0 ? '' : `exit ${String(code)}: ${stderr}`);
  }
  while (!existsSync(ended)) await setTimeout(100);
  const fault = readFileSync(ended, 'utf8');
  if (fault !== '') throw new Error(fault);
  return out;
}

/** Making a folder is atomic: exactly one caller of all workers makes it. */
function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
