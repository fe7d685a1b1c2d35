const FIRST_ROOM = 1024;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Numbers of one column; null is NaN. */
export class NumberColumn {
  #values = new Float64Array(FIRST_ROOM);
  #length = 0;

  push(value: number | null): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, 2 * this.#length, Float64Array);
    this.#values[this.#length++] = value ?? Number.NaN;
  }

  at(row: number): number | null {
    const value = this.#values[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }
}

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

/** Texts laid end to end as UTF-8, as Arrow lays them: no object per row for the garbage collector to walk. */
export class PackedColumn {
  #data = new Uint8Array(16 * FIRST_ROOM);
  #ends = new Float64Array(FIRST_ROOM);
  #length = 0;

  push(value: string): void {
    const start = this.#end(this.#length);
    // A character takes at most three bytes for each unit of the string.
    if (start + 3 * value.length > this.#data.length) this.#data = grown(this.#data, Math.max(2 * this.#data.length, start + 3 * value.length), Uint8Array);
    if (this.#length === this.#ends.length) this.#ends = grown(this.#ends, 2 * this.#length, Float64Array);
    this.#ends[this.#length++] = start + utf8.encodeInto(value, this.#data.subarray(start)).written;
  }

  at(row: number): string {
    return text.decode(this.#data.subarray(this.#end(row), this.#end(row + 1)));
  }

  /** Place of a value in a column whose values stand in byte order, or -1. */
  find(value: string): number {
    const wanted = Buffer.from(value);
    let [low, high] = [0, this.#length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = Buffer.compare(this.#data.subarray(this.#end(middle), this.#end(middle + 1)), wanted);
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
    return this.#data.byteLength + this.#ends.byteLength;
  }

  #end(rows: number): number {
    return rows === 0 ? 0 : (this.#ends[rows - 1] ?? 0);
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(values: T, room: number, kind: new (length: number) => T): T {
  const larger = new kind(room);
  larger.set(values);
  return larger;
}
