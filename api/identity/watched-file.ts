import { statSync } from 'node:fs';

const LOOK_EVERY_MILLISECONDS = 1000;

/** What a file holds, read again when the file changed; looked at once a second at most, because every request asks. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #read: (path: string) => T;
  #looked: number;
  #signature = '';
  #found: { readonly value: T } | { readonly failure: unknown };

  /** Reads at once; what `read` throws for a file that is there or not is thrown here, and later by get. */
  constructor(path: string, now: number, read: (path: string) => T) {
    this.#path = path;
    this.#read = read;
    this.#looked = now;
    this.#signature = signatureOf(path);
    this.#found = { value: read(path) };
  }

  /** The content as of at most a second ago. Throws what reading it threw, until it can be read again: an older content would outlive its file. */
  get(now: number): T {
    // Absolute, because a clock set back must not stop the looking.
    if (Math.abs(now - this.#looked) >= LOOK_EVERY_MILLISECONDS) this.#look(now);
    if ('failure' in this.#found) throw this.#found.failure;
    return this.#found.value;
  }

  #look(now: number): void {
    this.#looked = now;
    const signature = signatureOf(this.#path); // before reading: a change meanwhile is seen the next time
    if (signature === this.#signature && 'value' in this.#found) return;
    this.#signature = signature;
    try {
      this.#found = { value: this.#read(this.#path) };
    } catch (failure) {
      this.#found = { failure };
    }
  }
}

/** Changes with every replacement, edit and change of mode. */
function signatureOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}
