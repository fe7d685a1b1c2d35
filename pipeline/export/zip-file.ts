import { Zip, type ZipInputFile } from 'fflate';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';

const DEFLATE = 8;
// The archive format has no time zone: a fixed moment, so that the same content gives the same bytes everywhere.
const moment = (): Date => new Date(1980, 0, 1);

/** An entry compressed by Node's zlib, on another thread than the one that makes its text. */
class Entry implements ZipInputFile {
  readonly compression = DEFLATE;
  readonly mtime = moment();
  readonly deflater: DeflateRaw = createDeflateRaw({ level: 6 });
  size = 0;
  crc = 0;
  /** Set by the archive. */
  ondata: NonNullable<ZipInputFile['ondata']> = () => undefined;

  constructor(readonly filename: string) {
    this.deflater.on('data', (chunk: Uint8Array<ArrayBuffer>) => { this.ondata(null, chunk, false); });
    this.deflater.on('end', () => { this.ondata(null, new Uint8Array(0), true); });
  }

  push(chunk: Buffer): void {
    this.size += chunk.length;
    this.crc = crc32(chunk, this.crc);
    this.deflater.write(chunk);
  }
}

/** A ZIP archive written entry by entry into a new file; what stands in memory is a few pieces of the entry being written. */
export class ZipFile {
  readonly #handle: number;
  readonly #zip: Zip;
  #failure: Error | undefined;
  #entry: Entry | undefined;

  constructor(path: string) {
    this.#handle = openSync(path, 'wx');
    this.#zip = new Zip((error, chunk) => {
      try {
        if (error !== null) throw error;
        for (let at = 0; at < chunk.length; ) at += writeSync(this.#handle, chunk, at);
      } catch (failure) {
        this.#failure ??= failure as Error;
      }
    });
  }

  /** Begins an entry; the one before must have ended. */
  begin(name: string): void {
    this.#entry = new Entry(name);
    this.#zip.add(this.#entry);
  }

  /** Adds text to the entry. Rejects when the file could not be written. */
  async write(text: string): Promise<void> {
    const entry = this.#open();
    entry.push(Buffer.from(text));
    if (entry.deflater.writableNeedDrain) await once(entry.deflater, 'drain');
    this.#check();
  }

  /** Ends the entry; resolves once all of it was written. */
  async end(): Promise<void> {
    const entry = this.#open();
    const ended = once(entry.deflater, 'end');
    entry.deflater.end();
    await ended;
    this.#entry = undefined;
    this.#check();
  }

  /** A whole entry. */
  async add(name: string, text: string): Promise<void> {
    this.begin(name);
    await this.write(text);
    await this.end();
  }

  /** Writes the directory of the archive. */
  finish(): void {
    this.#zip.end();
    this.#check();
  }

  /** Closes the file, finished or not. */
  close(): void {
    this.#entry?.deflater.destroy();
    closeSync(this.#handle);
  }

  #open(): Entry {
    if (this.#entry === undefined) throw new Error('no entry was begun');
    return this.#entry;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
