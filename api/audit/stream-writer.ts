import { constants, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { syncPath } from '../../pipeline/snapshot/durable.ts';
import type { AuditEvent } from './audit-event.ts';
import type { AuditKey } from './key.ts';
import { ObjectHashes } from './object-hashes.ts';
import { openEnd, setAside, tornFiles, type StreamEnd } from './open-tail.ts';
import { writeRecord } from './record.ts';
import { recoveredEvent } from './recovered-event.ts';
import { listStream, monthFile } from './stream-files.ts';

/** An event and the moment it was handed in. */
export interface Dated {
  readonly event: AuditEvent;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  /** Hash of the object where it is no identifier. */
  readonly objectHash?: string;
}

interface Place {
  readonly folder: string;
  readonly stream: string;
  readonly key: AuditKey;
}

// O_DSYNC: the write returns when the data is on disk, as if fdatasync followed, with one trip to the thread pool instead of two.
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC | constants.O_NOFOLLOW;

/** Puts records at the end of a stream. Not for concurrent use: the log calls it with one group at a time. */
export class StreamWriter {
  readonly #place: Place;
  readonly #hashes: ObjectHashes;
  #end: StreamEnd;
  #open: { readonly month: string; readonly handle: FileHandle; readonly inode: number } | undefined;
  /** Something went wrong since the last record, or nothing was written yet. */
  #isDoubtful = true;
  /** Bytes of ours may stand behind the end. */
  #hasLeft = false;
  #refused = 0;

  private constructor(place: Place, end: StreamEnd) {
    this.#place = place;
    this.#hashes = new ObjectHashes(place.key);
    this.#end = end;
  }

  /** Finds the end of a stream and sets a torn tail aside. Rejects with AUDIT_BROKEN. */
  static async open(place: Place): Promise<StreamWriter> {
    return new StreamWriter(place, await openEnd(place.folder, place.key));
  }

  get head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#end.seq, hash: this.#end.hash };
  }

  /** Events that were refused, for the record that tells of it. */
  countRefused(events: number): void {
    this.#refused += events;
  }

  /**
   * Writes the first records of a group, those of one month, waits until they are on disk and tells how many they were. When it
   * rejects, none of them is in the chain.
   */
  async write(group: readonly Dated[], now: string): Promise<number> {
    try {
      const told = this.#isDoubtful ? await this.#recover(now) : [];
      const all = [...told, ...group];
      const month = this.#monthOf(all[0]);
      const later = all.findIndex((record) => this.#monthOf(record) > month);
      const records = later < 0 ? all : all.slice(0, later);
      if (records.length > 0) await this.#append(month, records);
      this.#refused = 0;
      this.#isDoubtful = false;
      return records.length - told.length;
    } catch (error) {
      this.#isDoubtful = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    const handle = this.#open?.handle;
    this.#open = undefined;
    await handle?.close();
  }

  /** A clock set back never reopens an older file. */
  #monthOf(record: Dated | undefined): string {
    const month = record?.at.slice(0, 7) ?? '';
    return month > this.#end.month ? month : this.#end.month;
  }

  async #append(month: string, records: readonly Dated[]): Promise<void> {
    const lines: string[] = [];
    let { seq, hash } = this.#end;
    for (const { event, at, objectHash } of records) {
      const place = { stream: this.#place.stream, seq: ++seq, prev: hash, at };
      const written = writeRecord(this.#place.key, event, place, objectHash ?? this.#hashes.of(event));
      lines.push(written.line);
      hash = written.hash;
    }
    const bytes = Buffer.from(lines.join(''), 'utf8');
    const handle = await this.#handleOf(month);
    this.#hasLeft = true;
    await handle.appendFile(bytes);
    this.#hasLeft = false;
    this.#end = { month, size: this.#sizeOf(month) + bytes.length, seq, hash };
  }

  /** The file of a month, looked at before every group: a second writer, a cut or a moved file must not go unnoticed. */
  async #handleOf(month: string): Promise<FileHandle> {
    const path = monthFile(this.#place.folder, month);
    if (this.#open?.month !== month) {
      await this.close();
      const isNew = month !== this.#end.month;
      const handle = await open(path, isNew ? APPEND | constants.O_CREAT : APPEND, 0o600);
      this.#open = { month, handle, inode: (await handle.stat()).ino };
      if (isNew) syncPath(this.#place.folder);
    }
    const named = statSync(path); // a look into the kernel's memory: the thread pool would cost ten times as much
    if (!named.isFile() || named.ino !== this.#open.inode || named.size !== this.#sizeOf(month)) throw changed(path, named.size, this.#sizeOf(month));
    return this.#open.handle;
  }

  /** Sets aside what a failed write left behind, and tells of it and of what was refused. */
  async #recover(now: string): Promise<Dated[]> {
    const { folder, key } = this.#place;
    await this.close();
    for (const month of (await listStream(folder)).months.filter((one) => one >= this.#end.month)) {
      const { size } = statSync(monthFile(folder, month));
      if (size === this.#sizeOf(month)) continue;
      if (size < this.#sizeOf(month) || !this.#hasLeft) throw changed(monthFile(folder, month), size, this.#sizeOf(month));
      await setAside(folder, month, this.#sizeOf(month), this.#end.seq + 1);
    }
    this.#hasLeft = false;
    const torn = await tornFiles(folder, key, this.#end.seq + 1);
    if (torn.files.length === 0 && this.#refused === 0) return [];
    return [{ at: now, event: recoveredEvent(torn.files, this.#refused), objectHash: torn.hash }];
  }

  #sizeOf(month: string): number {
    return month === this.#end.month ? this.#end.size : 0;
  }
}

function changed(path: string, found: number, expected: number): VatRiskError {
  return new VatRiskError('AUDIT_UNAVAILABLE', `${path} was changed by another hand: ${found} bytes where this process left ${expected}, or another file in its place. Nothing is appended to it; run vatrisk audit verify and bring the file back.`);
}
