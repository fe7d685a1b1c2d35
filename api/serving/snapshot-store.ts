import { currentRunId } from '../../pipeline/snapshot/open-snapshot.ts';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { ServedSnapshot, type PoolSettings } from './served-snapshot.ts';

/** What the store tells of itself; for logs and metrics. */
export interface StoreEvents {
  opened(snapshot: ServedSnapshot, seconds: number): void;
  failed(error: unknown): void;
}

const RETRY_MILLISECONDS = 30_000;

/**
 * The snapshot that answers. A new CURRENT is opened beside the old one and takes over in one assignment; requests under way
 * end on the snapshot they began with. The one before stays open so that pages begun on it can be turned to their end.
 */
export class SnapshotStore {
  readonly #outDirectory: string;
  readonly #settings: PoolSettings;
  readonly #events: StoreEvents;
  #current: ServedSnapshot | null = null;
  #former: ServedSnapshot | null = null;
  #refresh: Promise<void> | null = null;
  #failedRunId: string | null = null;
  #retryAt = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(outDirectory: string, settings: PoolSettings, events: StoreEvents) {
    this.#outDirectory = outDirectory;
    this.#settings = settings;
    this.#events = events;
  }

  get outDirectory(): string {
    return this.#outDirectory;
  }

  /** The snapshot that answers now, or null before the first. */
  get current(): ServedSnapshot | null {
    return this.#current;
  }

  /** Why the snapshot that CURRENT names is not served; null when it is. */
  get failedRunId(): string | null {
    return this.#failedRunId;
  }

  /** The current snapshot or the one before it. */
  named(runId: string): ServedSnapshot | null {
    return [this.#current, this.#former].find((snapshot) => snapshot?.runId === runId) ?? null;
  }

  /** Does some work on a snapshot, the current one unless another is named, that stays open until the work has ended. Throws SNAPSHOT_MISSING while nothing is published. */
  async use<T>(work: (snapshot: ServedSnapshot) => T | Promise<T>, named: ServedSnapshot | null = null): Promise<T> {
    const snapshot = named ?? this.#current;
    if (snapshot === null) throw new VatRiskError('SNAPSHOT_MISSING', `${this.#outDirectory} holds no snapshot that can be served; publish one with "vatrisk run".`);
    snapshot.retain();
    try {
      return await work(snapshot);
    } finally {
      const closing = snapshot.release();
      if (closing !== undefined) await closing;
    }
  }

  /** Opens what CURRENT names, unless it is open. Failures leave the former snapshot in place and go to the events. */
  async refresh(): Promise<void> {
    this.#refresh ??= this.#openCurrent().finally(() => {
      this.#refresh = null;
    });
    await this.#refresh;
  }

  /** Looks at CURRENT every so many milliseconds. */
  watch(milliseconds: number): void {
    this.#timer = setInterval(() => void this.refresh(), milliseconds);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#refresh;
    for (const snapshot of [this.#current, this.#former]) await snapshot?.retire();
    this.#current = this.#former = null;
  }

  async #openCurrent(): Promise<void> {
    let runId = '';
    try {
      runId = currentRunId(this.#outDirectory);
      if (runId === this.#current?.runId) {
        this.#failedRunId = null; // also when CURRENT was put back after a night that could not be opened
        return;
      }
      if (runId === this.#failedRunId && performance.now() < this.#retryAt) return;
      const started = performance.now();
      const next = await ServedSnapshot.open(this.#outDirectory, runId, this.#settings);
      const retired = this.#former;
      [this.#former, this.#current, this.#failedRunId] = [this.#current, next, null];
      await retired?.retire();
      this.#events.opened(next, (performance.now() - started) / 1000);
    } catch (error) {
      // Told once per snapshot, tried again later: a file may still be on its way to this machine.
      if (this.#failedRunId !== runId) this.#events.failed(error);
      [this.#failedRunId, this.#retryAt] = [runId, performance.now() + RETRY_MILLISECONDS];
    }
  }
}
