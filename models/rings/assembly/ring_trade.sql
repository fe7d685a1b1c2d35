with
rules as (
  select r.round_apart_days, r.round_inside_share from run_context as c join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
-- Of several rounds that tie parties of a ring the longest, then the one that keeps most, then the lowest.
rounds as (
  select a.ring_no, f.round_no, count(*) as hop_count, max(o.conserved_share) as conserved_share, max(o.hop_count) as all_count
  from ring_round as o
  cross join rules as r
  join round_found as f on f.round_no = o.round_no
  join ring_found as a on a.party_key = f.seller_key
  where o.apart_days <= r.round_apart_days or o.inside_share >= r.round_inside_share
  group by a.ring_no, f.round_no
),
best as (
  select ring_no, round_no,
    row_number() over (partition by ring_no order by hop_count desc nulls last, conserved_share desc nulls last, round_no asc nulls last) as best_first
  from rounds
  where hop_count = all_count
),
hops as (
  select b.ring_no, f.seller_key, f.buyer_key, f.hop_no
  from best as b
  join round_found as f on f.round_no = b.round_no
  where b.best_first = 1
)
select
  cast(a.ring_no as integer) as ring_no,
  cast(p.seller_key as integer) as seller_key,
  cast(p.buyer_key as integer) as buyer_key,
  cast(p.first_issued_on as date) as first_issued_on,
  cast(p.last_issued_on as date) as last_issued_on,
  cast(p.invoice_count as integer) as invoice_count,
  cast(p.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.hop_no as integer) as hop_no
from ring_found as a
join feat_pair as p on p.seller_key = a.party_key and p.seller_key <> p.buyer_key and p.amount_yuan > 0
join ring_found as b on b.ring_no = a.ring_no and b.party_key = p.buyer_key
left join hops as h on h.ring_no = a.ring_no and h.seller_key = p.seller_key and h.buyer_key = p.buyer_key
