/**
 * How fast the API answers, against a bare Fastify app of the same run that answers as many bytes:
 *   npx tsx bench/serve.ts --work DIR [--taxpayers 300000] [--rounds 3] [--seconds 5] [--swap-seconds 60] [--part open,look-up,details,swap,export,audit]
 * Made-up nights are kept under DIR and reused. The load comes from wrk where it is on the PATH. Linux only: processor time and memory are read from /proc.
 */
import { cpus, loadavg } from 'node:os';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditPart } from './serve/audit-part.ts';
import { exportPart } from './serve/export-part.ts';
import { hasWrk } from './serve/load.ts';
import { publishNights } from './serve/night.ts';
import { openPart } from './serve/open-part.ts';
import { createToken } from './serve/servers.ts';
import { detailPart, lookUpPart } from './serve/steps-part.ts';
import { swapPart } from './serve/swap-part.ts';
import type { Bench } from './serve/bench.ts';

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = { open: openPart, 'look-up': lookUpPart, details: detailPart, swap: swapPart, export: exportPart, audit: auditPart };

const { values } = parseArgs({
  options: {
    work: { type: 'string' }, taxpayers: { type: 'string', default: '300000' }, rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '5' },
    'swap-seconds': { type: 'string', default: '60' }, part: { type: 'string', default: Object.keys(PARTS).join() },
  },
});
if (values.work === undefined) throw new Error('--work DIR names a folder for the nights');
const out = join(values.work, 'out');
mkdirSync(values.work, { recursive: true });
await publishNights(out, Number(values.taxpayers));
// A log of its own for every run of the benchmark.
rmSync(join(out, 'serve'), { recursive: true, force: true });
const bench: Bench = {
  out, folder: values.work, taxpayers: Number(values.taxpayers), rounds: Number(values.rounds), seconds: Number(values.seconds), swapSeconds: Number(values['swap-seconds']), token: createToken(out),
};
console.log(JSON.stringify({ client: hasWrk ? 'wrk' : 'node', processors: cpus().length, load_before: loadavg()[0] }));
for (const part of values.part.split(',')) {
  const run = PARTS[part];
  if (run === undefined) throw new Error(`--part knows ${Object.keys(PARTS).join(', ')}`);
  console.log(JSON.stringify({ part, figures: rounded(await run(bench)), load_after: loadavg()[0] }, null, 1));
}

/** Figures with four significant digits. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' && !Number.isInteger(one) ? Number(one.toPrecision(4)) : one)));
}
