/**
 * Exports of a large made-up snapshot, each in its own process:
 *   npx tsx bench/export.ts --work DIR [--taxpayers 300000]
 * Prints seconds, processor seconds, rows per second and peak resident memory per format, as multiples of a floor measured in the same run: what DuckDB takes to copy the 线索清单 and
 * 指标明细 of the same taxpayers into CSV files of its own making, nothing masked, made harmless or explained.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sqlText } from '../pipeline/engine/sql-text.ts';
import { packagePath } from '../pipeline/shared/package-root.ts';
import { openSnapshot } from '../pipeline/snapshot/open-snapshot.ts';
import { writeExportWorld } from '../test/support/export-world.ts';
import { peakResidentBytes } from './process-memory.ts';

const CASES = [['xlsx', 'utf-8'], ['csv', 'utf-8'], ['csv', 'gb18030'], ['parquet', 'utf-8']] as const;

interface Measured {
  readonly seconds: number;
  /** Of all threads: says what the work costs where others share the machine. */
  readonly cpuSeconds: number;
  readonly rows: number;
  readonly peakBytes: number;
  readonly bytes: number;
}

async function floor(out: string, folder: string): Promise<Measured> {
  const snapshot = await openSnapshot(out, undefined, { memoryLimit: '1GB' });
  const started = performance.now();
  const before = process.cpuUsage();
  try {
    await snapshot.engine.exec(`copy (select * from taxpayer_grades order by score desc nulls last, taxpayer_id) to ${sqlText(join(folder, 'floor-cases.csv'))} (format csv, header)`);
    await snapshot.engine.exec(`copy (select h.* from indicator_results h join taxpayer_grades g using (taxpayer_id) where outcome = 'hit' and not supervision
      order by g.score desc nulls last, taxpayer_id, code) to ${sqlText(join(folder, 'floor-hits.csv'))} (format csv, header)`);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    const [counted] = await snapshot.engine.rows<{ rows: number }>("select (select count(*) from taxpayer_grades) + (select count(*) from indicator_results where outcome = 'hit' and not supervision) as rows");
    return { seconds, cpuSeconds: (user + system) / 1e6, rows: counted?.rows ?? 0, peakBytes: process.memoryUsage.rss(), bytes: sizeOf(folder) };
  } finally {
    await snapshot.close();
  }
}

const sizeOf = (folder: string): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function exported(out: string, folder: string, format: string, encoding: string): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, [packagePath('bin', 'vatrisk.mjs'), 'export', '--out', out, '--output', join(folder, `cases.${format}`), '--encoding', encoding, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [peakBytes, cpuSeconds] = [0, 0];
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  const timer = setInterval(() => {
    const processes = processesOf(child.pid ?? 0);
    peakBytes = Math.max(peakBytes, ...processes.map(peakResidentBytes));
    cpuSeconds = Math.max(cpuSeconds, processes.reduce((sum, id) => sum + cpuSecondsOf(id), 0));
  }, 50);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`the export failed: ${stdout.slice(-500)}`);
  const { rows } = JSON.parse(stdout) as { rows: Record<string, number> };
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, rows: Object.values(rows).reduce((sum, count) => sum + count, 0), peakBytes, bytes: sizeOf(folder) };
}

/** The command and, where it starts another process for the work, that one. */
function processesOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(tasks)) return [pid];
  return [pid, ...readFileSync(tasks, 'utf8').trim().split(' ').filter((word) => word !== '').map(Number)];
}

// Ticks of the kernel, a hundred a second on every Linux this runs on.
const TICKS = 100;

/** Processor seconds of a running process, its own and the kernel's for it; 0 once it is gone. */
function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return 0;
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { work: { type: 'string' }, taxpayers: { type: 'string', default: '300000' } } });
  if (values.work === undefined) throw new Error('--work DIR is required');
  const out = join(values.work, 'out');
  await writeExportWorld(out, { filled: Number(values.taxpayers) });
  const emptied = (name: string): string => {
    const folder = join(values.work ?? '', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const least = await floor(out, emptied('floor'));
  const line = (name: string, one: Measured) => ({
    format: name, seconds: one.seconds.toFixed(1), 'CPU s': one.cpuSeconds.toFixed(1), '× floor (CPU)': (one.cpuSeconds / least.cpuSeconds).toFixed(1), 'rows/s': Math.round(one.rows / one.seconds), 'peak MiB': Math.round(one.peakBytes / 2 ** 20), 'size MiB': Math.round(one.bytes / 2 ** 20),
  });
  const lines = [line('floor', least)];
  for (const [format, encoding] of CASES) lines.push(line(`${format} ${encoding}`, await exported(out, emptied(`${format}-${encoding}`), format, encoding)));
  console.log(`${values.taxpayers} taxpayers, ${least.rows - Number(values.taxpayers)} hits`);
  console.table(lines);
}
