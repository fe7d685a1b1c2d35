import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VatRiskError } from '../../pipeline/shared/errors.ts';
import { syncPath } from '../../pipeline/snapshot/durable.ts';
import { GENESIS } from './chain.ts';
import type { AuditKey } from './key.ts';
import { isLinked, readRecord } from './record.ts';
import { listStream, monthFile, readTail, tornSeq, type Tail } from './stream-files.ts';

/** Where a stream ends on disk. */
export interface StreamEnd {
  /** Month of the newest file with a record; '' where there is none. */
  readonly month: string;
  /** Bytes of that file. */
  readonly size: number;
  readonly seq: number;
  readonly hash: string;
}

/** Tails set aside that no record tells of yet. */
export interface Recovered {
  readonly files: readonly string[];
  /** HMAC-SM3 of their bytes, one after the other. */
  readonly hash: string;
}

/** The newest whole record of a stream, read only. Throws AUDIT_BROKEN where it was changed or made with another key. */
export async function findEnd(folder: string, key: AuditKey): Promise<StreamEnd> {
  return (await findTail(folder, key)).end;
}

/**
 * The end of a stream, for writing: what a crash left behind the last newline is moved into a file of its own. Throws AUDIT_BROKEN
 * where the newest whole record was changed or made with another key.
 */
export async function openEnd(folder: string, key: AuditKey): Promise<StreamEnd> {
  const { end, tails } = await findTail(folder, key);
  for (const { month, tail } of tails) await setAside(folder, month, tail.whole, end.seq + 1);
  return end;
}

/** Moves what stands in a month's file behind its first `whole` bytes into a file that the record `seq` will tell of. */
export async function setAside(folder: string, month: string, whole: number, seq: number): Promise<void> {
  const log = monthFile(folder, month);
  const taken = (await readdir(folder)).filter((name) => tornSeq(name) === seq).length;
  const file = join(folder, `${String(seq).padStart(12, '0')}-${taken + 1}.torn`);
  try {
    await pipeline(createReadStream(log, { start: whole }), createWriteStream(`${file}.part`, { mode: 0o600, flush: true }));
    await rename(`${file}.part`, file);
  } catch (error) {
    await rm(`${file}.part`, { force: true });
    throw error;
  }
  syncPath(folder); // first the copy, then the cut: a crash between them doubles bytes, never loses them
  await truncate(log, whole);
  syncPath(log);
}

/** Tails that the record `seq` has to tell of, or tells of. */
export async function tornFiles(folder: string, key: AuditKey, seq: number): Promise<Recovered> {
  const files = (await listStream(folder)).torn.filter((name) => tornSeq(name) === seq);
  return { files, hash: files.length === 0 ? '' : await hashTorn(folder, key, files) };
}

/** HMAC-SM3 of files set aside, one after the other. */
export async function hashTorn(folder: string, key: AuditKey, files: readonly string[]): Promise<string> {
  return key.objects(Buffer.concat(await Promise.all(files.map((name) => readFile(join(folder, name))))));
}

async function findTail(folder: string, key: AuditKey): Promise<{ end: StreamEnd; tails: { month: string; tail: Tail }[] }> {
  const tails: { month: string; tail: Tail }[] = [];
  for (const month of [...(await listStream(folder)).months].reverse()) {
    const tail = await readTail(monthFile(folder, month));
    if (tail.torn.length > 0) tails.push({ month, tail });
    if (tail.last === undefined) continue; // made by a process that ended before its first record
    const record = readRecord(tail.last);
    if (record === undefined || !isLinked(key, record, record.prev)) {
      throw new VatRiskError('AUDIT_BROKEN', `The newest record of ${monthFile(folder, month)} was changed or made with another key; nothing is appended to it. Run vatrisk audit verify, keep the folder as evidence and move it away to begin a new chain.`);
    }
    return { end: { month, size: tail.whole, seq: record.seq, hash: record.hash }, tails };
  }
  return { end: { month: '', size: 0, seq: 0, hash: GENESIS }, tails };
}
