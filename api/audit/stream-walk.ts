import { join } from 'node:path';
import { GENESIS } from './chain.ts';
import type { AuditKey } from './key.ts';
import { hashTorn } from './open-tail.ts';
import { isLinked, readRecord, type AuditRecord } from './record.ts';
import { RECOVERED } from './recovered-event.ts';
import { monthFile, readLines, readTail, tornSeq, type FileLine, type StreamFiles } from './stream-files.ts';

/** The first place at which a stream is not what was written. */
export interface Break {
  readonly file: string;
  /** 0 where it is no single line. */
  readonly line: number;
  readonly what: string;
}

export interface WalkOptions {
  readonly folder: string;
  readonly stream: string;
  readonly key: AuditKey;
  readonly from: string;
  readonly to: string;
  /** How often to look again for the end of the last line of the newest file. */
  readonly patience: number;
  /** Sees every linked record; what it says against one is a break. */
  readonly visit: (record: AuditRecord) => string | undefined;
}

/** Follows the records of one stream and knows how far it came. */
export class StreamWalk {
  readonly #options: WalkOptions;
  readonly #told = new Set<string>();
  files = 0;
  records = 0;
  first = 0;
  seq = 0;
  hash = GENESIS;
  at = '';
  /** Where the last record was. */
  place: Break = { file: '', line: 0, what: '' };
  #isTrusting = false;
  #isFirstOfFile = true;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.place = { file: options.folder, line: 0, what: '' };
  }

  /** The first break, or undefined for a whole stream. */
  async follow({ months, torn, strange }: StreamFiles): Promise<Break | undefined> {
    const { folder, from, to } = this.#options;
    if (strange[0] !== undefined) return { file: join(folder, strange[0]), line: 0, what: 'a log whose name is no month' };
    const wrong = await this.#startAfter(months.filter((month) => month < from));
    if (wrong !== undefined) return wrong;
    for (const month of months.filter((one) => one >= from && one <= to)) {
      const found = await this.#followFile(month, month === months.at(-1) ? this.#options.patience : 0);
      if (found !== undefined) return found;
      this.files++;
    }
    // The number after the head belongs to a tail whose record a crash prevented: the next opening writes it.
    const untold = torn.find((name) => tornSeq(name) >= this.first && tornSeq(name) <= this.seq && !this.#told.has(name));
    return untold === undefined ? undefined : { file: join(folder, untold), line: 0, what: 'a tail set aside of which no record tells' };
  }

  /** Begins after the last record of the months before; where `from` leaves out months that are gone, the first record is believed. */
  async #startAfter(before: readonly string[]): Promise<Break | undefined> {
    for (const month of [...before].reverse()) {
      const file = monthFile(this.#options.folder, month);
      const { last } = await readTail(file);
      if (last === undefined) continue;
      const record = readRecord(last);
      if (record === undefined || !isLinked(this.#options.key, record, record.prev)) return { file, line: 0, what: 'its last record, which the first month to verify must follow, was changed or has another key' };
      this.seq = record.seq;
      this.hash = record.hash;
      return undefined;
    }
    this.#isTrusting = this.#options.from !== '';
    return undefined;
  }

  async #followFile(month: string, patience: number): Promise<Break | undefined> {
    const file = monthFile(this.#options.folder, month);
    this.#isFirstOfFile = true;
    for await (const line of readLines(file, patience)) {
      const what = await this.#take(line, month);
      if (what !== undefined) return { file, line: line.number, what };
      this.place = { file, line: line.number, what: '' };
    }
    return undefined;
  }

  async #take(line: FileLine, month: string): Promise<string | undefined> {
    if (!line.isWhole) return 'the last line has no end';
    const record = readRecord(line.bytes);
    if (record === undefined) return 'no record as it was written: bytes were changed';
    if (this.#isTrusting && record.seq > 1) ({ prev: this.hash, seq: this.seq } = { prev: record.prev, seq: record.seq - 1 });
    this.#isTrusting = false;
    const wrong = this.#check(record, month) ?? this.#options.visit(record) ?? (record.action === RECOVERED ? await this.#checkTorn(record) : undefined);
    if (wrong !== undefined) return wrong;
    if (this.records++ === 0) this.first = record.seq;
    ({ seq: this.seq, hash: this.hash, at: this.at } = record);
    this.#isFirstOfFile = false;
    return undefined;
  }

  #check(record: AuditRecord, month: string): string | undefined {
    if (record.stream !== this.#options.stream) return `a record of the stream ${record.stream}`;
    if (record.seq !== this.seq + 1) return `record ${record.seq} where ${this.seq + 1} was expected: records are missing, moved or doubled`;
    if (!isLinked(this.#options.key, record, this.hash)) return `record ${record.seq} is not linked to the one before: it was changed, or the key is another`;
    const written = record.at.slice(0, 7);
    return written > month || (this.#isFirstOfFile && written !== month) ? `record ${record.seq} is of ${written}: the file bears another name` : undefined;
  }

  async #checkTorn(record: AuditRecord): Promise<string | undefined> {
    const names = record.object_id === '' ? [] : record.object_id.split(' ');
    for (const name of names) this.#told.add(name);
    const hash = names.length === 0 ? '' : await hashTorn(this.#options.folder, this.#options.key, names).catch(() => 'gone');
    return hash === record.object_hash ? undefined : `the tail set aside of which record ${record.seq} tells was changed or taken away`;
  }
}
