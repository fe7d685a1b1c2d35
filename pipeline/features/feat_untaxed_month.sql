with
untaxed_lines as (
  select invoice_no, signed_amount, signed_tax
  from invoice_lines
  where substr(goods_code, 1, 1) = '6'
),
untaxed_invoices as (
  select i.seller_key, i.ym, coalesce(cast(i.rate as double), -1) as rate, i.issued_by_authority, i.difference_method,
    l.signed_amount, l.signed_tax
  from untaxed_lines as l
  join invoices as i on i.invoice_no = l.invoice_no
  where i.seller_key is not null and coalesce(i.invoice_kind, '') <> 'agri_purchase'
)
select
  cast(seller_key as integer) as seller_key,
  cast(ym as integer) as ym,
  cast(rate as double) as rate,
  cast(sum(signed_amount) as decimal(18,2)) as untaxed_amount_yuan,
  cast(coalesce(sum(case when not issued_by_authority then signed_amount end), 0) as decimal(18,2)) as untaxed_declarable_amount_yuan,
  cast(coalesce(sum(case when not issued_by_authority and not difference_method then signed_tax end), 0) as decimal(18,2)) as untaxed_declarable_tax_yuan,
  cast(coalesce(sum(case when not issued_by_authority and not difference_method then signed_amount end), 0) as decimal(18,2)) as untaxed_plain_amount_yuan
from untaxed_invoices
group by seller_key, ym, rate
