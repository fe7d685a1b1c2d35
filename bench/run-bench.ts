/**
 * Times the nightly run on a large simulated province and relates its steps to the floor:
 *   npx tsx bench/run-bench.ts --work DIR [--taxpayers 300000] [--invoices 10000000] [--months 24] [--seed 42]
 *                              [--threads 2] [--memory 8GB] [--fresh]
 * The delivery is kept under DIR and reused while its arguments stay the same. Linux only: memory is read from /proc.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateOptions } from '../data-samples/simulator/options.ts';
import type { SimulateOptions } from '../data-samples/simulator/options.ts';
import { simulate } from '../data-samples/simulator/simulate.ts';
import { packagePath } from '../pipeline/shared/package-root.ts';
import { measureFloor } from './floor.ts';
import type { Floor } from './floor.ts';
import { peakResidentBytes } from './process-memory.ts';

const SAMPLE_MILLISECONDS = 200;
const GIBIBYTE = 1024 ** 3;

interface Step {
  readonly name: string;
  readonly seconds: number;
  readonly peak_rss_bytes?: number;
}

interface RunMeasure {
  readonly seconds: number;
  readonly peakBytes: number;
}

async function reuseOrGenerate(work: string, options: SimulateOptions, threads: number): Promise<string> {
  const delivery = join(work, 'delivery');
  const stamp = join(work, 'delivery-options.json');
  const wanted = JSON.stringify(options);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return delivery;
  await mkdir(work, { recursive: true });
  await rm(stamp, { force: true });
  const started = performance.now();
  await simulate({ options, out: delivery, format: 'parquet', memory: '6GB', threads });
  // Written last: a generation that was cut short is not reused.
  await writeFile(stamp, wanted);
  process.stderr.write(`delivery simulated in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return delivery;
}

function runPipeline(delivery: string, out: string, memory: string, threads: number): Promise<RunMeasure> {
  const sizes = ['--memory', memory, '--threads', String(threads)];
  // The floor is measured on the stored invoices, so the work database must outlive the run.
  const args = [packagePath('bin', 'vatrisk.mjs'), 'run', '--input', delivery, '--out', out, ...sizes, '--set', 'run.keep_work=true'];
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    let peakBytes = 0;
    const sampler = setInterval(() => {
      if (child.pid !== undefined) peakBytes = Math.max(peakBytes, peakResidentBytes(child.pid));
    }, SAMPLE_MILLISECONDS);
    child.on('error', (cause) => {
      clearInterval(sampler);
      reject(new Error('The run could not be started.', { cause }));
    });
    child.on('close', (code, signal) => {
      clearInterval(sampler);
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1000, peakBytes });
      else reject(new Error(`The run failed: ${code === null ? `signal ${String(signal)}` : `exit code ${code}`}; its log stands above. Nothing was measured.`));
    });
  });
}

/** Steps of a snapshot's manifest. Throws when it does not hold them in the published shape. */
function readSteps(manifestText: string): Step[] {
  const manifest: unknown = JSON.parse(manifestText);
  const steps = typeof manifest === 'object' && manifest !== null && 'steps' in manifest ? manifest.steps : undefined;
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every(isStep)) {
    throw new Error('manifest.json holds no steps with name and seconds; the benchmark cannot attribute the time.');
  }
  return steps;
}

function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'seconds' in value && typeof value.seconds === 'number';
}

function report(steps: readonly Step[], floor: Floor, run: RunMeasure): string {
  const line = (name: string, seconds: number, peakBytes?: number): string => {
    const peak = peakBytes === undefined ? '' : (peakBytes / GIBIBYTE).toFixed(2);
    return name.padEnd(28) + [seconds.toFixed(2), (seconds / floor.total).toFixed(2), peak].map((cell) => cell.padStart(10)).join('');
  };
  const passes = steps.filter(({ name }) => /^(features|indicators)/u.test(name));
  const passSeconds = passes.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `${'step'.padEnd(28)}${'seconds'.padStart(10)}${'x floor'.padStart(10)}${'peak GiB'.padStart(10)}`,
    ...steps.map(({ name, seconds, peak_rss_bytes }) => line(name, seconds, peak_rss_bytes)),
    '',
    line('floor: by seller, month', floor.bySeller),
    line('floor: by buyer, month', floor.byBuyer),
    line('floor', floor.total),
    passes.length === 0 ? 'features + indicators: the manifest names no such step' : line('features + indicators', passSeconds),
    line('whole run', run.seconds, run.peakBytes),
    `invoices stored: ${floor.invoices}`,
    '',
  ].join('\n');
}

function optionsOf(values: { readonly taxpayers: string; readonly months: string; readonly seed: string; readonly invoices?: string | undefined }): SimulateOptions {
  const whole = (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" must be a positive whole number.`);
    return value;
  };
  return simulateOptions({
    taxpayers: whole(values.taxpayers), months: whole(values.months), seed: whole(values.seed), ...(values.invoices === undefined ? {} : { invoices: whole(values.invoices) }),
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      taxpayers: { type: 'string', default: '300000' }, months: { type: 'string', default: '24' }, invoices: { type: 'string' }, seed: { type: 'string', default: '42' },
      work: { type: 'string' }, threads: { type: 'string' }, memory: { type: 'string' }, fresh: { type: 'boolean' },
    },
  });
  if (values.work === undefined) throw new Error('--work DIR is required: the folder for the delivery and the output of the run.');
  const threads = Number(values.threads ?? 2);
  const memory = values.memory ?? '8GB';
  const out = join(values.work, 'out');
  if (values.fresh === true) await rm(join(values.work, 'delivery-options.json'), { force: true });
  const delivery = await reuseOrGenerate(values.work, optionsOf(values), threads);
  await rm(out, { recursive: true, force: true });
  const run = await runPipeline(delivery, out, memory, threads);
  const runId = (await readFile(join(out, 'CURRENT'), 'utf8')).trim();
  const steps = readSteps(await readFile(join(out, 'snapshots', runId, 'manifest.json'), 'utf8'));
  const floor = await measureFloor(join(out, 'runs', runId, 'work.duckdb'), threads, memory);
  process.stdout.write(report(steps, floor, run));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
