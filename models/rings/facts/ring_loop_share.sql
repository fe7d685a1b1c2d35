with
flows as (
  select h.window_no, h.seller_key, h.buyer_key, h.amount_yuan, sum(l.smallest_yuan) as looped_yuan, max(case when l.is_goods_broken then 1 else 0 end) as is_goods_broken
  from ring_loop_hop as h
  join ring_loop as l on l.window_no = h.window_no and l.loop_no = h.loop_no
  where not l.is_processing
  group by h.window_no, h.seller_key, h.buyer_key, h.amount_yuan
),
-- What goes round through a pair is never more than the pair's invoices.
windows as (
  select window_no, seller_key, sum(least(looped_yuan, amount_yuan)) as loop_yuan, max(is_goods_broken) as is_goods_broken
  from flows
  group by window_no, seller_key
),
counts as (
  select h.window_no, h.seller_key, count(*) as loop_count, min(l.hop_count) as shortest_hops
  from ring_loop_hop as h
  join ring_loop as l on l.window_no = h.window_no and l.loop_no = h.loop_no
  where not l.is_processing
  group by h.window_no, h.seller_key
),
of_subjects as (
  select s.subject_no, w.window_no, w.from_on, w.until_on, f.loop_yuan, f.is_goods_broken, n.loop_count, n.shortest_hops,
    row_number() over (partition by s.subject_no order by f.loop_yuan desc nulls last, w.window_no asc nulls last) as largest_first
  from feat_subject as s
  join windows as f on f.seller_key = s.taxpayer_key
  join ring_window as w on w.window_no = f.window_no and s.p_ym between w.first_p_ym and w.last_p_ym
  join counts as n on n.window_no = f.window_no and n.seller_key = f.seller_key
),
cut as (
  select distinct s.subject_no
  from feat_subject as s
  join loop_cut as k on k.party_key = s.taxpayer_key
  join ring_window as w on w.window_no = k.window_no and s.p_ym between w.first_p_ym and w.last_p_ym
),
traders as (
  select seller_key as party_key from feat_pair union select buyer_key as party_key from feat_pair
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(t.party_key is not null as boolean) as has_invoices,
  cast(coalesce(l.loop_yuan, 0) as decimal(18,2)) as loop_yuan,
  cast(l.window_no as integer) as window_no,
  cast(l.from_on as date) as from_on,
  cast(l.until_on as date) as until_on,
  cast(coalesce(l.loop_count, 0) as integer) as loop_count,
  cast(l.shortest_hops as integer) as shortest_hops,
  cast(coalesce(l.is_goods_broken, 0) = 1 as boolean) as is_goods_broken,
  cast(k.subject_no is not null as boolean) as is_truncated
from feat_subject as s
left join of_subjects as l on l.subject_no = s.subject_no and l.largest_first = 1
left join cut as k on k.subject_no = s.subject_no
left join traders as t on t.party_key = s.taxpayer_key
