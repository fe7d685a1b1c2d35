with
found_pairs as (
  select distinct f.window_no, f.seller_key, f.buyer_key, w.from_on, w.until_on
  from loop_found as f
  join ring_window as w on w.window_no = f.window_no
),
goods as (
  select p.window_no, p.seller_key, p.buyer_key, g.code3, coalesce(g.is_processing, false) as is_processing, sum(l.signed_amount) as amount_yuan
  from invoice_lines as l
  join found_pairs as p on p.seller_key = l.seller_key and p.buyer_key = l.buyer_key and l.issued_on between p.from_on and p.until_on
  left join feat_goods_code as g on g.goods_code = l.goods_code
  where l.doc_status <> 'void'
  group by p.window_no, p.seller_key, p.buyer_key, g.code3, coalesce(g.is_processing, false)
),
processing as (
  select window_no, seller_key, buyer_key, sum(case when is_processing then amount_yuan else 0 end) as processing_yuan, sum(amount_yuan) as lines_yuan
  from goods
  group by window_no, seller_key, buyer_key
),
lengths as (
  select window_no, loop_no, max(hop_no) as hop_count from loop_found group by window_no, loop_no
),
-- The next hop of the last is the first.
next_hops as (
  select f.window_no, f.loop_no, f.hop_no, f.seller_key, f.buyer_key, n.seller_key as next_seller_key, n.buyer_key as next_buyer_key
  from loop_found as f
  join lengths as s on s.window_no = f.window_no and s.loop_no = f.loop_no
  join loop_found as n on n.window_no = f.window_no and n.loop_no = f.loop_no and n.hop_no = case when f.hop_no = s.hop_count then 1 else f.hop_no + 1 end
),
shared as (
  select distinct n.window_no, n.loop_no, n.hop_no
  from next_hops as n
  join goods as a on a.window_no = n.window_no and a.seller_key = n.seller_key and a.buyer_key = n.buyer_key and a.code3 <> ''
  join goods as b on b.window_no = n.window_no and b.seller_key = n.next_seller_key and b.buyer_key = n.next_buyer_key and b.code3 = a.code3
)
select
  cast(n.window_no as integer) as window_no,
  cast(n.loop_no as integer) as loop_no,
  cast(n.hop_no as integer) as hop_no,
  cast(n.seller_key as integer) as seller_key,
  cast(n.buyer_key as integer) as buyer_key,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.first_issued_on as date) as first_issued_on,
  cast(coalesce(2 * p.processing_yuan > p.lines_yuan, false) as boolean) as is_processing,
  -- Only where the goods of both hops are known.
  cast(p.seller_key is not null and q.seller_key is not null and s.hop_no is null as boolean) as is_goods_broken
from next_hops as n
join ring_hop as h on h.window_no = n.window_no and h.seller_key = n.seller_key and h.buyer_key = n.buyer_key
left join processing as p on p.window_no = n.window_no and p.seller_key = n.seller_key and p.buyer_key = n.buyer_key
left join processing as q on q.window_no = n.window_no and q.seller_key = n.next_seller_key and q.buyer_key = n.next_buyer_key
left join shared as s on s.window_no = n.window_no and s.loop_no = n.loop_no and s.hop_no = n.hop_no
