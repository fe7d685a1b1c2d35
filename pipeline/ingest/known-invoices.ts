import type { TableContract } from '../contract/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { optionalInvoiceColumns } from './invoice-copies.ts';
import { docStatusSql, legalRateSql, signedAmountSql, signedTaxSql } from './invoice-derived.ts';
import { datedRows, knownRows, numberedRows } from './known-rows.ts';
import { stageTable } from './stage-tables.ts';

/**
 * main.invoices, sorted by seller, buyer, day and key, numbered in that order. Empty optional columns are filled from superseded copies; signed columns
 * and status by the rules of derived columns (data contract 5.3).
 */
export async function buildInvoices(engine: Engine, table: TableContract, asOf: string): Promise<void> {
  const rows = await numberedRows(engine, 'invoices', knownRows(table, asOf, await filledInvoices(engine, table)));
  await engine.exec(`
    create or replace table main.invoices as
      select cast(row_number() over () as INTEGER) as invoice_no, * from (
        select r.invoice_key, s.party_key as seller_key, b.party_key as buyer_key, r.issued_at, cast(r.issued_at as date) as issued_on,
          r.issued_at_has_time as has_time, cast(year(r.issued_at) * 12 + month(r.issued_at) - 1 as INTEGER) as ym, r.invoice_kind,
          coalesce(r.media, case when strlen(r.invoice_number) = 20 then 'digital' else 'paper' end) as media,
          r.amount, r.tax, coalesce(r.total, r.amount + r.tax) as total, ${legalRateSql('r')} as rate, r.status, ${docStatusSql('r')} as doc_status,
          ${signedAmountSql('r')} as signed_amount, ${signedTaxSql('r')} as signed_tax, r.seller_id = r.buyer_id as is_self,
          cast(null as INTEGER) as blue_invoice_no, r.blue_invoice_number is not null as blue_pointer, r.red_reason, r.red_confirmed_on, r.ticket_cap,
          coalesce(r.issued_by_authority, false) as issued_by_authority, coalesce(r.difference_method, false) as difference_method, r.file_no as source_file_no, r.source_row_no
        from ${rows} as r
        left join main.parties as s on s.party_id = r.seller_id
        left join main.parties as b on b.party_id = r.buyer_id
        order by seller_key asc nulls first, buyer_key asc nulls first, issued_on asc nulls first, invoice_key asc nulls first
      );
    update main.invoices set blue_invoice_no = link.blue_invoice_no from (
      select red.invoice_key, blue.invoice_no as blue_invoice_no
      from stage.blue_links as l join ${stageTable('invoices')} as red on red.rowid = l.row_id join main.invoices as blue on blue.invoice_key = l.blue_key
    ) as link where main.invoices.invoice_key = link.invoice_key`);
}

async function filledInvoices(engine: Engine, table: TableContract): Promise<string> {
  const rows = datedRows(table);
  if ((await engine.rows('select 1 as one from stage.invoice_fill limit 1')).length === 0) return rows;
  const filled = optionalInvoiceColumns(table).map((name) => `coalesce(k.${sqlName(name)}, f.${sqlName(name)}) as ${sqlName(name)}`);
  return `(select k.* replace (${filled.join(', ')},
      case when k.issued_at_has_time then k.issued_at else coalesce(f.issued_at, k.issued_at) end as issued_at,
      k.issued_at_has_time or f.issued_at is not null as issued_at_has_time)
    from ${rows} as k left join stage.invoice_fill as f on f.row_id = k.row_id)`;
}

/** main.invoice_owners: whose books an invoice stood in. Owners of copies with other facts are left out. */
export async function buildInvoiceOwners(engine: Engine): Promise<void> {
  await engine.exec(`
    create or replace table main.invoice_owners as
      select distinct i.invoice_no, p.party_key as owner_key
      from (
        select s.rowid as row_id, s.invoice_key, s.book_owner_id from ${stageTable('invoices')} as s
        anti join (select row_id from stage.invoice_copies where not is_fact) as other on other.row_id = s.rowid
        where s.errors is null and s.book_owner_id is not null
      ) as o join main.invoices as i on i.invoice_key = o.invoice_key join main.parties as p on p.party_id = o.book_owner_id
      order by invoice_no asc nulls last, owner_key asc nulls last`);
}

/** main.invoice_lines: lines of known invoices, with the parties, day and sign of their header. */
export async function buildInvoiceLines(engine: Engine, table: TableContract, asOf: string): Promise<void> {
  const rows = await numberedRows(engine, 'invoice_lines', knownRows(table, asOf));
  const signed = (name: string): string => `cast(case i.doc_status when 'void' then 0 when 'red' then -abs(l.${name}) else l.${name} end as DECIMAL(18,2)) as signed_${name}`;
  await engine.exec(`
    create or replace table main.invoice_lines as
      select i.invoice_no, l.line_no, i.seller_key, i.buyer_key, i.issued_on, i.ym, i.doc_status, i.invoice_kind, l.goods_code, l.goods_name, l.unit,
        l.quantity, l.unit_price, l.amount, ${signed('amount')}, ${signed('tax')}, l.tax_rate, l.tax, l.levy_method, l.file_no as source_file_no, l.source_row_no
      from ${rows} as l join main.invoices as i on i.invoice_key = l.invoice_key
      order by i.invoice_no asc nulls last, l.line_no asc nulls last, l.row_hash asc nulls last, l.row_id asc nulls last`);
}

/** main.input_uses and main.exception_vouchers: rows that point to invoices; invoice_no is NULL where the invoice is not known. */
export async function buildPointers(engine: Engine, uses: TableContract, vouchers: TableContract, asOf: string): Promise<void> {
  const useRows = await numberedRows(engine, 'input_uses', knownRows(uses, asOf));
  const voucherRows = await numberedRows(engine, 'exception_vouchers', knownRows(vouchers, asOf));
  await engine.exec(`
    create or replace table main.input_uses as
      select t.party_key as taxpayer_key, i.invoice_no, r.invoice_key, coalesce(i.seller_key, s.party_key) as seller_key,
        coalesce(r.invoice_kind, i.invoice_kind) as invoice_kind, i.issued_on as invoice_issued_on, r.period,
        cast(left(r.period, 4) as INTEGER) * 12 + cast(right(r.period, 2) as INTEGER) - 1 as ym, r.purpose, r.effective_tax,
        r.confirmed_at, cast(r.confirmed_at as date) as confirmed_on, r.file_no as source_file_no, r.source_row_no
      from ${useRows} as r left join main.parties as t on t.party_id = r.buyer_id left join main.parties as s on s.party_id = r.seller_id
      left join main.invoices as i on i.invoice_key = r.invoice_key
      order by taxpayer_key asc nulls first, r.period asc nulls first, r.invoice_key asc nulls first, r.purpose asc nulls first, r.row_hash asc nulls last, r.row_id asc nulls last;
    create or replace table main.exception_vouchers as
      select i.invoice_no, r.invoice_key, i.seller_key, i.buyer_key, r.listed_on, r.reason, r.notified_on, r.verification_requested_on, r.lifted_on, r.file_no as source_file_no, r.source_row_no
      from ${voucherRows} as r left join main.invoices as i on i.invoice_key = r.invoice_key
      order by r.invoice_key asc nulls first, r.listed_on asc nulls first, r.row_hash asc nulls last, r.row_id asc nulls last`);
}
