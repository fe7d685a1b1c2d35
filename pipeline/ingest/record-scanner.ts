/** Why a record is not plain. The first two make it a bad record whatever its field count; the others only say how it must be read. */
export const BROKEN_QUOTE = 1;
export const NUL_BYTE = 2;
/** A quote inside an unquoted cell: text. */
export const BARE_QUOTE = 4;
/** A carriage return outside quotes that does not end a line: text. */
export const BARE_RETURN = 8;
/** A quoted cell holding a comma, a quote or a line break. */
export const QUOTED_SPECIAL = 16;

/**
 * One record: `start` and `end` are offsets in the decoded UTF-8 text, the line ending excluded; `line` is the physical line it begins on
 * (1-based, LF counted); `fields` its number of cells; `marks` the sum of the constants above.
 */
export type OnRecord = (start: number, end: number, line: number, fields: number, marks: number) => void;

const LF = 10;
const CR = 13;
const QUOTE = 34;
// Every byte with a meaning in CSV is at or below the comma: one comparison passes over letters, digits and all of Chinese.
const COMMA = 44;

const FIELD_START = 0;
const TEXT = 1;
const QUOTED = 2;
const AFTER_QUOTE = 3;

/**
 * Finds the records of RFC 4180 text handed over in chunks of any size. Quotes count only at the start of a cell; LF and CRLF end a record; entirely
 * empty lines are no records; the last line ending may be missing; an unterminated quote makes one broken record to the end of the text. After
 * something that follows a closing quote the scan goes on at the next comma or line ending.
 */
export class RecordScanner {
  lfEndings = 0;
  crlfEndings = 0;
  emptyLines = 0;
  /** Offset at which the record now being read began. */
  recordStart = 0;
  private readonly onRecord: OnRecord;
  private state = FIELD_START;
  private fields = 1;
  private marks = 0;
  private marksBeforeReturn = 0;
  private returnAt = -2;
  private offset = 0;
  private line = 1;
  private recordLine = 1;

  constructor(onRecord: OnRecord) {
    this.onRecord = onRecord;
  }

  push(text: Uint8Array): void {
    const length = text.length;
    let state = this.state;
    for (let i = 0; i < length; i++) {
      const byte = text[i] ?? 0;
      if (state === QUOTED) {
        if (byte > COMMA) continue;
        if (byte === QUOTE) state = AFTER_QUOTE;
        else this.insideQuotes(byte);
      } else if (byte > COMMA) {
        if (state === AFTER_QUOTE) this.marks |= BROKEN_QUOTE;
        state = TEXT;
      } else if (byte === COMMA) {
        this.fields++;
        state = FIELD_START;
      } else if (byte === LF) {
        this.endLine(this.offset + i);
        state = FIELD_START;
      } else if (byte === QUOTE && state === FIELD_START) {
        state = QUOTED;
      } else if (byte === QUOTE && state === AFTER_QUOTE) {
        this.marks |= QUOTED_SPECIAL;
        state = QUOTED;
      } else {
        this.oddText(byte, this.offset + i, state);
        state = TEXT;
      }
    }
    this.state = state;
    this.offset += length;
  }

  /** Ends the last record. */
  end(): void {
    if (this.offset === this.recordStart) return;
    if (this.state === QUOTED) this.marks |= BROKEN_QUOTE;
    this.onRecord(this.recordStart, this.offset, this.recordLine, this.fields, this.marks);
    this.recordStart = this.offset;
  }

  private insideQuotes(byte: number): void {
    if (byte === COMMA || byte === CR) this.marks |= QUOTED_SPECIAL;
    else if (byte === 0) this.marks |= NUL_BYTE;
    else if (byte === LF) {
      this.marks |= QUOTED_SPECIAL;
      this.line++;
    }
  }

  private oddText(byte: number, at: number, state: number): void {
    if (byte === CR) {
      // Whether this ends a line shows at the next byte: the marks are taken back there.
      this.marksBeforeReturn = this.marks;
      this.returnAt = at;
      this.marks |= BARE_RETURN;
    } else if (byte === QUOTE) this.marks |= BARE_QUOTE;
    else if (byte === 0) this.marks |= NUL_BYTE;
    if (state === AFTER_QUOTE) this.marks |= BROKEN_QUOTE;
  }

  private endLine(at: number): void {
    let end = at;
    if (this.returnAt === at - 1) {
      this.marks = this.marksBeforeReturn;
      this.crlfEndings++;
      end--;
    } else this.lfEndings++;
    if (end === this.recordStart) this.emptyLines++;
    else this.onRecord(this.recordStart, end, this.recordLine, this.fields, this.marks);
    this.line++;
    this.recordLine = this.line;
    this.recordStart = at + 1;
    this.fields = 1;
    this.marks = 0;
  }
}

/**
 * A scanner that also gives the bytes of the record just reported, across chunk borders, up to `limitBytes`: longer records come back cut,
 * so that an unterminated quote cannot fill the memory.
 */
export class RecordReader {
  readonly scanner: RecordScanner;
  private readonly limitBytes: number;
  private held: Buffer = Buffer.alloc(0);
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart = 0;

  constructor(limitBytes: number, onRecord: OnRecord) {
    this.limitBytes = limitBytes;
    this.scanner = new RecordScanner(onRecord);
  }

  push(text: Buffer): void {
    this.chunk = text;
    this.scanner.push(text);
    const start = this.scanner.recordStart;
    if (start >= this.chunkStart) this.held = Buffer.from(this.cutToLimit(text.subarray(start - this.chunkStart)));
    else if (this.held.length < this.limitBytes) this.held = this.cutToLimit(Buffer.concat([this.held, text]));
    this.chunkStart += text.length;
    this.chunk = Buffer.alloc(0);
  }

  end(): void {
    this.scanner.end();
  }

  /** Bytes of the record being reported; valid during the report only. */
  bytes(start: number, end: number): Buffer {
    if (start >= this.chunkStart) return this.cutToLimit(this.chunk.subarray(start - this.chunkStart, end - this.chunkStart));
    if (end <= this.chunkStart || this.held.length >= this.limitBytes) return this.held.subarray(0, end - start);
    return this.cutToLimit(Buffer.concat([this.held, this.chunk.subarray(0, end - this.chunkStart)]));
  }

  private cutToLimit(bytes: Buffer): Buffer {
    return bytes.length > this.limitBytes ? bytes.subarray(0, this.limitBytes) : bytes;
  }
}

/** The cells of one record whose quoting is sound, quotes removed. */
export function splitCells(record: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= record.length; at++) {
    if (record[at] === '"') {
      let close = record.indexOf('"', at + 1);
      while (close !== -1 && record[close + 1] === '"') close = record.indexOf('"', close + 2);
      if (close === -1) close = record.length;
      cells.push(record.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
    } else {
      const comma = record.indexOf(',', at);
      const end = comma === -1 ? record.length : comma;
      cells.push(record.slice(at, end));
      at = end;
    }
  }
  return cells;
}
