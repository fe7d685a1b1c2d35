import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { acceptedRows, hasInvoiceKey, stageTable } from './stage-tables.ts';

/**
 * Numbers without invoice code in lines, confirmed uses and exception vouchers: the invoice with this number and the party ids the row carries, if
 * exactly one fits (stage.resolved_keys).
 */
export async function resolveInvoiceKeys(engine: Engine, table: TableContract): Promise<void> {
  if (!hasInvoiceKey(table) || table.table === 'invoices') return;
  const parties = ['seller_id', 'buyer_id']
    .filter((name) => table.columns.some((column) => column.name === name))
    .map((name) => `and (a.${name} is null or a.${name} = i.${name})`);
  await engine.exec(`
    insert into stage.resolved_keys
      select ${sqlText(table.table)}, a.row_id, min(i.invoice_key)
      from (select * from ${acceptedRows(table.table)} where invoice_key is null) as a
      join ${acceptedRows('invoices')} as i on i.invoice_number = a.invoice_number ${parties.join(' ')}
      group by a.row_id having min(i.invoice_key) = max(i.invoice_key)
      order by a.row_id asc nulls last`);
}

/** Rows whose parent is absent: E_REF where the contract requires it, else W_REF_UNRESOLVED. */
export async function checkReferences(engine: Engine, table: TableContract): Promise<void> {
  for (const reference of table.references ?? []) {
    if (table.table === 'invoices') continue;
    const name = reference.columns[0] ?? '';
    const isKey = name === 'invoice_key';
    const pointer = isKey ? 'coalesce(a.invoice_key, k.invoice_key)' : `a.${sqlName(name)}`;
    const lookedUp = isKey ? `left join stage.resolved_keys as k on k.table_name = ${sqlText(table.table)} and k.row_id = a.row_id` : '';
    const orphans = `
      select a.row_id from (select a.row_id, ${pointer} as pointer from ${acceptedRows(table.table)} as a ${lookedUp}) as a
      anti join (select distinct ${sqlName(name)} as pointer from ${acceptedRows(reference.table)}) as p on p.pointer = a.pointer`;
    const insert = reference.code.startsWith('E_')
      ? `insert into stage.removed select ${sqlText(table.table)}, row_id, 'quarantined', ${sqlText(reference.code)}, null from (${orphans})`
      : `insert into stage.flags select ${sqlText(table.table)}, row_id, ${sqlText(reference.code)} from (${orphans})`;
    await engine.exec(`${insert} order by row_id asc nulls last`);
  }
}

/**
 * stage.blue_links (row_id, blue_key): the blue invoice a red one points to, by number, code and number, or number and both parties if exactly one fits.
 * Then W_REF_UNRESOLVED for pointers that lead nowhere and W_REVERSED_WITHOUT_RED for blue invoices no red one points to.
 */
export async function linkRedInvoices(engine: Engine): Promise<void> {
  await engine.exec(`
    create or replace table stage.blue_links (row_id BIGINT, blue_key VARCHAR);
    create or replace temp table pointers as
      select row_id, seller_id, buyer_id, blue_invoice_number,
        case when strlen(blue_invoice_number) = 20 then blue_invoice_number
          when blue_invoice_code is not null then blue_invoice_code || '-' || blue_invoice_number end as direct_key
      from ${acceptedRows('invoices')} where blue_invoice_number is not null;
    create or replace temp table pointed as
      select i.invoice_key, i.invoice_number, i.seller_id, i.buyer_id from ${acceptedRows('invoices')} as i
      where i.invoice_key in (select direct_key from pointers) or i.invoice_number in (select blue_invoice_number from pointers where direct_key is null);
    insert into stage.blue_links
      select p.row_id, i.invoice_key from pointers as p join pointed as i on i.invoice_key = p.direct_key;
    insert into stage.blue_links
      select p.row_id, min(i.invoice_key) from pointers as p join pointed as i
        on p.direct_key is null and i.invoice_number = p.blue_invoice_number and i.seller_id = p.seller_id and i.buyer_id = p.buyer_id
      group by p.row_id having min(i.invoice_key) = max(i.invoice_key);
    insert into stage.flags
      select 'invoices', row_id, 'W_REF_UNRESOLVED:blue_invoice_number' from pointers as p anti join stage.blue_links as b on b.row_id = p.row_id
      order by row_id asc nulls last;
    insert into stage.flags
      select 'invoices', row_id, 'W_REVERSED_WITHOUT_RED' from ${acceptedRows('invoices')} as i
      anti join (select b.blue_key from stage.blue_links as b join ${stageTable('invoices')} as r on r.rowid = b.row_id
        where r.status = 'red' or (r.status = 'normal' and r.amount < 0)) as b on b.blue_key = i.invoice_key
      where i.status = 'reversed'
      order by row_id asc nulls last;
    drop table pointers; drop table pointed`);
}
