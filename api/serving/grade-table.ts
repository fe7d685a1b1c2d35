import type { ReadPool } from '../../pipeline/engine/read-pool.ts';
import { maskName } from '../../pipeline/shared/mask.ts';
import { CodedColumn, NumberColumn, PackedColumn } from './columns.ts';
import { gradeRowsSql, NUMBERS, WORDS } from './grade-rows-sql.ts';

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
 * Grades of one snapshot in memory, a column each, so that a look-up touches no file. Texts that go into an answer are kept as
 * the JSON they become: an answer is put together, not serialised.
 */
export class GradeTable {
  readonly #ids = new PackedColumn();
  readonly #names = new PackedColumn();
  readonly #words = WORDS.map(() => new CodedColumn());
  readonly #numbers = NUMBERS.map(() => new NumberColumn());
  readonly #districts = new CodedColumn();
  readonly #cents = new NumberColumn();
  readonly #flags = new CodedColumn();
  readonly #lists = new CodedColumn();
  readonly #gaps = new CodedColumn();
  readonly #reasons = new PackedColumn();
  readonly #claims = new PackedColumn();

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
    return [this.#ids, this.#names, ...this.#words, ...this.#numbers, this.#districts, this.#cents, this.#flags, this.#lists, this.#gaps, this.#reasons, this.#claims].reduce((sum, column) => sum + column.bytes, 0);
  }

  /** Row of a taxpayer, or -1. */
  find(taxpayerId: string): number {
    return this.#ids.find(taxpayerId);
  }

  district(row: number): string | null {
    return this.#districts.at(row);
  }

  /** The answer to "what is this taxpayer's risk", as JSON without its opening brace. Schema: schemas/risk.ts. */
  riskJson(row: number, isMasked: boolean): string {
    const name = this.#names.at(row);
    const words = this.#words.map((column, at) => `"${WORDS[at] ?? ''}":${column.at(row) ?? 'null'}`).join(',');
    const numbers = this.#numbers.map((column, at) => `"${NUMBERS[at] ?? ''}":${column.at(row) ?? 'null'}`).join(',');
    return `"taxpayer_id":"${this.#ids.at(row)}","taxpayer_name":${JSON.stringify(isMasked ? maskName(name) : name)},"masked":${isMasked},${words},${numbers},${this.#flags.at(row) ?? ''},"amount_at_risk":"${moneyText(this.#cents.at(row) ?? 0)}",${this.#lists.at(row) ?? ''},"reasons":${this.#reasons.at(row)},${this.#claims.at(row)},"not_assessed":${this.#gaps.at(row) ?? '{}'}}`;
  }

  #take(columns: readonly (readonly unknown[])[], rows: number, gaps: GapWords): void {
    const [ids = [], names = [], districts = [], flags = [], cents = [], lists = [], reasons = [], claims = [], states = [], ...others] = columns;
    const [words, numbers] = [others.slice(0, WORDS.length), others.slice(WORDS.length)];
    for (let row = 0; row < rows; row++) {
      this.#ids.push(String(ids[row]));
      this.#names.push(textOf(names[row]) ?? '');
      this.#districts.push(textOf(districts[row]));
      this.#flags.push(textOf(flags[row]));
      this.#cents.push(cents[row] as number | null);
      this.#lists.push(textOf(lists[row]));
      this.#reasons.push(textOf(reasons[row]) ?? '[]');
      this.#claims.push(textOf(claims[row]) ?? NO_CLAIMS);
      this.#gaps.push(gaps.json(textOf(states[row]) ?? ''));
      this.#words.forEach((column, at) => {
        column.push(textOf(words[at]?.[row]));
      });
      this.#numbers.forEach((column, at) => {
        column.push(numbers[at]?.[row] as number | null);
      });
    }
  }
}

const NO_CLAIMS = '"lanes":[],"claims":[]';

function textOf(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** Whole cents as yuan with two decimals. */
export function moneyText(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
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
