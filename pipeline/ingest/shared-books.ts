import type { Engine } from '../engine/engine.ts';
import { stageTable } from './stage-tables.ts';

export interface SharedBookSettings {
  readonly sharedBookMinRows: number;
  readonly sharedBookMinShare: number;
}

const INVOICES = stageTable('invoices');

/**
 * W_SHARED_BOOK: pairs of owners whose books hold many of the same invoices under different keys or parties, as when codes are missing or ids were
 * replaced. Nothing is merged. Rows refused because two owners claim one invoice as its buyer count too. Subject of a pair: `A|B`, A < B.
 */
export async function findSharedBooks(engine: Engine, settings: SharedBookSettings): Promise<void> {
  await engine.exec(`
    create or replace temp table book_rows as
      select hash(invoice_number, cast(issued_at as date), amount, tax) as facts_hash, rowid as row_id, book_owner_id as owner_id
      from ${INVOICES} where errors is null and book_owner_id is not null;
    create or replace temp table shared_facts as
      select facts_hash from book_rows group by facts_hash having min(owner_id) <> max(owner_id);
    create or replace temp table shared_rows as
      select distinct b.facts_hash, b.owner_id, s.invoice_key, s.seller_id, s.buyer_id, coalesce(r.code, '') = 'E_KEY_CONFLICT' and s.buyer_id = b.owner_id as is_claimed
      from book_rows as b semi join shared_facts as f on f.facts_hash = b.facts_hash
      join ${INVOICES} as s on s.rowid = b.row_id
      left join stage.removed as r on r.table_name = 'invoices' and r.row_id = b.row_id;
    create or replace temp table shared_pairs as
      select a.owner_id as first_owner, b.owner_id as second_owner, count(distinct a.facts_hash) as shared_count
      from shared_rows as a join shared_rows as b on b.facts_hash = a.facts_hash and a.owner_id < b.owner_id
      where (a.seller_id is distinct from b.seller_id or a.buyer_id is distinct from b.buyer_id)
        and (a.invoice_key <> b.invoice_key or a.is_claimed or b.is_claimed)
      group by first_owner, second_owner having count(distinct a.facts_hash) >= ${settings.sharedBookMinRows};
    insert into stage.taxpayer_flags
      with books as (select owner_id, count(distinct facts_hash) as book_count from book_rows
        where owner_id in (select first_owner from shared_pairs union select second_owner from shared_pairs) group by owner_id)
      select 'invoices', 'W_SHARED_BOOK', p.first_owner || '|' || p.second_owner, p.shared_count
      from shared_pairs as p join books as a on a.owner_id = p.first_owner join books as b on b.owner_id = p.second_owner
      where p.shared_count >= ${settings.sharedBookMinShare} * least(a.book_count, b.book_count)
      order by p.first_owner asc nulls last, p.second_owner asc nulls last;
    drop table book_rows; drop table shared_facts; drop table shared_rows; drop table shared_pairs`);
}
