import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows, hasInvoiceKey, stageTable } from './stage-tables.ts';
import { keyPart } from './versions.ts';

export interface RepeatedRowSettings {
  readonly repeatedRowMinRows: number;
  readonly repeatedRowMinShare: number;
}

/**
 * Exact duplicates: rows equal in all mapped columns to one delivered earlier, accepted or not. The first takes its own way. Rows are found by their
 * 64-bit hash and must agree in their owner too, so that a chance collision cannot remove a row of somebody else.
 */
export async function removeExactDuplicates(engine: Engine, table: TableContract): Promise<void> {
  const owner = ownerExpression(table);
  await engine.exec(`
    create or replace temp table repeated_hashes as
      select row_hash from ${stageTable(table.table)} group by row_hash having count(*) > 1;
    insert into stage.removed
      select ${sqlText(table.table)}, row_id, case when place_in_file > 1 then 'duplicate_same_file' else 'duplicate_other_file' end, null, first_row_id
      from (
        select s.rowid as row_id,
          min(s.rowid) over (partition by s.row_hash, ${owner}) as first_row_id,
          row_number() over (partition by s.row_hash, ${owner}, s.file_no order by s.rowid asc nulls last) as place_in_file
        from ${stageTable(table.table)} as s semi join repeated_hashes as r on r.row_hash = s.row_hash
      ) where row_id <> first_row_id
      order by row_id asc nulls last;
    drop table repeated_hashes`);
}

/**
 * W_REPEATED_ROW: taxpayers whose repeated rows are many and a large share of what they delivered, as when a book is loaded twice. For invoices a row
 * repeats only within the same book: seller and buyer delivering one invoice is no repetition.
 */
export async function flagRepeatedRows(engine: Engine, table: TableContract, settings: RepeatedRowSettings): Promise<void> {
  const owner = table.columns.find((column) => column.role === 'own_taxpayer' || column.role === 'book_owner');
  if (owner === undefined) return;
  const name = sqlName(owner.name);
  await engine.exec(`
    insert into stage.taxpayer_flags
      select ${sqlText(table.table)}, 'W_REPEATED_ROW', subject, repeated_count
      from (
        select ${name} as subject, count(*) as delivered_count, count(*) - count(distinct (row_hash, ${ownerExpression(table)})) as repeated_count
        from ${stageTable(table.table)}
        where ${name} in (select distinct s.${name} from ${stageTable(table.table)} as s join stage.removed as r
          on r.row_id = s.rowid and r.table_name = ${sqlText(table.table)} and r.disposition like 'duplicate%')
        group by ${name}
      ) where repeated_count >= ${settings.repeatedRowMinRows} and repeated_count >= ${settings.repeatedRowMinShare} * delivered_count
      order by subject asc nulls last`);
}

/**
 * E_DUPLICATE_KEY: a second row with the key of an accepted one and other contents, in tables without versions. The first in file order stays.
 * Call it when versions and looked-up invoice keys are known.
 */
export async function rejectDuplicateKeys(engine: Engine, table: TableContract): Promise<void> {
  if (table.version || table.key_is_all_columns === true || table.table === 'invoices') return;
  const parts = keyParts(table).join(', ');
  await engine.exec(`
    create or replace temp table repeated_keys as
      select hash(${parts}) as key_hash from ${keyedRows(table)} as s group by key_hash having count(*) > 1;
    insert into stage.removed
      select ${sqlText(table.table)}, row_id, 'quarantined', 'E_DUPLICATE_KEY', first_row_id
      from (
        select row_id, min(row_id) over (partition by ${parts}) as first_row_id
        from ${keyedRows(table)} as s semi join repeated_keys as r on r.key_hash = hash(${parts})
      ) where row_id <> first_row_id
      order by row_id asc nulls last;
    drop table repeated_keys`);
}

/** Whose row it is: the own taxpayer, or the invoice for tables that name none. */
function ownerExpression(table: TableContract): string {
  if (table.own_taxpayer !== undefined) return sqlName(table.own_taxpayer);
  return hasInvoiceKey(table) ? 'invoice_key' : 'null';
}

/** Accepted rows; a looked-up invoice key stands in for a missing one, so that lines delivered with and without code meet. */
function keyedRows(table: TableContract): string {
  if (!hasInvoiceKey(table)) return acceptedRows(table.table);
  return `(select a.* replace (coalesce(a.invoice_key, k.invoice_key, 'N::' || a.invoice_number) as invoice_key)
    from ${acceptedRows(table.table)} as a left join stage.resolved_keys as k on k.table_name = ${sqlText(table.table)} and k.row_id = a.row_id)`;
}

function keyParts(table: TableContract): readonly string[] {
  const short = new Set(table.key);
  const extra = (table.key_without_invoice_code ?? [])
    .filter((name) => !short.has(name))
    .map((name) => `case when invoice_code is null and length(invoice_number) < 20 then ${sqlName(name)} end`);
  return [...table.key.map((name) => keyPart(table, name)), ...extra];
}
