import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExportOrder } from '../../pipeline/export/export-order.ts';
import type { ExportResult } from '../../pipeline/export/export-snapshot.ts';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import type { ExportJob } from './export-jobs.ts';

export type ExportOutcome = Pick<ExportJob, 'status' | 'files' | 'rows' | 'error'>;
export interface RunningExport {
  readonly ended: Promise<ExportOutcome>;
  stop(): void;
}

/** A line that the export process writes. */
interface Line {
  readonly progress?: NonNullable<ExportJob['progress']>;
  readonly result?: ExportResult;
  readonly error?: { readonly code: string; readonly message: string; readonly details: readonly string[] };
}

/** Starts `vatrisk export` as its own process with an order, and tells how it goes. */
export function startExport(outDirectory: string, folder: string, name: string, order: ExportOrder, onProgress: (progress: NonNullable<ExportJob['progress']>) => void): RunningExport {
  const orderFile = join(folder, 'order.json');
  replaceFile(orderFile, JSON.stringify(order));
  const child = spawn(process.execPath, [packagePath('bin', 'vatrisk.mjs'), 'export', '--out', outDirectory, '--output', join(folder, name), '--request', orderFile], { stdio: ['ignore', 'pipe', 'ignore'] });
  let outcome: ExportOutcome = failed('ENGINE_FAILED', 'The export ended without a result; order it again, and tell the operators when it happens again.');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.progress !== undefined) onProgress(line.progress);
    if (line.error !== undefined) outcome = failed(line.error.code, [line.error.message, ...line.error.details].join(' '));
    if (line.result !== undefined) outcome = { status: 'done', files: filesOf(line.result, folder), rows: line.result.rows, error: null };
  });
  const ended = new Promise<ExportOutcome>((resolve) => {
    child.on('error', () => {
      resolve(failed('ENGINE_FAILED', 'The export could not be started; tell the operators.'));
    });
    child.on('close', () => {
      // The order names taxpayers; nothing needs it any more.
      rmSync(orderFile, { force: true });
      resolve(outcome);
    });
  });
  return { ended, stop: () => child.kill('SIGTERM') };
}

function filesOf({ files, manifest }: ExportResult, folder: string): ExportOutcome['files'] {
  const listed = files.map(({ file, bytes, sm3 }) => ({ name: file, bytes, sm3 }));
  if (manifest === null) return listed;
  const content = readFileSync(join(folder, manifest));
  return [...listed, { name: manifest, bytes: content.length, sm3: createHash('sm3').update(content).digest('hex') }];
}

function failed(code: string, message: string): ExportOutcome {
  return { status: 'failed', files: [], rows: {}, error: { code, message } };
}
