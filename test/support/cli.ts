import { spawn, type ChildProcess } from 'node:child_process';
import { packagePath } from '../../pipeline/shared/package-root.ts';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** What stderr said so far. */
  stderrSoFar(): string;
  /** Resolves when stderr has said `pattern`; rejects when the process ends before that. */
  saw(pattern: RegExp): Promise<void>;
  readonly ended: Promise<CliResult>;
}

/** Starts `vatrisk …` as its own process, as a scheduler would. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
  const child = spawn(process.execPath, [packagePath('bin', 'vatrisk.mjs'), ...args], {
    cwd: packagePath(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of watchers) look();
  });
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(stderr)) resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => {
        reject(new Error(`the process ended before it said ${pattern.source}:\n${stderr}`));
      });
    });
  return { child, stderrSoFar: () => stderr, saw, ended };
}

/** Runs `vatrisk …` to its end. */
export function runCli(...args: readonly string[]): Promise<CliResult> {
  return startCli(args).ended;
}

/** The JSON a command printed; fails with stderr when it printed none. */
export function jsonOf(result: CliResult): unknown {
  try {
    return JSON.parse(result.stdout) as unknown;
  } catch {
    throw new Error(`no JSON on stdout (exit ${String(result.code)}):\n${result.stderr}`);
  }
}

/** The sample delivery, a few seconds of work. */
export const SAMPLE = packagePath('data-samples', 'small');
/** The delivery that holds every ugliness of the contract. */
export const BROKEN = packagePath('data-samples', 'broken');
