with
-- The one scan of invoices by seller.
totals as (
  select seller_key, ym, count(*) as invoice_count, cast(sum(signed_amount) as decimal(18,2)) as amount_yuan, cast(sum(signed_tax) as decimal(18,2)) as tax_yuan,
    min(coalesce(rate, -1)) as lowest_rate, max(coalesce(rate, -1)) as highest_rate,
    min(case when signed_amount > 0 then issued_on end) as first_issued_on,
    max(case when signed_amount > 0 then issued_on end) as last_issued_on
  from invoices
  where seller_key is not null and (invoice_kind is null or invoice_kind <> 'agri_purchase')
  group by seller_key, ym
),
-- Few invoices are void, red, issued by the authority, under the difference method or untaxed: summed apart, they cost the full scan nothing.
exceptions as (
  select seller_key, ym,
    case when doc_status = 'void' then 1 else 0 end as void_count,
    case when doc_status = 'red' then 1 else 0 end as red_count,
    case when doc_status = 'red' then signed_amount else 0 end as red_amount_yuan,
    case when issued_by_authority then signed_amount else 0 end as set_apart_amount_yuan,
    case when difference_method then signed_amount else 0 end as difference_amount_yuan,
    case when issued_by_authority or difference_method then signed_tax else 0 end as set_apart_tax_yuan,
    0 as untaxed_amount_yuan, 0 as red_prior_amount_yuan
  from invoices
  where seller_key is not null and (invoice_kind is null or invoice_kind <> 'agri_purchase')
    and (doc_status <> 'normal' or issued_by_authority or difference_method)
  union all
  select seller_key, ym, 0 as void_count, 0 as red_count, 0 as red_amount_yuan, untaxed_declarable_amount_yuan as set_apart_amount_yuan,
    0 as difference_amount_yuan, untaxed_declarable_tax_yuan as set_apart_tax_yuan, untaxed_amount_yuan, 0 as red_prior_amount_yuan
  from feat_untaxed_month
  union all
  select seller_key, ym, 0 as void_count, 0 as red_count, 0 as red_amount_yuan, 0 as set_apart_amount_yuan, 0 as difference_amount_yuan,
    0 as set_apart_tax_yuan, 0 as untaxed_amount_yuan, red_prior_amount_yuan
  from feat_red_month
),
adjustments as (
  select seller_key, ym, cast(sum(void_count) as integer) as void_count, cast(sum(red_count) as integer) as red_count,
    cast(sum(red_amount_yuan) as decimal(18,2)) as red_amount_yuan, cast(sum(set_apart_amount_yuan) as decimal(18,2)) as set_apart_amount_yuan,
    cast(sum(difference_amount_yuan) as decimal(18,2)) as difference_amount_yuan, cast(sum(set_apart_tax_yuan) as decimal(18,2)) as set_apart_tax_yuan,
    cast(sum(untaxed_amount_yuan) as decimal(18,2)) as untaxed_amount_yuan, cast(sum(red_prior_amount_yuan) as decimal(18,2)) as red_prior_amount_yuan
  from exceptions
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
  cast(t.amount_yuan - coalesce(e.set_apart_amount_yuan, 0) as decimal(18,2)) as declarable_amount_yuan,
  cast(t.tax_yuan - coalesce(e.set_apart_tax_yuan, 0) as decimal(18,2)) as declarable_tax_yuan,
  cast(coalesce(e.untaxed_amount_yuan, 0) as decimal(18,2)) as untaxed_amount_yuan,
  cast(coalesce(e.red_prior_amount_yuan, 0) as decimal(18,2)) as red_prior_amount_yuan,
  cast(case when t.lowest_rate = t.highest_rate then t.lowest_rate end as double) as single_rate,
  cast(t.first_issued_on as date) as first_issued_on,
  cast(t.last_issued_on as date) as last_issued_on
from totals as t
left join adjustments as e on e.seller_key = t.seller_key and e.ym = t.ym
