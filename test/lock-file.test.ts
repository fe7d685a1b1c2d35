import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../pipeline/shared/package-root.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>>; readonly optionalDependencies?: Readonly<Record<string, string>>; readonly resolved?: string; readonly os?: readonly string[] }>>;
}

const lock = JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')) as Lock;

describe('the lock file', () => {
  it('names the binary packages of every platform, so that a clean install works on each (bin/complete-lock.mjs adds them)', () => {
    const missing = Object.values(lock.packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}).filter((name) => /-(?:linux|darwin|win32)/u.test(name) && lock.packages[`node_modules/${name}`] === undefined),
    );
    expect(missing).toEqual([]);
    expect(lock.packages['node_modules/@duckdb/node-bindings-linux-arm64']).toMatchObject({ os: ['linux'] });
  });

  it('carries no registry addresses, and none outside the registry', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http') === true)).toEqual([]);
    const wants = Object.values(lock.packages).flatMap(({ dependencies, optionalDependencies }) => Object.values({ ...dependencies, ...optionalDependencies }));
    expect(wants.filter((wanted) => /:\/\//u.test(wanted))).toEqual([]);
  });
});
