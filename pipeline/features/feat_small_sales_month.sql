with
small_sellers as (
  select taxpayer_key, case when vat_status_resolved = 'small' then 999999 else coalesce(general_from_ym, 0) end as until_ym
  from feat_taxpayer
  where vat_status_resolved = 'small' or general_from_ym is not null
),
invoiced as (
  select i.seller_key, i.ym,
    sum(i.signed_amount) as amount_yuan,
    sum(case when i.issued_by_authority or i.difference_method then i.signed_amount else 0 end) as set_apart_amount_yuan,
    sum(case when i.invoice_kind = 'special' then i.signed_amount else 0 end) as special_amount_yuan,
    sum(case when i.invoice_kind is null then i.signed_amount else 0 end) as unknown_kind_amount_yuan,
    sum(case when i.rate = 0.01 then i.signed_amount else 0 end) as one_pct_amount_yuan,
    sum(case when i.rate = 0.03 then i.signed_amount else 0 end) as three_pct_amount_yuan
  from invoices as i
  join small_sellers as s on s.taxpayer_key = i.seller_key and i.ym < s.until_ym
  where i.doc_status <> 'void' and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
  group by i.seller_key, i.ym
),
untaxed as (
  select seller_key, ym, sum(untaxed_plain_amount_yuan) as amount_yuan from feat_untaxed_month group by seller_key, ym
)
select
  cast(i.seller_key as integer) as taxpayer_key,
  cast(i.ym as integer) as ym,
  cast(i.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(i.set_apart_amount_yuan as decimal(18,2)) as set_apart_amount_yuan,
  cast(i.special_amount_yuan as decimal(18,2)) as special_amount_yuan,
  cast(i.unknown_kind_amount_yuan as decimal(18,2)) as unknown_kind_amount_yuan,
  cast(i.one_pct_amount_yuan as decimal(18,2)) as one_pct_amount_yuan,
  cast(i.three_pct_amount_yuan as decimal(18,2)) as three_pct_amount_yuan,
  cast(coalesce(u.amount_yuan, 0) as decimal(18,2)) as untaxed_amount_yuan
from invoiced as i
left join untaxed as u on u.seller_key = i.seller_key and u.ym = i.ym
