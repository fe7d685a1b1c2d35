import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packagePath } from '../../pipeline/shared/package-root.ts';

/** A server that runs in a process of its own. */
export interface BenchServer {
  readonly url: string;
  readonly processId: number;
  /** Lines it wrote after the first, as they come. */
  readonly lines: readonly string[];
  /** Ends it with SIGTERM and waits until it has ended. */
  stop(): Promise<void>;
}

// Rate limits would end every measurement after a second.
const SETTINGS = ['--set', 'serve.rate_limit_per_minute=1000000000'];

/** The real thing: `vatrisk serve`, its log at level info on its stderr. */
export function startVatrisk(out: string, nodeOptions: readonly string[] = []): Promise<BenchServer> {
  return start([...nodeOptions, packagePath('bin', 'vatrisk.mjs'), 'serve', '--out', out, '--port', '0', ...SETTINGS]);
}

/** One of the apps in bench/serve. */
export function startBenchApp(script: string, args: readonly string[], nodeOptions: readonly string[] = []): Promise<BenchServer> {
  return start([...nodeOptions, '--import', 'tsx', packagePath('bench', 'serve', script), ...args]);
}

/** A token that may do everything in province 53. */
export function createToken(out: string): string {
  const { stdout } = vatrisk('token', 'create', '--out', out, '--name', 'bench', '--role', 'risk_analyst', '--region', '53');
  return (JSON.parse(stdout) as { token: string }).token;
}

/** Runs a vatrisk command to its end. Throws when it cannot be started. */
export function vatrisk(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout, error } = spawnSync(process.execPath, [packagePath('bin', 'vatrisk.mjs'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  return { status, stdout };
}

async function start(args: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A benchmark that fails must leave no server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const [first] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended(child, lines)])) as [string];
  const { url } = JSON.parse(first) as { url: string };
  return {
    url, processId: child.pid ?? 0, lines,
    stop: async () => {
      const isOver = once(child, 'close');
      child.kill('SIGTERM');
      await isOver;
    },
  };
}

async function ended(child: ChildProcess, lines: readonly string[]): Promise<never> {
  const [code] = (await once(child, 'close')) as [number | null];
  throw new Error(`A server ended with ${String(code)} before it listened: ${lines.slice(-5).join(' ')}`);
}
