import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportOrder } from '../../pipeline/export/export-order.ts';
import { replaceFile } from '../../pipeline/snapshot/durable.ts';
import { Problem } from '../problems/problem.ts';
import { startExport, type ExportOutcome, type RunningExport } from './export-process.ts';

/** What is known of an export, as the caller is told and as it is kept beside its files. */
export interface ExportJob {
  readonly id: string;
  /** Identity that asked for it; nobody else sees it. */
  readonly owner: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed';
  readonly snapshotId: string;
  readonly asOf: string;
  readonly format: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly progress: { readonly rows_done: number; readonly rows_total: number; readonly part: string } | null;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sm3: string }[];
  readonly rows: Readonly<Record<string, number>>;
  /** Why it failed: a stable code and what to do. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ExportJobsOptions {
  /** Output folder of the runs. */
  readonly outDirectory: string;
  /** Folder of the finished exports, one each. */
  readonly folder: string;
  readonly keepHours: number;
  readonly queueMaximum: number;
  readonly now: () => number;
  /** Told once when an export has ended, before its owner can see it. */
  readonly ended: (job: ExportJob) => Promise<void>;
}

const INTERRUPTED = { code: 'INTERRUPTED', message: 'The service was stopped before the export had ended; order it again.' };
const SWEEP_MILLISECONDS = 600_000;
const ENDINGS: Readonly<Record<string, string>> = { xlsx: 'xlsx', csv: 'csv', parquet: 'parquet' };

/** Exports ordered through the API: one at a time, each in a process of its own, so that look-ups go on undisturbed. */
export class ExportJobs {
  readonly #options: ExportJobsOptions;
  readonly #jobs = new Map<string, ExportJob>();
  readonly #queue: { readonly id: string; readonly order: ExportOrder }[] = [];
  #running: RunningExport | null = null;
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(options: ExportJobsOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#recover();
    this.#timer = setInterval(() => {
      this.#sweep();
    }, SWEEP_MILLISECONDS).unref();
  }

  /** Whether too many wait for another order to be taken. */
  get isFull(): boolean {
    return this.#queue.length >= this.#options.queueMaximum;
  }

  /** Takes an order under a new id (a UUID). Throws exports-waiting when too many wait. */
  order(id: string, owner: string, asOf: string, order: ExportOrder): ExportJob {
    this.#sweep();
    if (this.isFull) throw new Problem('exports-waiting');
    mkdirSync(join(this.#options.folder, id), { mode: 0o700 });
    const job: ExportJob = {
      id, owner, status: 'queued', snapshotId: order.runId, asOf, format: order.format, created_at: this.#moment(), finished_at: null, progress: null, files: [], rows: {}, error: null,
    };
    this.#keep(job);
    this.#queue.push({ id, order });
    if (this.#running === null) this.#idle = this.#work();
    return job;
  }

  /** An export of this owner. Throws not-found. */
  job(owner: string, id: string): ExportJob {
    this.#sweep(); // nothing is given out after its time
    const job = this.#jobs.get(id);
    if (job === undefined || job.owner !== owner) throw new Problem('not-found');
    return job;
  }

  /** Path of a file of a finished export. Throws not-found, export-not-ready. */
  file(owner: string, id: string, name: string): string {
    const job = this.job(owner, id);
    if (job.status === 'queued' || job.status === 'running') throw new Problem('export-not-ready');
    if (!job.files.some((file) => file.name === name)) throw new Problem('not-found');
    return join(this.#options.folder, id, name);
  }

  /** Stops the running export and forgets those that wait; they are told as failed after a restart. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#queue.length = 0;
    this.#running?.stop();
    await this.#idle;
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined && !this.#isClosed; next = this.#queue.shift()) await this.#carryOut(next.id, next.order);
  }

  async #carryOut(id: string, order: ExportOrder): Promise<void> {
    this.#change(id, { status: 'running' });
    const folder = join(this.#options.folder, id);
    this.#running = startExport(this.#options.outDirectory, folder, `案源-${order.runId}.${ENDINGS[order.format] ?? 'xlsx'}`, order, (progress) => {
      this.#change(id, { progress }, false);
    });
    const outcome = await this.#running.ended;
    this.#running = null;
    await this.#finish(id, this.#isClosed && outcome.status === 'failed' ? { ...outcome, error: INTERRUPTED } : outcome);
  }

  async #finish(id: string, outcome: ExportOutcome): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const finished: ExportJob = { ...job, ...outcome, finished_at: this.#moment() };
    try {
      await this.#options.ended(finished);
      this.#keep(finished);
    } catch {
      // What cannot be recorded is not given out.
      rmSync(join(this.#options.folder, id), { recursive: true, force: true });
      this.#jobs.set(id, { ...job, status: 'failed', finished_at: this.#moment(), error: { code: 'AUDIT_UNAVAILABLE', message: 'The audit log could not be written; the export was deleted.' } });
    }
  }

  #change(id: string, change: Partial<ExportJob>, isKept = true): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (isKept) this.#keep({ ...job, ...change });
    else this.#jobs.set(id, { ...job, ...change });
  }

  #keep(job: ExportJob): void {
    this.#jobs.set(job.id, job);
    replaceFile(join(this.#options.folder, job.id, 'job.json'), `${JSON.stringify(job, null, 2)}\n`);
  }

  #recover(): void {
    for (const id of readdirSync(this.#options.folder)) {
      const file = join(this.#options.folder, id, 'job.json');
      if (!existsSync(file)) {
        rmSync(join(this.#options.folder, id), { recursive: true, force: true });
        continue;
      }
      const job = JSON.parse(readFileSync(file, 'utf8')) as ExportJob;
      const isOver = job.status === 'done' || job.status === 'failed';
      if (isOver) {
        this.#jobs.set(id, job);
        continue;
      }
      // The order and what was written so far name taxpayers, and nobody will fetch them.
      for (const name of readdirSync(join(this.#options.folder, id))) if (name !== 'job.json') rmSync(join(this.#options.folder, id, name), { recursive: true, force: true });
      this.#keep({ ...job, status: 'failed', finished_at: this.#moment(), error: INTERRUPTED });
    }
    this.#sweep();
  }

  /** Deletes exports that were kept long enough. */
  #sweep(): void {
    const oldest = this.#options.now() - this.#options.keepHours * 3_600_000;
    for (const { id, finished_at } of this.#jobs.values()) {
      if (finished_at === null || Date.parse(finished_at) > oldest) continue;
      rmSync(join(this.#options.folder, id), { recursive: true, force: true });
      this.#jobs.delete(id);
    }
  }

  #moment(): string {
    return new Date(this.#options.now()).toISOString();
  }
}
