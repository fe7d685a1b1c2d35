with
edges as (
  select seller_key, buyer_key from ring_relay
  union
  select from_key as seller_key, seller_key as buyer_key from ring_relay
  union
  select t.first_key as seller_key, t.second_key as buyer_key from ring_tie_relay as t where t.second_role = 'beneficiary'
),
sums as (
  select l.seller_key, l.buyer_key, substr(l.goods_code, 1, 7) as code7, sum(l.signed_amount) as amount_yuan
  from invoice_lines as l
  join edges as e on e.seller_key = l.seller_key and e.buyer_key = l.buyer_key
  where l.doc_status <> 'void' and l.goods_code is not null
  group by l.seller_key, l.buyer_key, substr(l.goods_code, 1, 7)
),
ranked as (
  select seller_key, buyer_key, code7, row_number() over (partition by seller_key, buyer_key order by amount_yuan desc nulls last, code7 asc nulls last) as largest_first
  from sums
)
select
  cast(seller_key as integer) as seller_key,
  cast(buyer_key as integer) as buyer_key,
  cast(code7 as string) as code7
from ranked
where largest_first = 1
