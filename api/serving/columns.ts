const FIRST_ROOM = 1024;

/** Texts that repeat, each kept once: a code per row. */
export class CodedColumn {
  readonly #texts: (string | null)[] = [];
  readonly #codes = new Map<string | null, number>();
  #rows = new Uint32Array(FIRST_ROOM);
  #length = 0;

  push(value: string | null): void {
    if (this.#length === this.#rows.length) this.#rows = grown(this.#rows, 2 * this.#length, Uint32Array);
    let code = this.#codes.get(value);
    if (code === undefined) {
      code = this.#texts.push(value) - 1;
      this.#codes.set(value, code);
    }
    this.#rows[this.#length++] = code;
  }

  at(row: number): string | null {
    return this.#texts[this.#rows[row] ?? -1] ?? null;
  }

  get bytes(): number {
    return this.#rows.byteLength + this.#texts.reduce((sum, one) => sum + 2 * (one?.length ?? 0), 0);
  }
}

/** Bytes laid out at a time: a column grows without copying what it holds, which would stop every request meanwhile. */
const BLOCK = 1 << 22;

/** Texts laid end to end as UTF-8, as Arrow lays them: no object per row for the garbage collector to walk. */
export class PackedColumn {
  readonly #blocks: Buffer[] = [];
  #used = BLOCK;
  /** Where a text begins: number of its block times BLOCK, and its place in the block. */
  #starts = new Float64Array(FIRST_ROOM);
  #sizes = new Uint32Array(FIRST_ROOM);
  #length = 0;

  push(value: string): void {
    // A character takes at most three bytes for each unit of the string.
    if (this.#used + 3 * value.length > BLOCK) this.#open(Math.max(BLOCK, 3 * value.length));
    if (this.#length === this.#sizes.length) {
      this.#starts = grown(this.#starts, 2 * this.#length, Float64Array);
      this.#sizes = grown(this.#sizes, 2 * this.#length, Uint32Array);
    }
    const size = this.#blocks[this.#blocks.length - 1]?.write(value, this.#used, 'utf8') ?? 0;
    this.#starts[this.#length] = (this.#blocks.length - 1) * BLOCK + this.#used;
    this.#sizes[this.#length++] = size;
    this.#used += size;
  }

  at(row: number): string {
    return this.bytesAt(row).toString('utf8');
  }

  /** The bytes of a text, not to be changed. */
  bytesAt(row: number): Buffer {
    const start = this.#starts[row] ?? 0;
    const place = start % BLOCK;
    return this.#blocks[Math.floor(start / BLOCK)]?.subarray(place, place + (this.#sizes[row] ?? 0)) ?? NOTHING;
  }

  /** Place of a value in a column whose values stand in byte order, or -1. */
  find(value: string): number {
    const wanted = Buffer.from(value);
    let [low, high] = [0, this.#length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, wanted);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.length, 0) + this.#starts.byteLength + this.#sizes.byteLength;
  }

  #open(bytes: number): void {
    this.#blocks.push(Buffer.allocUnsafeSlow(bytes));
    this.#used = 0;
  }

  /** Order of a text against some bytes. Identifiers are short: a loop takes a tenth of the time of a call into the platform. */
  #compare(row: number, wanted: Buffer): number {
    const start = this.#starts[row] ?? 0;
    const [block, place, size] = [this.#blocks[Math.floor(start / BLOCK)] ?? NOTHING, start % BLOCK, this.#sizes[row] ?? 0];
    const shared = Math.min(size, wanted.length);
    for (let at = 0; at < shared; at++) {
      const difference = (block[place + at] ?? 0) - (wanted[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return size - wanted.length;
  }
}

const NOTHING = Buffer.alloc(0);

function grown<T extends Float64Array | Uint32Array | Uint8Array>(values: T, room: number, kind: new (length: number) => T): T {
  const larger = new kind(room);
  larger.set(values);
  return larger;
}
