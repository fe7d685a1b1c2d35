import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCli, SAMPLE, startCli } from '../test/support/cli.ts';
import { seededNumbers } from '../test/support/delivery.ts';
import { ownFiles } from '../test/support/snapshots.ts';

// npx tsx bench/kill-run.ts [--times 30] [--seed 1] [--input DIR]
// Kills that many runs with SIGKILL at random moments between the start of the process and its end, and looks each time whether
// CURRENT names a whole snapshot; at the end a run must succeed and give the same bytes as the first.
const { values } = parseArgs({ options: { times: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' }, input: { type: 'string', default: SAMPLE } } });
const out = mkdtempSync(join(tmpdir(), 'kill-run-'));
const next = seededNumbers(Number(values.seed));
const run = ['run', '--input', values.input, '--out', out];
let faults = 0;

function look(first: ReadonlyMap<string, string>): string {
  try {
    const now = ownFiles(out);
    return [...first].every(([file, hash]) => now.get(file) === hash) ? 'whole' : 'OTHER BYTES';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

try {
  const started = performance.now();
  const whole = await runCli(...run);
  if (whole.code !== 0) throw new Error(whole.stderr);
  let milliseconds = performance.now() - started;
  const first = ownFiles(out);
  process.stdout.write(`a whole run takes ${(milliseconds / 1000).toFixed(1)} s\n  no  killed after  during                      snapshot\n`);
  for (let killed = 0; killed < Number(values.times); ) {
    const delay = next() * milliseconds;
    const begun = performance.now();
    const victim = startCli(run);
    const timer = setTimeout(() => victim.child.kill('SIGKILL'), delay);
    const ended = await victim.ended;
    clearTimeout(timer);
    const found = look(first);
    if (found !== 'whole') faults += 1;
    // A run that was over before its moment counts for nothing but tells how long a run takes now.
    if (ended.signal === null) milliseconds = Math.min(milliseconds, performance.now() - begun);
    else killed += 1;
    const during = ended.signal === null ? 'ended before the kill' : (ended.stderr.trim().split('\n').at(-1) ?? '');
    process.stdout.write(`${(ended.signal === null ? '' : String(killed)).padStart(4)}  ${(delay / 1000).toFixed(2).padStart(10)} s  ${during.padEnd(26)}  ${found}\n`);
  }
  const last = await runCli(...run);
  const found = last.code === 0 ? look(first) : `exit ${String(last.code)}: ${last.stderr}`;
  if (found !== 'whole') faults += 1;
  process.stdout.write(`next run: ${found}\n${faults === 0 ? 'no fault' : `${faults} faults`}\n`);
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exitCode = faults === 0 ? 0 : 1;
