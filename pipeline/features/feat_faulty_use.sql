-- Deductions confirmed for row 1 of schedule 2 that may not be counted: the invoice is void, or the taxpayer deducted it before.
with
row_1_uses as (
  select taxpayer_key, invoice_no, invoice_key, seller_key, ym, effective_tax, source_file_no, source_row_no
  from input_uses
  where purpose = 'deduct' and invoice_no is not null
    and (invoice_kind is null or invoice_kind in ('special', 'motor_vehicle', 'toll'))
),
void_invoices as (
  select invoice_no from invoices where doc_status = 'void'
),
suspects as (
  select invoice_no from row_1_uses group by invoice_no having count(*) > 1
  union
  select invoice_no from void_invoices
),
numbered as (
  select u.taxpayer_key, u.invoice_no, u.invoice_key, u.seller_key, u.ym, u.effective_tax, u.source_file_no, u.source_row_no,
    v.invoice_no is not null as is_void,
    row_number() over (
      partition by u.taxpayer_key, u.invoice_no
      order by u.ym asc nulls last, u.source_file_no asc nulls last, u.source_row_no asc nulls last
    ) as use_no,
    min(u.ym) over (partition by u.taxpayer_key, u.invoice_no) as first_ym
  from row_1_uses as u
  join suspects as s on s.invoice_no = u.invoice_no
  left join void_invoices as v on v.invoice_no = u.invoice_no
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(invoice_no as integer) as invoice_no,
  cast(invoice_key as string) as invoice_key,
  cast(seller_key as integer) as seller_key,
  cast(ym as integer) as ym,
  cast(first_ym as integer) as first_ym,
  cast(effective_tax as decimal(18,2)) as effective_tax_yuan,
  cast(is_void as boolean) as is_void,
  cast(source_file_no as integer) as source_file_no,
  cast(source_row_no as bigint) as source_row_no
from numbered
where is_void or use_no > 1
