import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, SAMPLE } from '../support/cli.ts';
import { GOLDEN_FILE, goldenOf } from './golden.ts';

// Writes what the sample gives now. Read the difference line by line before it is committed: each changed number needs a reason.
const out = mkdtempSync(join(tmpdir(), 'golden-'));
try {
  const run = await runCli('run', '--input', SAMPLE, '--out', out);
  if (run.code !== 0) throw new Error(run.stderr);
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(await goldenOf(out), null, 2)}\n`);
} finally {
  rmSync(out, { recursive: true });
}
