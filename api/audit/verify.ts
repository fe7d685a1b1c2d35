import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditKey } from './key.ts';
import type { AuditRecord } from './record.ts';
import { readSeals } from './seal.ts';
import { listStream } from './stream-files.ts';
import { isLocked } from './stream-lock.ts';
import { StreamWalk, type Break } from './stream-walk.ts';

/** A head noted elsewhere: sealed, printed, sent to another system. */
export interface KnownHead {
  readonly seq: number;
  readonly hash: string;
  /** When, UTC; '' where that is not known. */
  readonly at: string;
  /** Where it is noted, in words. */
  readonly where: string;
}

export interface StreamReport {
  readonly stream: string;
  readonly files: number;
  /** Records up to the end, or up to the break. */
  readonly records: number;
  /** Number of the first of them; 0 for none. */
  readonly first_seq: number;
  readonly head: { readonly seq: number; readonly hash: string; readonly at: string };
  /** Heads noted elsewhere that were found again. */
  readonly heads_found: number;
  readonly first_break: Break | null;
}

export interface VerifyOptions {
  /** Folder of all streams. */
  readonly directory: string;
  readonly key: AuditKey;
  /** First and last month, 2026-11. Where the months before the first are gone, its first record is believed. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface VerifyReport {
  readonly streams: readonly StreamReport[];
  /** Lines of the seal file that are no seals of this key. */
  readonly seal_breaks: readonly Break[];
}

const LAST = '9999-99';
const LOOKS = 40; // a second, for the last line of a file that a living process writes

/**
 * Verifies every stream, also one that only the seals know. The chain shows every change but a cut of its end; that shows where a
 * head behind the cut is known. Rejects with AUDIT_UNAVAILABLE where the seal file cannot be read.
 */
export async function verifyAll(options: VerifyOptions & { readonly sealFile?: string | undefined; readonly expected?: KnownHead & { readonly stream: string } }): Promise<VerifyReport> {
  const seals = options.sealFile === undefined ? [] : await readSeals(options.sealFile, options.key);
  const known = seals.flatMap(({ line, head }) => (head === undefined ? [] : [{ ...head, where: `line ${line} of the seal file` }]));
  if (options.expected !== undefined) known.push(options.expected);
  const streams = [...new Set([...(await listStreams(options.directory)), ...known.map(({ stream }) => stream)])].sort();
  const reports: StreamReport[] = [];
  for (const stream of streams) reports.push(await verifyStream({ ...options, stream, known: known.filter((head) => head.stream === stream) }));
  const broken = seals.filter(({ head }) => head === undefined);
  return { streams: reports, seal_breaks: broken.map(({ line }) => ({ file: options.sealFile ?? '', line, what: 'no seal as it was written: bytes were changed, or the key is another' })) };
}

/** Follows one stream from its first record to its last, and stops at the first byte that nobody wrote. */
export async function verifyStream(options: VerifyOptions & { readonly stream: string; readonly known?: readonly KnownHead[]; readonly visit?: (record: AuditRecord) => void }): Promise<StreamReport> {
  const { stream, key, from = '', to = LAST } = options;
  const folder = join(options.directory, stream);
  const heads = new KnownHeads(options.known ?? []);
  const visit = (record: AuditRecord) => {
    options.visit?.(record);
    return heads.compare(record);
  };
  const walk = new StreamWalk({ folder, stream, key, from, to, visit, patience: isLocked(folder) ? LOOKS : 0 });
  const cut = () => heads.missing(walk.seq, to);
  const found = (await walk.follow(await listStream(folder))) ?? (cut() === undefined ? undefined : { ...walk.place, what: cut() ?? '' });
  const head = { seq: walk.seq, hash: walk.hash, at: walk.at };
  return { stream, files: walk.files, records: walk.records, first_seq: walk.first, head, heads_found: heads.found, first_break: found ?? null };
}

/** Streams that have a folder. */
export async function listStreams(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

class KnownHeads {
  readonly #bySeq = new Map<number, KnownHead[]>();
  found = 0;

  constructor(heads: readonly KnownHead[]) {
    for (const head of heads) this.#bySeq.set(head.seq, [...(this.#bySeq.get(head.seq) ?? []), head]);
  }

  compare({ seq, hash }: AuditRecord): string | undefined {
    for (const head of this.#bySeq.get(seq) ?? []) {
      if (head.hash !== hash) return `record ${seq} is not the one noted in ${head.where}: the stream was written anew`;
      this.found++;
    }
    return undefined;
  }

  /** What is known to have been there behind the end; of heads noted after the last month asked for nothing is said. */
  missing(last: number, to: string): string | undefined {
    const beyond = [...this.#bySeq.values()].flat().find(({ seq, at }) => seq > last && at.slice(0, 7) <= to);
    return beyond === undefined ? undefined : `the stream ends at record ${last}, but record ${beyond.seq} is noted in ${beyond.where}: its end was cut off`;
  }
}
