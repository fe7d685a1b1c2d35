import { readFileSync } from 'node:fs';
import { packagePath } from '../shared/package-root.ts';

/** The version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
