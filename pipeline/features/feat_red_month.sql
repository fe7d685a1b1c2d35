with
reds as (
  select invoice_no, seller_key, buyer_key, ym, blue_invoice_no, abs(signed_amount) as amount_yuan
  from invoices
  where doc_status = 'red' and seller_key is not null and (invoice_kind is null or invoice_kind <> 'agri_purchase')
),
blues as (
  select b.invoice_no, b.ym
  from invoices as b
  where exists (select 1 from reds as r where r.blue_invoice_no = b.invoice_no)
),
pointed as (
  select r.*, b.ym as blue_ym
  from reds as r
  left join blues as b on b.invoice_no = r.blue_invoice_no
),
unpointed as (
  select distinct seller_key, buyer_key, amount_yuan from pointed where blue_ym is null and buyer_key is not null
),
-- Without a pointer the earliest invoice of the same pair with the same amount stands for the blue one.
matching_blues as (
  select i.seller_key, i.buyer_key, i.amount as amount_yuan, min(i.ym) as ym
  from invoices as i
  join unpointed as u on u.seller_key = i.seller_key and u.buyer_key = i.buyer_key and u.amount_yuan = i.amount
  where i.doc_status = 'normal'
  group by i.seller_key, i.buyer_key, i.amount
)
select
  cast(r.seller_key as integer) as seller_key,
  cast(r.ym as integer) as ym,
  cast(count(*) as integer) as red_count,
  cast(sum(r.amount_yuan) as decimal(18,2)) as red_amount_yuan,
  cast(coalesce(sum(case when coalesce(r.blue_ym, m.ym) < r.ym then r.amount_yuan end), 0) as decimal(18,2)) as red_prior_amount_yuan
from pointed as r
left join matching_blues as m
  on r.blue_ym is null and m.seller_key = r.seller_key and m.buyer_key = r.buyer_key and m.amount_yuan = r.amount_yuan
group by r.seller_key, r.ym
