import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MONTH_FILE = /^\d{4}-(?:0[1-9]|1[0-2])\.jsonl$/u;
const TORN_FILE = /^(\d+)-\d+\.torn$/u;
const WINDOW = 65_536;
const CHUNK = 1 << 20;
const PAUSE_MILLISECONDS = 25;
const NEWLINE = 0x0a;

/** Files of one stream. */
export interface StreamFiles {
  /** Months with a file, in order: 2026-11. */
  readonly months: readonly string[];
  /** Tails set aside after a crash: number of the record that tells of it, number within. */
  readonly torn: readonly string[];
  /** Logs that bear no month. */
  readonly strange: readonly string[];
}

/** The files of a stream; of one that does not exist, none. */
export async function listStream(folder: string): Promise<StreamFiles> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return {
    months: names.filter((name) => MONTH_FILE.test(name)).map((name) => name.slice(0, 7)).sort(),
    torn: names.filter((name) => TORN_FILE.test(name)).sort(),
    strange: names.filter((name) => name.endsWith('.jsonl') && !MONTH_FILE.test(name)).sort(),
  };
}

export function monthFile(folder: string, month: string): string {
  return join(folder, `${month}.jsonl`);
}

/** Number of the record that tells, or is to tell, of a tail set aside. */
export function tornSeq(name: string): number {
  return Number(TORN_FILE.exec(name)?.[1]);
}

/** The end of a file: its last whole line without newline, and what follows it. */
export interface Tail {
  readonly last: Buffer | undefined;
  readonly torn: Buffer;
  /** Bytes up to and with the last newline. */
  readonly whole: number;
}

/** Reads a file backwards until its last whole line is known. */
export async function readTail(file: string): Promise<Tail> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    for (let window = WINDOW; ; window *= 2) {
      const start = Math.max(0, size - window);
      const bytes = Buffer.alloc(size - start);
      await handle.read(bytes, 0, bytes.length, start);
      const end = bytes.lastIndexOf(NEWLINE);
      const before = end < 1 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
      if (before < 0 && start > 0) continue;
      return { last: end < 0 ? undefined : bytes.subarray(before + 1, end), torn: bytes.subarray(end + 1), whole: start + end + 1 };
    }
  } finally {
    await handle.close();
  }
}

/** A line without its newline, or what stands behind the last newline. */
export interface FileLine {
  readonly bytes: Buffer;
  readonly number: number;
  readonly isWhole: boolean;
}

/**
 * The lines of a file as bytes, none of them decoded; nothing for an empty file. Where the last one has no end it is looked for
 * `patience` times more: a living writer is about to end it.
 */
export async function* readLines(file: string, patience = 0): AsyncGenerator<FileLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let position = 0;
  for (let left = patience; ; left--) {
    for await (const chunk of createReadStream(file, { start: position, highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
      position += chunk.length;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        yield { bytes: bytes.subarray(start, end), number: ++number, isWhole: true };
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length === 0 || left <= 0) break;
    await sleep(PAUSE_MILLISECONDS);
  }
  if (rest.length > 0) yield { bytes: rest, number: number + 1, isWhole: false };
}
