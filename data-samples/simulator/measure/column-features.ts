/** Plain aggregates of one column for one taxpayer: what somebody sees who looks at single columns of a delivery. */
import { sqlName, sqlText } from '../../../pipeline/engine/sql-text.ts';
import type { FileColumn, ProvinceFiles } from './province-files.ts';

/** Rows of a table seen from one of the taxpayers they name. */
export interface ColumnView {
  readonly table: string;
  /** Whose rows they are, where a table names more than one party; empty otherwise. */
  readonly side: string;
  /** FROM clause with the table as `t`. */
  readonly from: string;
  readonly taxpayer: string;
  readonly columns: readonly FileColumn[];
}

export interface Feature {
  readonly name: string;
  readonly sql: string;
}

/** Tables that reach their taxpayer through another table. */
const THROUGH: Readonly<Record<string, readonly [other: string, key: string]>> = {
  officer_actions: ['refund_applications', 'application_id'], response_feedback: ['response_tasks', 'task_id'],
};
const OF_INVOICES = ['invoice_lines', 'input_uses', 'exception_vouchers'];
/** Lists of up to this many values are also counted value by value. */
const MOST_VALUES = 16;

/** The ways in which the rows of a delivered table belong to taxpayers. */
export function viewsOf(files: ProvinceFiles, table: string): ColumnView[] {
  const columns = files.delivered.get(table) ?? [];
  if (columns.length === 0) return [];
  const view = (side: string, from: string, taxpayer: string): ColumnView => ({ table, side, from, taxpayer, columns });
  if (table === 'invoices') return ['seller', 'buyer'].map((side) => view(side, `${table} as t`, `t.${side}_id`));
  if (OF_INVOICES.includes(table)) {
    const joined = `${table} as t join invoices as i on i.invoice_number = t.invoice_number and coalesce(i.invoice_code, '') = coalesce(t.invoice_code, '')`;
    return ['seller', 'buyer'].map((side) => view(side, joined, `i.${side}_id`));
  }
  const through = THROUGH[table];
  if (through !== undefined) return [view('', `${table} as t join ${through[0]} as o using (${through[1]})`, 'o.taxpayer_id')];
  return [view('', `${table} as t`, 't.taxpayer_id')];
}

const isText = ({ type }: FileColumn): boolean => type === 'text' || type === 'enum';
/** Text columns are looked at by how many values a taxpayer has and how common they are in the whole table. */
export const textColumns = (view: ColumnView): FileColumn[] => view.columns.filter((column) => isText(column) && `t.${column.name}` !== view.taxpayer);

/** A column as a number: days for dates, months for periods, 0 and 1 for yes and no. */
function numberOf({ name, type }: FileColumn): string {
  const column = sqlName(name);
  if (type === 'date') return `(${column} - date '1990-01-01')`;
  if (type === 'ts') return `(epoch(${column}) / 86400)`;
  if (type === 'period') return `(try_cast(substr(${column}, 1, 4) as integer) * 12 + try_cast(substr(${column}, 6, 2) as integer))`;
  return type === 'bool' ? `${column}::integer` : column;
}

/** Aggregates over the rows of one taxpayer: of numbers, of moments, and the share of each value of a short list. */
export function numberFeatures(view: ColumnView, values: ReadonlyMap<string, readonly string[]>): Feature[] {
  const moments = new Set(['date', 'ts', 'period']);
  const numbers = view.columns.filter((column) => !isText(column)).flatMap((column) => {
    const aggregates = moments.has(column.type) ? ['min', 'max', 'count'] : ['sum', 'avg', 'min', 'max', 'count'];
    return aggregates.map((each) => ({ name: `${column.name} ${each}`, sql: `${each}(${numberOf(column)})` }));
  });
  const shares = [...values].flatMap(([name, list]) =>
    list.map((value) => ({ name: `${name} share of ${value}`, sql: `avg((${sqlName(name)} is not distinct from ${sqlText(value)})::integer)` })));
  return [{ name: 'rows', sql: 'count(*)' }, ...numbers, ...shares];
}

/** Values of the short lists of a table that occur in it. */
export async function valuesOf(files: ProvinceFiles, view: ColumnView, rows: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const { name } of view.columns.filter(({ type }) => type === 'enum')) {
    const select = `select distinct ${sqlName(name)} as value from ${rows} where ${sqlName(name)} is not null order by value limit ${MOST_VALUES}`;
    found.set(name, (await files.engine.rows<{ value: string }>(select)).map(({ value }) => value));
  }
  return found;
}

/** SELECT of (subject, distinct, frequency) of one text column: how many values, and the share of all rows that carry a taxpayer's usual value. */
export function textSelect({ name }: FileColumn, rows: string): string {
  const column = sqlName(name);
  return `with cell as (select subject, ${column} as value, count(*) as n from ${rows} where ${column} is not null group by all),
      common as (select value, sum(n)::double as total from cell group by value)
    select subject, count(*)::double as ${sqlName(`${name} distinct`)}, sum(n * total) / sum(n) as ${sqlName(`${name} frequency`)}
    from cell join common using (value) group by subject`;
}
