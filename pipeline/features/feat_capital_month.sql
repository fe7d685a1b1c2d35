with
capital_codes as (
  select goods_code from feat_goods_code where is_capital
),
capital_lines as (
  select l.buyer_key, l.ym, l.signed_amount, l.signed_tax
  from invoice_lines as l
  cross join run_context as c
  where l.buyer_key <= c.taxpayer_count
    and exists (select 1 from capital_codes as k where k.goods_code = l.goods_code)
)
select
  cast(buyer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(sum(signed_amount) as decimal(18,2)) as capital_amount_yuan,
  cast(sum(signed_tax) as decimal(18,2)) as capital_tax_yuan
from capital_lines
group by buyer_key, ym
