with
reds as (
  select i.invoice_no, i.buyer_key, i.seller_key, i.blue_invoice_no, i.invoice_kind, abs(i.signed_tax) as tax_yuan,
    coalesce({{ym(i.red_confirmed_on)}}, i.ym) as ym
  from invoices as i
  cross join run_context as c
  where i.doc_status = 'red' and i.buyer_key <= c.taxpayer_count
    and (i.invoice_kind is null or i.invoice_kind in ('special', 'motor_vehicle', 'toll'))
),
blues as (
  select distinct blue_invoice_no from reds where blue_invoice_no is not null
),
deducted as (
  select u.taxpayer_key, u.invoice_no, min(u.ym) as ym, sum(u.effective_tax) as tax_yuan
  from input_uses as u
  join blues as b on b.blue_invoice_no = u.invoice_no
  where u.purpose = 'deduct'
  group by u.taxpayer_key, u.invoice_no
)
select
  cast(r.invoice_no as integer) as invoice_no,
  cast(r.buyer_key as integer) as taxpayer_key,
  cast(r.seller_key as integer) as seller_key,
  cast(r.blue_invoice_no as integer) as blue_invoice_no,
  cast(r.ym as integer) as ym,
  cast(r.tax_yuan as decimal(18,2)) as red_tax_yuan,
  cast(d.ym as integer) as deducted_ym,
  cast(d.tax_yuan as decimal(18,2)) as deducted_tax_yuan
from reds as r
left join deducted as d on d.taxpayer_key = r.buyer_key and d.invoice_no = r.blue_invoice_no
