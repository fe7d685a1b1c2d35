import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Listed {
  readonly file: string;
  readonly sha256: string;
}

interface Manifest {
  readonly outputs: readonly Listed[];
  readonly catalogue: Listed;
}

/** SHA-256 of every file of the current snapshot of `out`, by name. Throws when the snapshot is not whole: a file missing or not as listed. */
export function wholeSnapshot(out: string): Map<string, string> {
  const runId = readFileSync(join(out, 'CURRENT'), 'utf8').trim();
  const folder = join(out, 'snapshots', runId);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const listed = [...manifest.outputs, manifest.catalogue];
  const faults = listed.filter(({ file, sha256 }) => !existsSync(join(folder, file)) || hashOf(join(folder, file)) !== sha256);
  if (faults.length > 0 || manifest.outputs.length === 0) throw new Error(`snapshot ${runId} is not whole: ${faults.map(({ file }) => file).join(', ')}`);
  return new Map(listed.map(({ file, sha256 }) => [file, sha256]));
}

/** The same without the drift table: it tells how a night differs from the one published before, so it is no figure of that night alone. */
export function ownFiles(out: string): Map<string, string> {
  return new Map([...wholeSnapshot(out)].filter(([file]) => file !== 'drift.parquet'));
}

/** Path of a file of the current snapshot. */
export function snapshotFile(out: string, file: string): string {
  return join(out, 'snapshots', readFileSync(join(out, 'CURRENT'), 'utf8').trim(), file);
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
