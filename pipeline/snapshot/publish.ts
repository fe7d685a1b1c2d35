import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { VatRiskError } from '../shared/errors.ts';
import { moveFolder, replaceFile, syncTree } from './durable.ts';

/**
 * Publishes a finished folder: everything is forced to disk, the folder takes its final name, CURRENT is replaced last of
 * all. Killed in between, the former snapshot still serves and the call may be repeated. Throws RUN_NOT_RESUMABLE when there is nothing
 * to publish.
 */
export function publishSnapshot(outDirectory: string, runId: string, preparedFolder: string): void {
  const snapshots = join(outDirectory, 'snapshots');
  const folder = join(snapshots, runId);
  mkdirSync(snapshots, { recursive: true });
  if (existsSync(preparedFolder)) {
    rmSync(folder, { recursive: true, force: true });
    syncTree(preparedFolder);
    moveFolder(preparedFolder, folder);
  } else if (!existsSync(join(folder, 'manifest.json'))) {
    throw new VatRiskError('RUN_NOT_RESUMABLE', `Run ${runId} has no snapshot to publish: its work was cleaned up. Start a new run.`);
  }
  replaceFile(join(outDirectory, 'CURRENT'), `${runId}\n`);
}
