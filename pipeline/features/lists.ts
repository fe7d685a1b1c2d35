import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { readYaml } from '../contract/read-yaml.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { nearest, VatRiskError } from '../shared/errors.ts';
import { packagePath } from '../shared/package-root.ts';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Column = Type.Object(
  {
    type: Type.Enum(['string', 'integer', 'double', 'money', 'boolean', 'date', 'month']),
    unit: Text,
    nullable: Type.Optional(Type.Literal(true)),
    meaning: Text,
  },
  closed,
);
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

/** Shape of one `indicators/lists/<list>.yaml`: a table of facts, each with the days it holds and where it stands. */
export const ListSchema = Type.Object(
  {
    list: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
    meaning: Text,
    columns: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), Column),
    entries: Type.Array(Type.Intersect([Type.Object({ from: Day, to: Type.Optional(Day), source: Text }), Type.Record(Type.String(), Scalar)])),
  },
  closed,
);
export type ReferenceList = Static<typeof ListSchema>;
type Column = Static<typeof Column>;
type Entry = ReferenceList['entries'][number];

const SQL_TYPES = { string: 'varchar', integer: 'integer', double: 'double', money: 'decimal(18,2)', boolean: 'boolean', date: 'date', month: 'integer' } as const;
const VALIDITY = ['from', 'to', 'source'];
/** The last day of an entry that has no end. */
const OPEN_END = '2099-12-31';

/** Reads every reference list. Throws CONFIG_INVALID with each fault of each file in `details`. */
export function loadLists(folder: string = packagePath('indicators', 'lists')): readonly ReferenceList[] {
  const faults: string[] = [];
  const lists: ReferenceList[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort()) {
    const read = readYaml(join(folder, file), ListSchema);
    faults.push(...read.faults);
    if (read.value === undefined) continue;
    if (`${read.value.list.replaceAll('_', '-')}.yaml` !== file) faults.push(`${file}: list is ${read.value.list}; file and list must have one name`);
    faults.push(...read.value.entries.flatMap((entry, at) => entryFaults(read.value, entry, `${file}: entry ${at + 1}`)));
    lists.push(read.value);
  }
  if (faults.length > 0) throw new VatRiskError('CONFIG_INVALID', `the reference lists have ${faults.length} fault(s); correct the files named below`, { details: faults });
  return lists;
}

/**
 * Writes each list as table `list_<name>`: its own columns, then from_on and to_on (DATE, both included), from_ym and to_ym (the months
 * they lie in) and source.
 */
export async function createListTables(engine: Engine, lists: readonly ReferenceList[]): Promise<void> {
  for (const list of lists) {
    const columns = Object.entries(list.columns).map(([name, column]) => `${sqlName(name)} ${SQL_TYPES[column.type]}`);
    const table = sqlName(`list_${list.list}`);
    await engine.exec(`create or replace table ${table} (${[...columns, 'from_on date', 'to_on date', 'from_ym integer', 'to_ym integer', 'source varchar'].join(', ')})`);
    const rows = list.entries.map((entry) => entryRow(list, entry));
    if (rows.length > 0) await engine.exec(`insert into ${table} values ${rows.join(',\n')}`);
  }
}

function entryRow(list: ReferenceList, entry: Entry): string {
  const to = entry.to ?? OPEN_END;
  const own = Object.entries(list.columns).map(([name, column]) => literal(entry[name] ?? null, column));
  return `(${[...own, `date '${entry.from}'`, `date '${to}'`, monthIndex(entry.from), monthIndex(to), sqlText(entry.source)].join(', ')})`;
}

function literal(value: string | number | boolean | null, column: Column): string {
  if (value === null) return 'null';
  if (column.type === 'month') return String(monthIndex(String(value)));
  return typeof value === 'string' ? sqlText(value) : String(value);
}

function monthIndex(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

const VALUE_FITS: Record<Column['type'], (value: string | number | boolean) => boolean> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number',
  money: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value),
  month: (value) => typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/u.test(value),
};

function entryFaults(list: ReferenceList, entry: Entry, place: string): string[] {
  const faults = Object.entries(list.columns).flatMap(([name, column]) => {
    const value = entry[name] ?? null;
    if (value === null) return column.nullable === true ? [] : [`${place}: ${name} is missing`];
    return VALUE_FITS[column.type](value) ? [] : [`${place}: ${name} is not of type ${column.type}`];
  });
  const known = [...Object.keys(list.columns), ...VALIDITY];
  for (const name of Object.keys(entry).filter((key) => !known.includes(key))) {
    const near = nearest(name, known);
    faults.push(`${place}: unknown key ${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  if (entry.to !== undefined && entry.to < entry.from) faults.push(`${place}: to lies before from`);
  return faults;
}
