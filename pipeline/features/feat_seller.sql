select
  cast(seller_key as integer) as seller_key,
  cast(sum(normal_count) as integer) as normal_count,
  cast(sum(amount_yuan) as decimal(18,2)) as amount_yuan,
  cast(min(first_issued_on) as date) as first_issued_on,
  cast(max(last_issued_on) as date) as last_issued_on
from feat_seller_month
group by seller_key
