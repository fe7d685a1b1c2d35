import type { ColumnContract } from '../contract/contract.ts';
import type { ValueSql } from './values/value-sql.ts';

export interface SharedValues {
  /** Select items: one list of structs per kind of column. */
  readonly lists: readonly string[];
  /** What stands for the value of a column, for those that are read through a list. */
  readonly values: ReadonlyMap<string, ValueSql>;
}

export interface SharedCell {
  readonly column: ColumnContract;
  /** SQL of the normalised text of the cell. */
  readonly text: string;
}

/**
 * Columns read by the same rules (all money columns of a form) have one long expression each, which takes the engine longer to plan than a small file takes
 * to read. Here it is written once per kind, over a list of the cells. `valueOf` gives the expression for a cell named `cell`.
 */
export function shareValues(cells: readonly SharedCell[], valueOf: (column: ColumnContract) => ValueSql): SharedValues {
  const kinds = new Map<string, { value: ValueSql; members: SharedCell[] }>();
  for (const cell of cells) {
    const value = valueOf(cell.column);
    const signature = JSON.stringify(value);
    const kind = kinds.get(signature);
    if (kind === undefined) kinds.set(signature, { value, members: [cell] });
    else kind.members.push(cell);
  }
  const lists: string[] = [];
  const values = new Map<string, ValueSql>();
  for (const { value, members } of kinds.values()) {
    if (members.length < 2) continue;
    const name = `shared_${lists.length + 1}`;
    lists.push(`list_transform([${members.map((member) => member.text).join(', ')}], lambda cell: ${structOf(value)}) as ${name}`);
    members.forEach((member, at) => values.set(member.column.name, fieldsOf(value, `${name}[${at + 1}]`)));
  }
  return { lists, values };
}

function structOf(value: ValueSql): string {
  const warnings = value.warnings.map((warning, at) => `'warning_${at}': ${warning}`);
  const extra = Object.entries(value.extra ?? {}).map(([name, sql]) => `'${name}': ${sql}`);
  return `{${[`'value': ${value.value}`, `'error': ${value.error}`, ...warnings, ...extra].join(', ')}}`;
}

function fieldsOf(value: ValueSql, cell: string): ValueSql {
  return {
    value: `${cell}.value`,
    error: `${cell}.error`,
    warnings: value.warnings.map((_, at) => `${cell}.warning_${at}`),
    extra: Object.fromEntries(Object.keys(value.extra ?? {}).map((name) => [name, `${cell}.${name}`])),
  };
}
