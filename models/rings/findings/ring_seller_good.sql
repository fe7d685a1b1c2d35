with
sums as (
  select l.seller_key, substr(l.goods_code, 1, 7) as code7, sum(l.signed_amount) as amount_yuan
  from invoice_lines as l
  join ring_life as f on f.taxpayer_key = l.seller_key
  where l.doc_status <> 'void' and l.goods_code is not null
  group by l.seller_key, substr(l.goods_code, 1, 7)
),
ranked as (
  select seller_key, code7, amount_yuan, sum(amount_yuan) over (partition by seller_key) as all_yuan,
    row_number() over (partition by seller_key order by amount_yuan desc nulls last, code7 asc nulls last) as largest_first
  from sums
  where amount_yuan > 0
)
select
  cast(seller_key as integer) as seller_key,
  cast(code7 as string) as code7,
  cast(amount_yuan as decimal(18,2)) as amount_yuan,
  cast({{ratio(amount_yuan, all_yuan)}} as double) as share,
  cast(largest_first = 1 as boolean) as is_top
from ranked
