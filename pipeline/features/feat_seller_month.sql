with
red_invoices as (
  select r.invoice_no, r.seller_key, r.buyer_key, r.ym, r.issued_on, abs(r.signed_amount) as amount_yuan, b.ym as blue_ym
  from invoices as r
  left join invoices as b on b.invoice_no = r.blue_invoice_no
  where r.doc_status = 'red' and r.seller_key is not null and coalesce(r.invoice_kind, '') <> 'agri_purchase'
),
unpointed as (
  select distinct seller_key, buyer_key, amount_yuan from red_invoices where blue_ym is null
),
-- Without a pointer: the earliest invoice of the same pair with the same amount stands for the blue one.
matching_blues as (
  select i.seller_key, i.buyer_key, i.amount as amount_yuan, min(i.ym) as ym
  from invoices as i
  where i.doc_status = 'normal'
    and exists (
      select 1 from unpointed as u
      where u.seller_key = i.seller_key and u.buyer_key = i.buyer_key and u.amount_yuan = i.amount
    )
  group by i.seller_key, i.buyer_key, i.amount
),
red_months as (
  select r.seller_key, r.ym,
    sum(case when coalesce(r.blue_ym, m.ym) < r.ym then r.amount_yuan end) as red_prior_amount_yuan
  from red_invoices as r
  left join matching_blues as m
    on r.blue_ym is null and m.seller_key = r.seller_key and m.buyer_key = r.buyer_key and m.amount_yuan = r.amount_yuan
  group by r.seller_key, r.ym
),
months as (
  select seller_key, ym, sum(invoice_count) as invoice_count, sum(normal_count) as normal_count, sum(void_count) as void_count,
    sum(red_count) as red_count, sum(amount_yuan) as amount_yuan, sum(tax_yuan) as tax_yuan,
    sum(normal_amount_yuan) as normal_amount_yuan, sum(special_amount_yuan) as special_amount_yuan,
    sum(difference_amount_yuan) as difference_amount_yuan, sum(plain_amount_yuan) as plain_amount_yuan,
    sum(declarable_amount_yuan) as declarable_amount_yuan, sum(declarable_tax_yuan) as declarable_tax_yuan,
    sum(untaxed_amount_yuan) as untaxed_amount_yuan, min(first_issued_on) as first_issued_on, max(last_issued_on) as last_issued_on
  from feat_seller_rate_month
  group by seller_key, ym
)
select
  cast(m.seller_key as integer) as seller_key,
  cast(m.ym as integer) as ym,
  cast(m.invoice_count as integer) as invoice_count,
  cast(m.normal_count as integer) as normal_count,
  cast(m.void_count as integer) as void_count,
  cast(m.red_count as integer) as red_count,
  cast(m.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(m.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(m.normal_amount_yuan as decimal(18,2)) as normal_amount_yuan,
  cast(m.special_amount_yuan as decimal(18,2)) as special_amount_yuan,
  cast(m.difference_amount_yuan as decimal(18,2)) as difference_amount_yuan,
  cast(m.plain_amount_yuan as decimal(18,2)) as plain_amount_yuan,
  cast(m.declarable_amount_yuan as decimal(18,2)) as declarable_amount_yuan,
  cast(m.declarable_tax_yuan as decimal(18,2)) as declarable_tax_yuan,
  cast(m.untaxed_amount_yuan as decimal(18,2)) as untaxed_amount_yuan,
  cast(coalesce(r.red_prior_amount_yuan, 0) as decimal(18,2)) as red_prior_amount_yuan,
  cast(m.first_issued_on as date) as first_issued_on,
  cast(m.last_issued_on as date) as last_issued_on
from months as m
left join red_months as r on r.seller_key = m.seller_key and r.ym = m.ym
