import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import type { AuditEvent, AuditLog } from './audit-event.ts';
import { DailySeal } from './daily-seal.ts';
import type { AuditKey } from './key.ts';
import { assertEvent } from './record.ts';
import type { Head, Seal } from './seal.ts';
import { lockStream } from './stream-lock.ts';
import { StreamWriter, type Dated } from './stream-writer.ts';

export interface AuditLogOptions {
  /** Folder of all streams. */
  readonly directory: string;
  /** `api` or `local`; lower-case letters. */
  readonly stream: string;
  readonly key: AuditKey;
  readonly clock: () => Date;
  /** Where heads are sealed, on the first record of a UTC day and at close. */
  readonly seal?: Seal | undefined;
  /** Hears of a seal that failed while the log itself goes on. */
  readonly warn?: (message: string) => void;
  /** How long to wait for another writer to end; 0 when absent. */
  readonly waitMilliseconds?: number;
}

interface Waiting extends Dated {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MOST_AT_ONCE = 256;

/**
 * Opens a stream for appending; this process is its only writer until it closes. Rejects with AUDIT_UNAVAILABLE where another
 * process writes it or the folder cannot be used, with AUDIT_BROKEN where its newest record was changed or has another key.
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { directory, stream, key } = options;
  if (!/^[a-z]+$/u.test(stream)) throw new VatRiskError('USAGE', 'The name of an audit stream is lower-case letters, such as api or local.');
  const folder = join(directory, stream);
  const release = await prepare(folder, options.waitMilliseconds);
  let writer: StreamWriter | undefined;
  try {
    writer = await StreamWriter.open({ folder, stream, key });
    await writer.write([], options.clock().toISOString()); // tells of a tail set aside before anything else is written
    return new GroupedLog(writer, options, release);
  } catch (error) {
    await writer?.close();
    release();
    throw unavailable(error);
  }
}

async function prepare(folder: string, waitMilliseconds: number | undefined): Promise<() => void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await lockStream(folder, waitMilliseconds);
  } catch (error) {
    throw unavailable(error);
  }
}

/** Collects what is appended while the former group is on its way to disk, so that many share one write and one fdatasync. */
class GroupedLog implements AuditLog {
  readonly #writer: StreamWriter;
  readonly #options: AuditLogOptions;
  readonly #release: () => void;
  readonly #seal: DailySeal | undefined;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #moment = { milliseconds: Number.NaN, text: '' };

  constructor(writer: StreamWriter, options: AuditLogOptions, release: () => void) {
    this.#writer = writer;
    this.#options = options;
    this.#release = release;
    this.#seal = options.seal === undefined ? undefined : new DailySeal(options.seal, options.warn ?? (() => undefined));
  }

  append(event: AuditEvent): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new VatRiskError('AUDIT_UNAVAILABLE', 'The audit log is closed; nothing more may happen.'));
    return new Promise((resolve, reject) => {
      assertEvent(event);
      this.#waiting.push({ event, at: this.#now(), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  head(): { readonly seq: number; readonly hash: string } {
    return this.#writer.head;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #work(): Promise<void> {
    // Requests that arrive in the same turn of the event loop belong to the same group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.slice(0, MOST_AT_ONCE));
    this.#working = undefined;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    let written: number;
    try {
      written = await this.#writer.write(group, this.#now());
    } catch (error) {
      const refused = this.#waiting.splice(0);
      this.#writer.countRefused(refused.length);
      for (const { reject } of refused) reject(unavailable(error));
      return;
    }
    this.#waiting.splice(0, written);
    for (const { resolve } of group.slice(0, written)) resolve();
    this.#seal?.saw(this.#sealable());
  }

  async #close(): Promise<void> {
    await this.#working;
    try {
      if (this.#writer.head.seq > 0) await this.#seal?.close(this.#sealable());
    } finally {
      await this.#writer.close();
      this.#release();
    }
  }

  #sealable(): Head {
    return { stream: this.#options.stream, ...this.#writer.head, at: this.#now() };
  }

  /** The moment as text; many events of one millisecond share it. */
  #now(): string {
    const now = this.#options.clock();
    if (now.getTime() !== this.#moment.milliseconds) this.#moment = { milliseconds: now.getTime(), text: now.toISOString() };
    return this.#moment.text;
  }
}

function unavailable(error: unknown): VatRiskError {
  if (error instanceof VatRiskError) return error;
  return new VatRiskError('AUDIT_UNAVAILABLE', `The audit log cannot be written: ${error instanceof Error ? error.message : String(error)}. Give the disk room and the service's user its folder; until then what must be audited is refused.`, { cause: error });
}
