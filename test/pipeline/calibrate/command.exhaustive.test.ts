import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { packagePath } from '../../../pipeline/shared/package-root.ts';
import { jsonOf, runCli, SAMPLE } from '../../support/cli.ts';

vi.setConfig({ testTimeout: 600_000 });

const scratch = mkdtempSync(join(tmpdir(), 'calibrate-cli-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

it('calibrate and capacity work as commands: same bytes from two processes, a file that the night accepts', async () => {
  const out = join(scratch, 'out');
  const labels = packagePath('data-samples', 'small', 'truth', 'labels.csv');
  expect((await runCli('run', '--input', SAMPLE, '--out', out, '--json')).code).toBe(0);
  const current = readFileSync(join(out, 'CURRENT'), 'utf8');
  const files = ['first.yaml', 'again.yaml'].map((name) => join(scratch, name));
  for (const file of files) expect(await runCli('calibrate', '--out', out, '--labels', labels, '--output', file, '--json')).toMatchObject({ code: 0 });
  expect(readFileSync(files[0]!).equals(readFileSync(files[1]!))).toBe(true);
  expect(Object.keys(parse(readFileSync(files[0]!, 'utf8')) as object)).toEqual(['indicators', 'scoring', 'evidence']);
  expect((await runCli('run', '--out', out, '--parameters', files[0]!, '--what-if', '--json')).code).toBe(0);
  expect(readFileSync(join(out, 'CURRENT'), 'utf8')).toBe(current);
  const { stderr, code } = await runCli('calibrate', '--out', out, '--labels', labels, '--output', files[0]!, '--folds', '2', '--seed', 'x');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--folds')]);
  const officers = join(packagePath('test'), 'pipeline', 'capacity', 'officers.csv');
  const report = jsonOf(await runCli('capacity', '--out', out, '--officers', officers, '--labels', labels, '--json')) as { regions: { taken: number; desks: number }[] };
  expect(report.regions.length).toBe(2);
  for (const { taken, desks } of report.regions) expect(taken).toBeLessThanOrEqual(desks);
});
