with
sold as (
  select seller_key, ym, rate, invoice_kind, doc_status, issued_on, issued_by_authority, difference_method, signed_amount, signed_tax
  from invoices
  where seller_key is not null and coalesce(invoice_kind, '') <> 'agri_purchase'
),
totals as (
  select seller_key, ym, rate, count(*) as invoice_count, sum(signed_amount) as amount_yuan, sum(signed_tax) as tax_yuan,
    sum(case when invoice_kind = 'special' then signed_amount end) as special_amount_yuan,
    min(case when doc_status = 'normal' then issued_on end) as first_issued_on,
    max(case when doc_status = 'normal' then issued_on end) as last_issued_on
  from sold
  group by seller_key, ym, rate
),
-- Few invoices are void, red, issued by the authority or under the difference method: summed apart, they cost the full scan nothing.
exceptions as (
  select seller_key, ym, rate,
    sum(case when doc_status = 'void' then 1 end) as void_count,
    sum(case when doc_status = 'red' then 1 end) as red_count,
    sum(case when doc_status = 'red' then signed_amount end) as red_amount_yuan,
    sum(case when issued_by_authority then signed_amount end) as authority_amount_yuan,
    sum(case when difference_method then signed_amount end) as difference_amount_yuan,
    sum(case when issued_by_authority or difference_method then signed_amount end) as set_apart_amount_yuan,
    sum(case when issued_by_authority or difference_method then signed_tax end) as set_apart_tax_yuan
  from sold
  where doc_status <> 'normal' or issued_by_authority or difference_method
  group by seller_key, ym, rate
)
select
  cast(t.seller_key as integer) as seller_key,
  cast(t.ym as integer) as ym,
  cast(coalesce(t.rate, -1) as double) as rate,
  cast(t.invoice_count as integer) as invoice_count,
  cast(t.invoice_count - coalesce(e.void_count, 0) - coalesce(e.red_count, 0) as integer) as normal_count,
  cast(coalesce(e.void_count, 0) as integer) as void_count,
  cast(coalesce(e.red_count, 0) as integer) as red_count,
  cast(t.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(t.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(t.amount_yuan - coalesce(e.red_amount_yuan, 0) as decimal(18,2)) as normal_amount_yuan,
  cast(coalesce(t.special_amount_yuan, 0) as decimal(18,2)) as special_amount_yuan,
  cast(coalesce(e.difference_amount_yuan, 0) as decimal(18,2)) as difference_amount_yuan,
  cast(t.amount_yuan - coalesce(e.set_apart_amount_yuan, 0) as decimal(18,2)) as plain_amount_yuan,
  cast(t.amount_yuan - coalesce(e.authority_amount_yuan, 0) - coalesce(u.untaxed_declarable_amount_yuan, 0) as decimal(18,2)) as declarable_amount_yuan,
  cast(t.tax_yuan - coalesce(e.set_apart_tax_yuan, 0) - coalesce(u.untaxed_declarable_tax_yuan, 0) as decimal(18,2)) as declarable_tax_yuan,
  cast(coalesce(u.untaxed_amount_yuan, 0) as decimal(18,2)) as untaxed_amount_yuan,
  cast(t.first_issued_on as date) as first_issued_on,
  cast(t.last_issued_on as date) as last_issued_on
from totals as t
left join exceptions as e
  on e.seller_key = t.seller_key and e.ym = t.ym and coalesce(e.rate, -1) = coalesce(t.rate, -1)
left join feat_untaxed_month as u
  on u.seller_key = t.seller_key and u.ym = t.ym and u.rate = coalesce(cast(t.rate as double), -1)
