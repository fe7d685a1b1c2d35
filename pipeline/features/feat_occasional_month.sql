with
occasional_lines as (
  select seller_key, ym, signed_amount, substr(goods_code, 1, 1) as section
  from invoice_lines
  where substr(goods_code, 1, 1) in ('4', '5') and seller_key is not null and coalesce(invoice_kind, '') <> 'agri_purchase'
)
select
  cast(seller_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(coalesce(sum(case when section = '4' then signed_amount end), 0) as decimal(18,2)) as intangible_amount_yuan,
  cast(coalesce(sum(case when section = '5' then signed_amount end), 0) as decimal(18,2)) as property_amount_yuan
from occasional_lines
group by seller_key, ym
