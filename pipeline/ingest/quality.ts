import type { Contract, TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows, hasInvoiceKey, stageTable, tablesWithRows } from './stage-tables.ts';

/**
 * main.ingest_quality (file_no, table_name, measure, code, subject, count): what became of every delivered row.
 *   delivered, accepted   code ''
 *   duplicates            code same_file | other_file
 *   quarantined           code = first reason of each row, or the F-code of a refused file
 *   warning               accepted rows with the code: subject '' for a file, else a taxpayer of the rows, or `A|B` for a pair of books
 * file_no is NULL for warnings about a taxpayer. count of `delivered` is NULL for a refused file that cannot be counted.
 * main.ingest_warning_details (file_no, table_name, label, count): the same per `CODE:detail`, for codes that have details.
 */
export async function buildQuality(engine: Engine, contract: Contract): Promise<void> {
  await engine.exec(`
    create or replace table main.ingest_quality (file_no INTEGER, table_name VARCHAR, measure VARCHAR, code VARCHAR, subject VARCHAR, count BIGINT);
    create or replace table main.ingest_warning_details (file_no INTEGER, table_name VARCHAR, label VARCHAR, count BIGINT);
    insert into main.ingest_quality select file_no, table_name, 'delivered', '', '', delivered from stage.ingest_files where table_name <> '' order by file_no asc nulls last;
    insert into main.ingest_quality select file_no, table_name, 'accepted', '', '', 0 from stage.ingest_files where table_name <> '' and row_count = 0 order by file_no asc nulls last;
    insert into main.ingest_quality select file_no, table_name, 'quarantined', refused_code, '', delivered from stage.ingest_files
      where table_name <> '' and refused_code is not null and delivered > 0 order by file_no asc nulls last;
    insert into main.ingest_quality select file_no, table_name, 'quarantined', 'E_COLUMNS', '', count(*) from stage.bad_records group by file_no, table_name order by file_no asc nulls last;
    insert into main.ingest_quality select file_no, table_name, 'warning', refused_code, '', 1 from stage.ingest_files where table_name = '' order by file_no asc nulls last;
    insert into main.ingest_quality select file_no, table_name, 'warning', 'F_HEADER_EXTRA', '', len(string_split(details, '; '))
      from stage.ingest_files where refused_code is null and details is not null order by file_no asc nulls last`);
  for (const table of await tablesWithRows(engine, contract)) {
    await countDispositions(engine, table);
    await countWarnings(engine, contract, table);
  }
  await engine.exec(`
    insert into main.ingest_quality
      select null, table_name, 'warning', code, subject, count from stage.taxpayer_flags
      order by table_name asc nulls last, code asc nulls last, subject asc nulls last`);
}

async function countDispositions(engine: Engine, table: TableContract): Promise<void> {
  await engine.exec(`
    create or replace temp table dispositions as
      select s.file_no, coalesce(r.disposition, case when s.errors is null then 'accepted' else 'quarantined' end) as disposition,
        case when r.disposition is null then regexp_extract(s.errors, '^[^:,]+') else r.code end as code, count(*) as n
      from ${stageTable(table.table)} as s
      left join (select * from stage.removed where table_name = ${sqlText(table.table)}) as r on r.row_id = s.rowid
      group by all;
    insert into main.ingest_quality
      select file_no, ${sqlText(table.table)}, case when disposition like 'duplicate%' then 'duplicates' else disposition end as measure,
        case when disposition like 'duplicate%' then replace(disposition, 'duplicate_', '') else coalesce(code, '') end as code, '', sum(n)
      from (
        select file_no, disposition, code, n from dispositions
        union all select file_no, 'accepted', null, 0 from (select distinct file_no from dispositions)
      ) group by all
      order by file_no asc nulls last, measure asc nulls last, code asc nulls last;
    drop table dispositions`);
}

/** Rows are grouped by their list of codes first: there are few lists and many rows. */
async function countWarnings(engine: Engine, contract: Contract, table: TableContract): Promise<void> {
  const name = sqlText(table.table);
  await engine.exec(`
    create or replace temp table flag_lists as
      select row_id, string_agg(code, ',' order by code asc nulls last) as codes from stage.flags where table_name = ${name} group by row_id;
    create or replace temp table warned_rows as
      select a.*, concat_ws(',', a.warnings, f.codes) as labels from ${acceptedRows(table.table)} as a left join flag_lists as f on f.row_id = a.row_id
      where a.warnings is not null or f.codes is not null;
    create or replace temp table label_counts as
      select file_no, '' as subject, labels, count(*) as n from warned_rows group by all
      union all select null, subject, labels, count(*) as n from (${subjectRows(contract, table)}) group by all;
    insert into main.ingest_quality
      select file_no, ${name}, 'warning', code, subject, sum(n) from (
        select file_no, subject, n, unnest(list_distinct(list_transform(string_split(labels, ','), lambda label: split_part(label, ':', 1)))) as code from label_counts
      ) group by all
      order by file_no asc nulls last, code asc nulls last, subject asc nulls last;
    insert into main.ingest_warning_details
      select file_no, ${name}, label, sum(n) from (
        select file_no, n, unnest(list_distinct(string_split(labels, ','))) as label from label_counts where subject = ''
      ) where contains(label, ':') group by all
      order by file_no asc nulls last, label asc nulls last;
    drop table flag_lists; drop table warned_rows; drop table label_counts`);
}

/** SELECT of (subject, labels): each warned row with the taxpayers it is about, an invoice with those of its parties that are registered. */
function subjectRows(contract: Contract, table: TableContract): string {
  if (table.own_taxpayer !== undefined) return `select ${sqlName(table.own_taxpayer)} as subject, labels from warned_rows where ${sqlName(table.own_taxpayer)} is not null`;
  const registered = `semi join ${acceptedRows('taxpayers')} as t on t.taxpayer_id = subject`;
  if (table.table === 'invoices') return `select subject, labels from (${bothParties('warned_rows')}) ${registered}`;
  if (hasInvoiceKey(table)) {
    const headers = `(select w.labels, i.seller_id, i.buyer_id from warned_rows as w join ${acceptedRows('invoices')} as i on i.invoice_key = w.invoice_key)`;
    return `select subject, labels from (${bothParties(headers)}) ${registered}`;
  }
  const reference = table.references?.[0];
  const parent = contract.tables.find((candidate) => candidate.table === reference?.table);
  const pointer = sqlName(reference?.columns[0] ?? '');
  if (parent?.own_taxpayer === undefined) return 'select null as subject, labels from warned_rows where false';
  return `select p.${sqlName(parent.own_taxpayer)} as subject, w.labels from warned_rows as w join ${acceptedRows(parent.table)} as p on p.${pointer} = w.${pointer}`;
}

function bothParties(rows: string): string {
  return `select seller_id as subject, labels from ${rows} union all select buyer_id, labels from ${rows} where buyer_id is distinct from seller_id`;
}
