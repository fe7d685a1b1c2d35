import { isUtf8 } from 'node:buffer';
import type { Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { VatRiskError } from '../shared/errors.ts';

export type Encoding = 'utf-8' | 'utf-8-bom' | 'gb18030';

/** Bytes read at a time. Memory of every pass over a file is a small multiple of this. */
export const CHUNK_BYTES = 1 << 20;

export interface ReadOptions {
  readonly chunkBytes?: number;
  readonly signal?: AbortSignal;
  /** Receives every byte read, as delivered, byte order mark included. */
  readonly hash?: Hash;
}

/** Receives the next bytes, valid until the call is over (its promise settled). `'stop'` ends the reading. */
export type OnBytes = (bytes: Buffer) => 'stop' | undefined | Promise<'stop' | undefined>;

const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_BOMS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const EMPTY = Buffer.alloc(0);

/** What the first bytes of a file say about its encoding; null when there is no byte order mark. */
export async function sniffByteOrderMark(path: string): Promise<'utf-8-bom' | 'utf-16' | null> {
  const handle = await openForReading(path);
  try {
    const start = Buffer.alloc(3);
    const { bytesRead } = await handle.read(start, 0, 3, 0);
    const seen = start.subarray(0, bytesRead);
    if (seen.equals(UTF8_BOM)) return 'utf-8-bom';
    return UTF16_BOMS.some((mark) => seen.subarray(0, 2).equals(mark)) ? 'utf-16' : null;
  } finally {
    await handle.close();
  }
}

/** Hands over the bytes of a file in order. Throws INPUT_MISSING when the file cannot be opened; the abort reason when `signal` fires. */
export async function readBytes(path: string, options: ReadOptions, onBytes: OnBytes): Promise<number> {
  const handle = await openForReading(path);
  const chunk = Buffer.allocUnsafe(options.chunkBytes ?? CHUNK_BYTES);
  let total = 0;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return total;
      total += bytesRead;
      const bytes = chunk.subarray(0, bytesRead);
      options.hash?.update(bytes);
      if ((await onBytes(bytes)) === 'stop') return total;
    }
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file as UTF-8 text, whatever its encoding, cut between characters, without byte order mark. Resolves to `valid: false` at the first byte
 * that does not belong to the encoding: text handed
 * over before is then void, and so is `hash`.
 */
export async function readText(path: string, encoding: Encoding, options: ReadOptions, onText: OnBytes): Promise<{ valid: boolean; bytes: number }> {
  const decoder = encoding === 'gb18030' ? new Gb18030Decoder() : new Utf8Decoder();
  let skip = encoding === 'utf-8-bom' ? UTF8_BOM.length : 0;
  let invalid = false;
  let stopped = false;
  const bytes = await readBytes(path, options, async (chunk) => {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    const text = decoder.decode(chunk.subarray(skipped));
    if (text === null) invalid = true;
    else stopped = (await onText(text)) === 'stop';
    return invalid || stopped ? 'stop' : undefined;
  });
  return { valid: !invalid && (stopped || decoder.isComplete()), bytes };
}

/** The greatest cut ≤ text.length that does not fall inside a UTF-8 character. */
export function characterBoundary(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back] ?? 0;
    if (byte < 0x80) return text.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? text.length - back : text.length;
    }
  }
  return text.length;
}

/** Checks UTF-8 chunk by chunk; a character split between two chunks is held back. */
class Utf8Decoder {
  private held: Buffer = EMPTY;

  decode(chunk: Buffer): Buffer | null {
    const joined = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const cut = characterBoundary(joined);
    const text = joined.subarray(0, cut);
    if (!isUtf8(text)) return null;
    this.held = Buffer.from(joined.subarray(cut));
    return text;
  }

  isComplete(): boolean {
    return this.held.length === 0;
  }
}

// Trail bytes of GB18030 cover 0x30–0x39 and 0x40–0x7E, so the records are looked for in the decoded text, never in the raw bytes.
class Gb18030Decoder {
  private readonly decoder = new TextDecoder('gb18030', { fatal: true });

  decode(chunk: Buffer): Buffer | null {
    try {
      return Buffer.from(this.decoder.decode(chunk, { stream: true }), 'utf8');
    } catch {
      return null;
    }
  }

  isComplete(): boolean {
    try {
      return this.decoder.decode() === '';
    } catch {
      return false;
    }
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new VatRiskError('INPUT_MISSING', 'An input file could not be opened for reading. Expected a readable file; check that it still exists and may be read.', {
      details: [path],
      cause,
    });
  }
}
