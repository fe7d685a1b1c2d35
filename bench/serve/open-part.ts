import { spawnSync } from 'node:child_process';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import type { Bench } from './bench.ts';

/** Opening a snapshot: seconds, longest pause of the event loop, memory. */
export function openPart({ out }: Bench): Promise<unknown> {
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', packagePath('bench', 'serve', 'open-app.ts'), out], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return Promise.resolve(JSON.parse(stdout) as unknown);
}
