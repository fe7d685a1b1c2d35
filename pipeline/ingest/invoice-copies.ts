import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { stageTable } from './stage-tables.ts';

const INVOICES = stageTable('invoices');

/**
 * One invoice delivered more than once with different contents. Copies with other facts (seller, buyer, date, amount, tax) than the chosen one are
 * E_KEY_CONFLICT; copies with the same facts but an older status are E_SUPERSEDED. Chosen: the authority's own copy, the seller's, the first.
 * stage.invoice_copies keeps every copy of such invoices, exact duplicates included: their owners count although the rows are gone.
 */
export async function settleInvoiceCopies(engine: Engine): Promise<void> {
  await engine.exec(`
    create or replace temp table copied_keys as
      select hash(invoice_key) as key_hash from ${INVOICES} where errors is null
      group by key_hash having min(row_hash) <> max(row_hash);
    create or replace temp table copies as
      select s.rowid as row_id, s.invoice_key, s.row_hash, s.status,
        hash(s.seller_id, s.buyer_id, cast(s.issued_at as date), s.amount, s.tax) as fact_hash,
        min(case when s.book_owner_id is null then 0 when s.book_owner_id = s.seller_id then 1 else 2 end)
          over (partition by s.invoice_key, s.row_hash) as source_rank,
        min(s.rowid) over (partition by s.invoice_key, s.row_hash) as first_row_id
      from ${INVOICES} as s semi join copied_keys as c on c.key_hash = hash(s.invoice_key)
      where s.errors is null;
    create or replace temp table facts as
      select *, fact_hash = first_value(fact_hash) over (partition by invoice_key order by source_rank asc nulls last, first_row_id asc nulls last, row_id asc nulls last) as is_fact
      from copies;
    insert into stage.invoice_copies
      select row_id, invoice_key, row_hash, is_fact, first_value(first_row_id) over (
        partition by invoice_key
        order by is_fact desc nulls last, ${statusRank()} desc nulls last, first_row_id asc nulls last, row_id asc nulls last) as winner_row_id
      from facts
      order by row_id asc nulls last;
    insert into stage.removed
      select 'invoices', c.row_id, 'quarantined', case when c.is_fact then 'E_SUPERSEDED' else 'E_KEY_CONFLICT' end, c.winner_row_id
      from stage.invoice_copies as c
      where c.row_id <> c.winner_row_id
        and not exists (select 1 from stage.removed as r where r.table_name = 'invoices' and r.row_id = c.row_id)
      order by c.row_id asc nulls last;
    drop table copied_keys; drop table copies; drop table facts`);
}

/** Columns that may be filled from another copy: everything but key, facts, status and owner. */
export function optionalInvoiceColumns(table: TableContract): readonly string[] {
  const fixed = new Set(['invoice_code', 'invoice_number', 'seller_id', 'buyer_id', 'issued_at', 'amount', 'tax', 'status', 'book_owner_id']);
  return table.columns.map((column) => column.name).filter((name) => !fixed.has(name));
}

/**
 * stage.invoice_fill: for each winner the values its superseded copies have for columns, and W_COPY_DIFFERENCE where two values disagree. A copy with
 * a time of day completes a date without one.
 */
export async function collectCopyValues(engine: Engine, table: TableContract): Promise<void> {
  const columns = optionalInvoiceColumns(table);
  const values = columns.map((name) => `arg_min(s.${sqlName(name)}, s.rowid) filter (where s.${sqlName(name)} is not null) as ${sqlName(name)}`);
  const differs = columns.map((name) => `min(s.${sqlName(name)}) <> max(s.${sqlName(name)})`).join(' or ');
  await engine.exec(`
    create or replace table stage.invoice_fill as
      select c.winner_row_id as row_id, ${values.join(', ')},
        arg_min(s.issued_at, s.rowid) filter (where s.issued_at_has_time) as issued_at,
        coalesce(${differs}, false) as is_different
      from stage.invoice_copies as c join ${INVOICES} as s on s.rowid = c.row_id
      where c.is_fact
      group by c.winner_row_id;
    insert into stage.flags select 'invoices', row_id, 'W_COPY_DIFFERENCE' from stage.invoice_fill where is_different order by row_id asc nulls last`);
}

/** Later in the life of an invoice is higher; a red invoice has its own key and meets only mistaken copies of itself. */
function statusRank(): string {
  return `case status when 'void' then 4 when 'reversed' then 3 when 'red' then 2 else 1 end`;
}
