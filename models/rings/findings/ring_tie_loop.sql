with
rules as (
  select r.round_apart_days, r.round_inside_share, r.loop_hops, r.loop_conserved from run_context as c join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
-- Loops in time order that keep their value (VR-35): long ones that keep nearly all of it and their goods, which hardly happens by itself. Without
-- lines nobody knows what went round: then all of three hops and more stand in.
strict as (
  select h.seller_key, h.buyer_key, l.smallest_yuan
  from ring_loop as l
  cross join rules as r
  join ring_loop_hop as h on h.window_no = l.window_no and h.loop_no = l.loop_no
  join delivered_tables as d on d.table_name = 'invoice_lines'
  where not l.is_processing and l.hop_count > 2 and (
    not d.is_delivered or l.hop_count >= r.loop_hops and not l.is_goods_broken and {{ratio(l.smallest_yuan, l.largest_yuan)}} >= r.loop_conserved
  )
),
hops as (
  select f.seller_key, f.buyer_key, o.smallest_yuan
  from ring_round as o
  cross join rules as r
  join round_found as f on f.round_no = o.round_no
  where o.apart_days <= r.round_apart_days or o.inside_share >= r.round_inside_share
  union all
  select seller_key, buyer_key, smallest_yuan from strict
)
select
  cast(seller_key as integer) as first_key,
  cast(buyer_key as integer) as second_key,
  cast('conduit' as string) as first_role,
  cast('conduit' as string) as second_role,
  cast(max(smallest_yuan) as decimal(18,2)) as amount_yuan
from hops
group by seller_key, buyer_key
