import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDuckDb } from '../engine/duckdb-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { VatRiskError } from '../shared/errors.ts';
import { Journal, type RunRequest } from './journal.ts';
import { acquireRunLock } from './lock.ts';
import { watchMemory } from './memory.ts';
import type { Progress } from './progress.ts';
import type { RunContext, Step } from './run-context.ts';

export type RunSetup = Omit<RunContext, 'request' | 'runDirectory' | 'steps' | 'tell'> & {
  readonly plan: readonly Step[];
  readonly progress: Progress;
  /** Steps to run; all when absent. */
  readonly only?: readonly string[];
  readonly pid: number;
  /** Keys of the configuration that a person set to resume the run; they go into its journal. */
  readonly overrides?: readonly { readonly key: string; readonly value: string }[];
};

/** Starts a new run: takes the lock, opens a journal and runs the steps in order. */
export async function startRun(setup: RunSetup, request: RunRequest): Promise<Journal> {
  return locked(setup, request.runId, (runDirectory) => {
    mkdirSync(runDirectory, { recursive: true });
    return Journal.start(runDirectory, request);
  });
}

/** Goes on with an interrupted run: steps its journal calls done are not run again. */
export async function resumeRun(setup: RunSetup, runId: string, check: (request: RunRequest) => void): Promise<Journal> {
  return locked(setup, runId, (runDirectory) => {
    const journal = Journal.reopen(runDirectory);
    check(journal.request);
    const done = journal.steps.map(({ name }) => name);
    if (done.length > 0 && !done.includes('publish') && !existsSync(join(runDirectory, 'work.duckdb'))) {
      throw new VatRiskError('RUN_NOT_RESUMABLE', `The work of run ${runId} was cleaned up when a later run was published. Start a new run.`);
    }
    for (const { key, value } of setup.overrides ?? []) journal.override(key, value);
    return journal;
  });
}

async function locked(setup: RunSetup, runId: string, open: (runDirectory: string) => Journal): Promise<Journal> {
  const release = await acquireRunLock(setup.outDirectory, { runId, pid: setup.pid });
  try {
    const runDirectory = join(setup.outDirectory, 'runs', runId);
    const journal = open(runDirectory);
    try {
      await runSteps(setup, journal, runDirectory);
    } catch (error) {
      journal.note(error instanceof VatRiskError ? error.code : 'UNEXPECTED');
      throw error;
    }
    if (journal.steps.some(({ name }) => name === 'publish')) sweepScratch(setup.outDirectory, setup.config.run.keep_work ? [runId] : []);
    return journal;
  } finally {
    await release();
  }
}

async function runSteps(setup: RunSetup, journal: Journal, runDirectory: string): Promise<void> {
  const finished = new Set(journal.steps.map(({ name }) => name));
  const total = setup.plan.length;
  for (const [at, step] of setup.plan.entries()) {
    if (finished.has(step.name) || (setup.only !== undefined && !setup.only.includes(step.name))) continue;
    await runStep(setup, journal, runDirectory, step, { position: at + 1, total });
  }
}

async function runStep(setup: RunSetup, journal: Journal, runDirectory: string, step: Step, place: { position: number; total: number }): Promise<void> {
  const { position, total } = place;
  setup.progress.step(position, total, step.name);
  const started = setup.clock().getTime();
  const memory = watchMemory();
  const engine = await openWork(setup, runDirectory, step.fenced === true);
  const stop = () => {
    engine.interrupt();
  };
  setup.signal.addEventListener('abort', stop);
  let what = step.name;
  const ticker = setInterval(() => {
    setup.progress.update(position, total, step.name, { what, percent: engine.progress().percent });
  }, 250);
  try {
    if (setup.signal.aborted) engine.interrupt();
    const tell = (now: string) => {
      what = now;
    };
    const found = await step.run(engine, { ...setup, request: journal.request, runDirectory, steps: journal.steps, tell });
    await engine.exec('checkpoint');
    const seconds = (setup.clock().getTime() - started) / 1000;
    journal.done({ name: step.name, seconds, peak_rss_bytes: memory.peak(), facts: found });
    setup.progress.done(position, total, step.name, seconds, typeof found['rows'] === 'number' ? found['rows'] : null);
  } finally {
    clearInterval(ticker);
    memory.stop();
    setup.signal.removeEventListener('abort', stop);
    await engine.close();
  }
}

function openWork(setup: RunSetup, runDirectory: string, fenced: boolean): Promise<Engine> {
  const { threads, memory, max_temp_directory_size } = setup.config.engine;
  return openDuckDb({
    path: join(runDirectory, 'work.duckdb'),
    threads,
    memoryLimit: memory,
    tempDirectory: join(runDirectory, 'spill'),
    maxTempDirectorySize: max_temp_directory_size,
    fenced,
  });
}

/** Removes the scratch of a published run and of every unfinished one before it; journals stay, and the work database of `keep`. */
function sweepScratch(outDirectory: string, keep: readonly string[]): void {
  const folder = join(outDirectory, 'runs');
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const work = keep.includes(entry.name) ? [] : ['work.duckdb', 'work.duckdb.wal'];
    for (const scratch of [...work, 'spill', 'scratch', 'snapshot']) rmSync(join(folder, entry.name, scratch), { recursive: true, force: true });
  }
}
