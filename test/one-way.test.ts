import { ESLint } from 'eslint';
import importX from 'eslint-plugin-import-x';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { zones } from '../eslint.zones.js';
import { PACKAGE_ROOT } from '../pipeline/shared/package-root.ts';

const linter = new ESLint({
  cwd: PACKAGE_ROOT,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { 'import-x': importX },
      rules: { 'import-x/no-restricted-paths': ['error', { zones }] },
    },
  ] as ESLint.Options['overrideConfig'] & object[],
});

async function complaints(file: string, imported: string): Promise<number> {
  const [result] = await linter.lintText(`import '${imported}';\n`, { filePath: join(PACKAGE_ROOT, file) });
  return result?.errorCount ?? 0;
}

describe('data flows one way', () => {
  it.each([
    ['pipeline/ingest/probe.ts', '../../models/score/run-score.ts'],
    ['pipeline/features/probe.ts', '../../indicators/loader/load.ts'],
    ['pipeline/contract/probe.ts', '../snapshot/publish.ts'],
    ['indicators/loader/probe.ts', '../../models/peers/peer-sql.ts'],
    ['indicators/loader/probe.ts', '../../pipeline/ingest/ingest.ts'],
    ['models/score/probe.ts', '../../pipeline/ingest/ingest.ts'],
    ['models/score/probe.ts', '../../pipeline/snapshot/publish.ts'],
    ['pipeline/snapshot/probe.ts', '../run/steps.ts'],
    ['pipeline/snapshot/probe.ts', '../ring-picture/draw-svg.ts'],
    ['pipeline/ring-picture/probe.ts', '../../models/score/run-score.ts'],
    ['pipeline/snapshot/probe.ts', '../evaluate/evaluate.ts'],
    ['pipeline/evaluate/probe.ts', '../commands/terminal.ts'],
    ['models/evaluate/probe.ts', '../../pipeline/snapshot/open-snapshot.ts'],
    ['pipeline/run/probe.ts', '../evaluate/evaluate.ts'],
    ['pipeline/run/probe.ts', '../commands/run.ts'],
    ['pipeline/shared/probe.ts', '../engine/engine.ts'],
    ['data-samples/simulator/probe.ts', '../../pipeline/features/run-features.ts'],
    ['data-samples/simulator/probe.ts', '../../indicators/loader/load.ts'],
    ['data-samples/simulator/probe.ts', '../../models/score/run-score.ts'],
  ])('%s may not import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toBe(1);
  });

  it.each([
    ['models/score/probe.ts', '../../pipeline/engine/engine.ts'],
    ['pipeline/run/probe.ts', '../../indicators/loader/load.ts'],
    ['indicators/loader/probe.ts', '../../pipeline/features/run-features.ts'],
    ['data-samples/simulator/probe.ts', '../../pipeline/engine/engine.ts'],
    ['pipeline/ring-picture/probe.ts', '../snapshot/read-ring.ts'],
    ['pipeline/evaluate/probe.ts', '../snapshot/open-snapshot.ts'],
    ['pipeline/evaluate/probe.ts', '../../models/evaluate/rate.ts'],
    ['pipeline/commands/probe.ts', '../../data-samples/simulator/simulate.ts'],
  ])('%s may import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toBe(0);
  });
});
