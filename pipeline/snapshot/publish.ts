import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { moveFolder, replaceFile, syncTree } from './durable.ts';

/**
 * Publishes a finished folder: everything is forced to disk, the folder takes its final name, CURRENT is replaced last of
 * all. Killed in between, the former snapshot still serves and the call may be repeated.
 */
export function publishSnapshot(outDirectory: string, runId: string, preparedFolder: string): void {
  const snapshots = join(outDirectory, 'snapshots');
  const folder = join(snapshots, runId);
  mkdirSync(snapshots, { recursive: true });
  if (existsSync(preparedFolder)) {
    rmSync(folder, { recursive: true, force: true });
    syncTree(preparedFolder);
    moveFolder(preparedFolder, folder);
  }
  replaceFile(join(outDirectory, 'CURRENT'), `${runId}\n`);
}
