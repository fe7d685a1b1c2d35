import type { ReadPool } from '../../pipeline/engine/read-pool.ts';
import { maskName } from '../../pipeline/shared/mask.ts';
import { CodedColumn, PackedColumn } from './columns.ts';
import { gradeRowsSql } from './grade-rows-sql.ts';

/** Meaning of the state numbers of the matrix, from the manifest. */
export type States = Readonly<Record<string, { readonly outcome: string; readonly reason_code: string }>>;

/** What the table is read from. */
export interface GradeSource {
  readonly pool: ReadPool;
  /** Codes of the matrix, such as VR-01, in the order of their columns. */
  readonly codes: readonly string[];
  readonly states: States;
  readonly hasClaims: boolean;
}

/**
 * Grades of one snapshot in memory, so that a look-up touches no file. They are kept as the bytes of the answer they become: an
 * answer is copied together, neither serialised nor encoded.
 */
export class GradeTable {
  readonly #ids = new PackedColumn();
  readonly #names = new PackedColumn();
  readonly #districts = new CodedColumn();
  /** The answer up to what was not assessed, its name masked. */
  readonly #answers = new PackedColumn();
  readonly #gaps = new CodedColumn();
  /** The end of an answer by what was not assessed: few ways to be incomplete recur for many taxpayers. */
  readonly #endings = new Map<string, Buffer>();

  /** Reads the table, a few thousand rows at a time, so that requests are answered in between. */
  static async load(source: GradeSource): Promise<GradeTable> {
    const table = new GradeTable();
    const gaps = new GapWords(source.codes, source.states);
    await source.pool.chunks(gradeRowsSql(source.codes, source.hasClaims), (columns, rows) => {
      table.#take(columns, rows, gaps);
    });
    return table;
  }

  get rows(): number {
    return this.#ids.length;
  }

  /** Bytes the columns hold. */
  get bytes(): number {
    return [this.#ids, this.#names, this.#districts, this.#answers, this.#gaps].reduce((sum, column) => sum + column.bytes, 0);
  }

  /** Row of a taxpayer, or -1. */
  find(taxpayerId: string): number {
    return this.#ids.find(taxpayerId);
  }

  district(row: number): string | null {
    return this.#districts.at(row);
  }

  /** The answer to "what is this taxpayer's risk", as JSON behind its first bytes, which tell the night. Schema: schemas/taxpayer.ts. */
  riskJson(row: number, isMasked: boolean, opening: Buffer): Buffer {
    const answer = this.#answers.bytesAt(row);
    const ending = this.#endings.get(this.#gaps.at(row) ?? '') ?? NO_GAPS;
    if (isMasked) return joined(opening, answer, ending);
    const [id, name] = [this.#ids.at(row), this.#names.at(row)];
    const masked = Buffer.byteLength(partyText(id, name, true));
    return Buffer.concat([opening, Buffer.from(partyText(id, name, false)), answer.subarray(masked), ending]);
  }

  #take(columns: readonly (readonly unknown[])[], rows: number, gaps: GapWords): void {
    const [ids = [], names = [], districts = [], members = [], states = []] = columns;
    for (let row = 0; row < rows; row++) {
      const [id, name] = [String(ids[row]), textOf(names[row]) ?? ''];
      this.#ids.push(id);
      this.#names.push(name);
      this.#districts.push(textOf(districts[row]));
      this.#answers.push(partyText(id, name, true) + String(members[row]));
      const gap = gaps.json(textOf(states[row]) ?? '');
      this.#gaps.push(gap);
      if (!this.#endings.has(gap)) this.#endings.set(gap, endingOf(gap));
    }
  }
}

/** Who it is, as JSON members; what differs between an answer with the name masked and one with the name in full. */
function partyText(id: string, name: string, isMasked: boolean): string {
  return `"taxpayer_id":${JSON.stringify(id)},"taxpayer_name":${JSON.stringify(isMasked ? maskName(name) : name)},"masked":${isMasked},`;
}

const endingOf = (gaps: string): Buffer => Buffer.from(`,"not_assessed":${gaps}}`);
const NO_GAPS = endingOf('{}');

/** Three parts as one; Buffer.concat takes twice as long for them. */
function joined(first: Buffer, second: Buffer, third: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(first.length + second.length + third.length);
  whole.set(first, 0);
  whole.set(second, first.length);
  whole.set(third, first.length + second.length);
  return whole;
}

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** What was not assessed, as reason code → codes of indicators. Few patterns recur for many taxpayers: each is worked out once. */
class GapWords {
  readonly #known = new Map<string, string>();
  readonly #codes: readonly string[];
  readonly #states: States;

  constructor(codes: readonly string[], states: States) {
    this.#codes = codes;
    this.#states = states;
  }

  /** `letters` holds one letter per indicator, its state counted from '0'. */
  json(letters: string): string {
    let json = this.#known.get(letters);
    if (json === undefined) {
      const gaps: Record<string, string[]> = {};
      this.#codes.forEach((code, at) => {
        const meaning = this.#states[letters.charCodeAt(at) - 48];
        if (meaning?.outcome === 'not_assessed') (gaps[meaning.reason_code] ??= []).push(code);
      });
      json = JSON.stringify(gaps);
      this.#known.set(letters, json);
    }
    return json;
  }
}
