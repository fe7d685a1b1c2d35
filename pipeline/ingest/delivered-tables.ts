import type { Contract, TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { monthIndex } from './filing-deadline.ts';
import { knownRows } from './known-rows.ts';
import { tablesWithRows } from './stage-tables.ts';
import { monthOf } from './table-checks.ts';

/** Table → months (YYYY-MM, both included) it covers. */
export type StatedSpans = ReadonlyMap<string, { readonly from: string; readonly to: string }>;

/**
 * main.delivered_tables (table_name, is_delivered, from_ym, to_ym, row_count): all tables of the contract. A table is delivered when at least one of its
 * files could be read, with or without rows. Its span is the one stated, else the first to the last tax period, or month in which rows became known.
 */
export async function buildDeliveredTables(engine: Engine, contract: Contract, asOf: string, spans: StatedSpans): Promise<void> {
  const filled = new Set((await tablesWithRows(engine, contract)).map((table) => table.table));
  const found = contract.tables.map((table) => (filled.has(table.table) ? foundSpan(table, asOf) : emptySpan(table)));
  const stated = [...spans].map(([name, span]) => `(${sqlText(name)}, ${monthIndex(span.from)}, ${Math.min(monthIndex(span.to), monthIndex(asOf))})`);
  await engine.exec(`
    create or replace table main.delivered_tables as
      with found as (${found.join(' union all ')}),
      stated(table_name, from_ym, to_ym) as (${stated.length === 0 ? "select '', 0, 0 where false" : `values ${stated.join(', ')}`}),
      files as (select table_name, count(*) filter (where refused_code is null) > 0 as is_delivered from stage.ingest_files group by table_name)
      select f.table_name, coalesce(d.is_delivered, false) as is_delivered,
        case when d.is_delivered then cast(coalesce(s.from_ym, f.from_ym) as INTEGER) end as from_ym,
        case when d.is_delivered then cast(coalesce(s.to_ym, f.to_ym) as INTEGER) end as to_ym,
        (f.row_count) as row_count
      from found as f left join stated as s on s.table_name = f.table_name left join files as d on d.table_name = f.table_name
      order by f.table_name asc nulls last`);
}

function foundSpan(table: TableContract, asOf: string): string {
  const period = table.columns.find((column) => column.type === 'period');
  const month = period === undefined ? '(year(known_day) * 12 + month(known_day) - 1)' : monthOf(sqlName(period.name));
  return `select ${sqlText(table.table)} as table_name, min(${month}) as from_ym, max(${month}) as to_ym, count(*) as row_count from ${knownRows(table, asOf)}`;
}

function emptySpan(table: TableContract): string {
  return `select ${sqlText(table.table)} as table_name, null as from_ym, null as to_ym, 0 as row_count`;
}
