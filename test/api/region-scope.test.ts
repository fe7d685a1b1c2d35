import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../pipeline/shared/package-root.ts';
import { methodsOf, queriesOf, sourcesIn } from '../support/scoped-methods.ts';

const textOf = (file: string) => readFileSync(packagePath(file), 'utf8');
const unscoped = (text: string) => methodsOf(text).filter(({ first }) => first !== 'RegionScope').map(({ name }) => name);

describe('the repositories', () => {
  it('take the regions of the caller as the first argument of every method', () => {
    const files = sourcesIn('api/repositories');
    expect(files.flatMap((file) => methodsOf(textOf(file))).length).toBeGreaterThan(8);
    expect(files.flatMap((file) => unscoped(textOf(file)))).toEqual([]);
  });

  it('would be found to have a method without them, whatever its form', () => {
    const forgetful = `
      export class Open {
        good(scope: RegionScope, id: string): void {}
        late(id: string, scope: RegionScope): void {}
        none(): void {}
        get all(): string[] { return []; }
        arrow = (id: string): void => {};
        static made(id: string): void {}
        #own(id: string): void {}
      }
      class Inner { none(): void {} }`;
    expect(unscoped(forgetful)).toEqual(['Open.late', 'Open.none', 'Open.all', 'Open.arrow', 'Open.made']);
  });

  it('and what serves the snapshots alone ask the engine', () => {
    const elsewhere = sourcesIn('api').filter((file) => !file.startsWith('api/repositories/') && !file.startsWith('api/serving/'));
    expect(elsewhere.length).toBeGreaterThan(40);
    const asking = elsewhere.flatMap((file) => queriesOf(textOf(file)).map((query) => `${file}: ${query}`));
    expect(asking).toEqual([]);
    expect(queriesOf("snapshot.pool.rows('select 1'); const { pool } = snapshot; pool.chunks('select 1'); helper(pool);")).toHaveLength(4);
    expect(sourcesIn('api/repositories').filter((file) => queriesOf(textOf(file)).length > 0).length).toBeGreaterThan(3);
  });
});
