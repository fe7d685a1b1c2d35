with
sold as (
  select seller_key, ym, rate, doc_status, issued_on, issued_by_authority, difference_method, signed_amount, signed_tax
  from invoices
  where seller_key is not null and (invoice_kind is null or invoice_kind <> 'agri_purchase')
),
-- The one scan of invoices by seller.
totals as (
  select seller_key, ym, count(*) as invoice_count, sum(signed_amount) as amount_yuan, sum(signed_tax) as tax_yuan,
    count(rate) as rated_count, min(rate) as lowest_rate, max(rate) as highest_rate,
    min(case when signed_amount > 0 then issued_on end) as first_issued_on,
    max(case when signed_amount > 0 then issued_on end) as last_issued_on
  from sold
  group by seller_key, ym
),
-- Few invoices are void, red, issued by the authority or under the difference method: summed apart, they cost the full scan nothing.
exceptions as (
  select seller_key, ym,
    sum(case when doc_status = 'void' then 1 end) as void_count,
    sum(case when doc_status = 'red' then 1 end) as red_count,
    sum(case when doc_status = 'red' then signed_amount end) as red_amount_yuan,
    sum(case when issued_by_authority then signed_amount end) as authority_amount_yuan,
    sum(case when difference_method then signed_amount end) as difference_amount_yuan,
    sum(case when issued_by_authority or difference_method then signed_tax end) as set_apart_tax_yuan
  from sold
  where doc_status <> 'normal' or issued_by_authority or difference_method
  group by seller_key, ym
),
untaxed as (
  select seller_key, ym, sum(untaxed_amount_yuan) as untaxed_amount_yuan,
    sum(untaxed_declarable_amount_yuan) as untaxed_declarable_amount_yuan, sum(untaxed_declarable_tax_yuan) as untaxed_declarable_tax_yuan
  from feat_untaxed_month
  group by seller_key, ym
)
select
  cast(t.seller_key as integer) as seller_key,
  cast(t.ym as integer) as ym,
  cast(t.invoice_count as integer) as invoice_count,
  cast(t.invoice_count - coalesce(e.void_count, 0) - coalesce(e.red_count, 0) as integer) as normal_count,
  cast(coalesce(e.void_count, 0) as integer) as void_count,
  cast(coalesce(e.red_count, 0) as integer) as red_count,
  cast(t.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(t.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(t.amount_yuan - coalesce(e.red_amount_yuan, 0) as decimal(18,2)) as normal_amount_yuan,
  cast(coalesce(e.difference_amount_yuan, 0) as decimal(18,2)) as difference_amount_yuan,
  cast(t.amount_yuan - coalesce(e.authority_amount_yuan, 0) - coalesce(u.untaxed_declarable_amount_yuan, 0) as decimal(18,2)) as declarable_amount_yuan,
  cast(t.tax_yuan - coalesce(e.set_apart_tax_yuan, 0) - coalesce(u.untaxed_declarable_tax_yuan, 0) as decimal(18,2)) as declarable_tax_yuan,
  cast(coalesce(u.untaxed_amount_yuan, 0) as decimal(18,2)) as untaxed_amount_yuan,
  cast(coalesce(r.red_prior_amount_yuan, 0) as decimal(18,2)) as red_prior_amount_yuan,
  cast(case when t.rated_count = 0 then -1 when t.rated_count = t.invoice_count and t.lowest_rate = t.highest_rate then t.lowest_rate end
    as double) as single_rate,
  cast(t.first_issued_on as date) as first_issued_on,
  cast(t.last_issued_on as date) as last_issued_on
from totals as t
left join exceptions as e on e.seller_key = t.seller_key and e.ym = t.ym
left join untaxed as u on u.seller_key = t.seller_key and u.ym = t.ym
left join feat_red_month as r on r.seller_key = t.seller_key and r.ym = t.ym
