import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { VatRiskError } from '../shared/errors.ts';

/** What a run was asked to do; a resumed run must be asked the same. */
export interface RunRequest {
  readonly runId: string;
  readonly inputs: readonly string[];
  readonly asOf: string | null;
  readonly startedAt: string;
  readonly config: Config;
  readonly version: string;
  readonly catalogueHash: string;
}

export interface StepRecord {
  readonly name: string;
  readonly seconds: number;
  readonly peak_rss_bytes: number;
  /** Facts that later steps and the manifest need (rows, files, hashes). */
  readonly facts: Readonly<Record<string, unknown>>;
}

type Entry = { readonly kind: 'request'; readonly request: RunRequest } | { readonly kind: 'done'; readonly step: StepRecord } | { readonly kind: 'note'; readonly note: string } | { readonly kind: 'override'; readonly key: string; readonly value: string };

/**
 * The journal of one run: JSON lines, each forced to disk before the next step begins. A step stands in it only after its
 * tables have been checkpointed, so a resumed run may skip it.
 */
export class Journal {
  readonly #file: string;
  readonly #entries: Entry[];

  private constructor(file: string, entries: Entry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  static start(runDirectory: string, request: RunRequest): Journal {
    const journal = new Journal(join(runDirectory, 'journal.jsonl'), []);
    journal.#append({ kind: 'request', request });
    return journal;
  }

  /** Reads the journal of an earlier run. Throws RUN_NOT_RESUMABLE when there is none. */
  static reopen(runDirectory: string): Journal {
    const file = join(runDirectory, 'journal.jsonl');
    if (!existsSync(file)) {
      throw new VatRiskError('RUN_NOT_RESUMABLE', `No journal at ${file}: the run is unknown or was cleaned up. Start a new run without --resume.`);
    }
    const entries: Entry[] = [];
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      try {
        if (line !== '') entries.push(JSON.parse(line) as Entry);
      } catch {
        continue; // a line cut short by a kill: what stands before it, and what a resumed run wrote after it, counts
      }
    }
    return new Journal(file, entries);
  }

  get request(): RunRequest {
    const first = this.#entries[0];
    if (first?.kind !== 'request') throw new VatRiskError('RUN_NOT_RESUMABLE', 'The journal has no request in its first line. Start a new run.');
    return first.request;
  }

  /** Steps done so far, the latest record of each. */
  get steps(): readonly StepRecord[] {
    const done = new Map<string, StepRecord>();
    for (const entry of this.#entries) if (entry.kind === 'done') done.set(entry.step.name, entry.step);
    return [...done.values()];
  }

  done(step: StepRecord): void {
    this.#append({ kind: 'done', step });
  }

  note(note: string): void {
    this.#append({ kind: 'note', note });
  }

  /** A key of the configuration that a person set when the run was resumed. */
  override(key: string, value: string): void {
    this.#append({ kind: 'override', key, value });
  }

  #append(entry: Entry): void {
    const handle = openSync(this.#file, 'a');
    try {
      // Begins on a new line: the last one may have been cut short by a kill.
      writeSync(handle, `\n${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    this.#entries.push(entry);
  }
}
