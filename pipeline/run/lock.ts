import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import { VatRiskError } from '../shared/errors.ts';

/**
 * One run at a time per output folder. The lock is the operating system's lock that DuckDB takes on a database file it
 * writes to: it ends with the process, however the process ends, so no stale lock can block the next night.
 */
export async function acquireRunLock(outDirectory: string, holder: { runId: string; pid: number }): Promise<() => Promise<void>> {
  const folder = join(outDirectory, 'runs');
  await mkdir(folder, { recursive: true });
  const note = join(folder, 'lock.json');
  const engine = await openDuckDb({ path: join(folder, 'lock.duckdb'), threads: 1, memoryLimit: '64MB' }).catch(async (cause: unknown) => {
    const text = cause instanceof Error ? cause.message : '';
    if (!/(?:set|conflicting) lock/iu.test(text)) throw cause;
    throw new VatRiskError('RUN_LOCKED', `Another run holds the lock of ${outDirectory}: ${await describeHolder(note)}. Wait until it ends.`, { cause });
  });
  await writeFile(note, JSON.stringify(holder));
  return async () => {
    await rm(note, { force: true });
    await engine.close();
  };
}

async function describeHolder(note: string): Promise<string> {
  try {
    const holder: unknown = JSON.parse(await readFile(note, 'utf8'));
    if (typeof holder === 'object' && holder !== null && 'runId' in holder && 'pid' in holder) {
      return `run ${String(holder.runId)}, process ${String(holder.pid)}`;
    }
  } catch {
    // The holder has not written its note yet: the lock itself is what counts.
  }
  return 'a run that has just started';
}
