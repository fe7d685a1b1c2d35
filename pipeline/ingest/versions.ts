import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows } from './stage-tables.ts';

/**
 * Versions of filings delivered without one: their place among the filings of the same key by filing date, then file order (stage.filled_versions).
 */
export async function fillVersions(engine: Engine, table: TableContract): Promise<void> {
  if (!table.version) return;
  const parts = table.key.filter((name) => name !== 'version').map((name) => keyPart(table, name));
  // A filing without a date is taken as filed on its deadline, which is when it is known.
  const filed = table.known_on.flatMap((rule) => (rule.column === undefined ? [] : [`coalesce(cast(${sqlName(rule.column)} as timestamp), known_on) asc nulls first`]));
  await engine.exec(`
    insert into stage.filled_versions
      select ${sqlText(table.table)}, row_id, place from (
        select row_id, version, row_number() over (partition by ${parts.join(', ')} order by ${[...filed, 'row_id asc nulls last'].join(', ')}) as place
        from ${acceptedRows(table.table)}
      ) where version is null
      order by row_id asc nulls last`);
}

/** Accepted rows of a table with versions, the version filled. */
export function versionedRows(tableName: string): string {
  return `(select a.* replace (coalesce(a.version, v.version) as version) from ${acceptedRows(tableName)} as a
    left join stage.filled_versions as v on v.table_name = ${sqlText(tableName)} and v.row_id = a.row_id)`;
}

/** The column of a key, an empty cell standing for what the contract says. */
export function keyPart(table: TableContract, name: string): string {
  const meaning = table.columns.find((column) => column.name === name)?.null_means;
  if (meaning === undefined) return sqlName(name);
  return `coalesce(${sqlName(name)}, ${typeof meaning === 'string' ? sqlText(meaning) : String(meaning)})`;
}
