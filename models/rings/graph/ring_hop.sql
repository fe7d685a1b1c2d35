with
rules as (
  select r.hop_minimum_yuan from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
months as (
  select w.window_no, w.start_ym + n.months as ym, n.months
  from ring_window as w
  cross join (select 0 as months union all select 1 union all select 2) as n
  where w.start_ym + n.months <= w.end_ym
),
hops as (
  select w.window_no, p.seller_key, p.buyer_key, sum(p.amount_yuan) as amount_yuan, min(p.first_issued_on) as first_issued_on
  from ring_pair_month as p
  join months as w on w.ym = p.ym and (not p.is_tail or w.months < 2)
  cross join rules as r
  group by w.window_no, p.seller_key, p.buyer_key, r.hop_minimum_yuan
  having sum(p.amount_yuan) >= r.hop_minimum_yuan
),
-- Who only sells or only buys closes no loop.
sellers as (
  select distinct window_no, seller_key as party_key from hops
),
buyers as (
  select distinct window_no, buyer_key as party_key from hops
)
select
  cast(h.window_no as integer) as window_no,
  cast(h.seller_key as integer) as seller_key,
  cast(h.buyer_key as integer) as buyer_key,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.first_issued_on as date) as first_issued_on
from hops as h
where exists (select 1 from buyers as b where b.window_no = h.window_no and b.party_key = h.seller_key)
  and exists (select 1 from sellers as s where s.window_no = h.window_no and s.party_key = h.buyer_key)
