import type { Head, Seal } from './seal.ts';

const RETRY_MILLISECONDS = 60_000;

/** Seals a head when a UTC day brings its first record, beside the writing of records, and tries again while the place is out of reach. */
export class DailySeal {
  readonly #seal: Seal;
  readonly #warn: (message: string) => void;
  #day = '';
  #sealed = 0;
  #failedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;

  constructor(seal: Seal, warn: (message: string) => void) {
    this.#seal = seal;
    this.#warn = warn;
  }

  /** Tells of a head that is on disk. Never waits and never fails; a failure goes to `warn`. */
  saw(head: Head): void {
    const now = Date.parse(head.at);
    if (this.#isRunning || this.#day === head.at.slice(0, 10) || now - this.#failedAt < RETRY_MILLISECONDS) return;
    this.#isRunning = true;
    this.#running = this.#append(head)
      .catch((error: unknown) => {
        this.#failedAt = now;
        this.#warn(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        this.#isRunning = false;
      });
  }

  /** Seals the last head. Rejects with AUDIT_UNAVAILABLE. */
  async close(head: Head): Promise<void> {
    await this.#running;
    if (head.seq > this.#sealed) await this.#append(head);
  }

  async #append(head: Head): Promise<void> {
    await this.#seal.append(head);
    this.#day = head.at.slice(0, 10);
    this.#sealed = head.seq;
  }
}
