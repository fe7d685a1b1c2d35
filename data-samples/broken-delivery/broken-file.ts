/** A hand-made file of the broken delivery: rows in order, and beside the planted ones what must become of them. */
import iconv from 'iconv-lite';
import { csvCell } from './csv.ts';
import type { Cell, Table } from './csv.ts';

export type Outcome = 'accepted' | 'duplicate' | 'quarantined';

export interface Expectation {
  readonly case: string;
  readonly outcome: Outcome;
  readonly codes?: readonly string[];
  readonly note?: string;
  /** Normalised values of the columns concerned. */
  readonly values?: Readonly<Record<string, string | number | boolean | null>>;
  /** For duplicates: where the earlier row stands. */
  readonly duplicateOf?: 'same_file' | 'other_file';
}

export interface CaseLine extends Expectation {
  readonly table: string;
  readonly file: string;
  /** Physical line of the row's first character, header = 1; null when the case concerns a table or a file as a whole. */
  readonly line: number | null;
}

export interface FileTotals {
  readonly file: string;
  readonly table: string;
  delivered: number;
  accepted: number;
  duplicates: { same_file: number; other_file: number };
  quarantined: Record<string, number>;
}

export interface FileStyle {
  readonly encoding?: 'utf-8' | 'utf-8-bom' | 'gb18030';
  readonly lineEnd?: '\n' | '\r\n';
}

export class BrokenFile {
  private text = '';
  private nextLine = 1;
  readonly cases: CaseLine[] = [];
  readonly totals: FileTotals;

  constructor(readonly path: string, readonly table: string, readonly columns: readonly string[], private readonly style: FileStyle = {}) {
    this.totals = { file: path, table, delivered: 0, accepted: 0, duplicates: { same_file: 0, other_file: 0 }, quarantined: {} };
    this.append(columns);
  }

  /** Rows that are fine and need no case of their own. */
  plain(rows: readonly (readonly Cell[])[]): this {
    for (const row of rows) {
      this.append(row);
      this.count({ case: '', outcome: 'accepted' });
    }
    return this;
  }

  /** A planted row given by column; columns not named stay empty. */
  row(cells: Readonly<Record<string, Cell>>, expected: Expectation): this {
    const unknown = Object.keys(cells).filter((name) => !this.columns.includes(name));
    if (unknown.length > 0) throw new Error(`${this.path} has no column ${unknown.join(', ')}`);
    return this.raw(this.columns.map((name) => cells[name] ?? ''), expected);
  }

  /** A planted row as it stands, whatever its number of fields. */
  raw(cells: readonly Cell[], expected: Expectation): this {
    this.cases.push({ ...expected, table: this.table, file: this.path, line: this.nextLine });
    this.append(cells);
    this.count(expected);
    return this;
  }

  bytes(): Buffer {
    if (this.style.encoding === 'gb18030') return iconv.encode(this.text, 'gb18030');
    return Buffer.from((this.style.encoding === 'utf-8-bom' ? '\uFEFF' : '') + this.text, 'utf8');
  }

  private append(cells: readonly Cell[]): void {
    const line = cells.map(csvCell).join(',') + (this.style.lineEnd ?? '\n');
    this.text += line;
    this.nextLine += line.split('\n').length - 1;
  }

  private count(expected: Expectation): void {
    this.totals.delivered += 1;
    if (expected.outcome === 'accepted') this.totals.accepted += 1;
    if (expected.outcome === 'duplicate') this.totals.duplicates[expected.duplicateOf ?? 'same_file'] += 1;
    if (expected.outcome === 'quarantined') {
      const code = expected.codes?.[0] ?? '';
      this.totals.quarantined[code] = (this.totals.quarantined[code] ?? 0) + 1;
    }
  }
}

export function fileOf(path: string, name: string, table: Table, style: FileStyle = {}): BrokenFile {
  return new BrokenFile(path, name, table.columns, style).plain(table.rows);
}
