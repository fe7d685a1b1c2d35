with
rules as (
  select r.round_hop_yuan, r.round_days from run_context as c join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
unnamed as (
  select party_key from parties where party_kind in ('consumer', 'nameless')
),
-- Who only sells or only buys closes no loop.
pairs as (
  select p.seller_key, p.buyer_key
  from feat_pair as p
  cross join rules as r
  where p.seller_key <> p.buyer_key and p.amount_yuan >= r.round_hop_yuan
    and exists (select 1 from feat_pair as b where b.buyer_key = p.seller_key and b.amount_yuan >= r.round_hop_yuan)
    and exists (select 1 from feat_pair as s where s.seller_key = p.buyer_key and s.amount_yuan >= r.round_hop_yuan)
    and not exists (select 1 from unnamed as u where u.party_key = p.seller_key)
    and not exists (select 1 from unnamed as u where u.party_key = p.buyer_key)
),
hops as (
  select l.seller_key, l.buyer_key, substr(l.goods_code, 1, 7) as code7, sum(l.signed_amount) as amount_yuan, count(distinct l.issued_on) as day_count,
    min(l.issued_on) as first_issued_on, max(l.issued_on) as last_issued_on
  from invoice_lines as l
  join pairs as p on p.seller_key = l.seller_key and p.buyer_key = l.buyer_key
  where l.doc_status <> 'void' and {{regexp_like(l.goods_code, '^[0-9]{7}')}}
  group by l.seller_key, l.buyer_key, substr(l.goods_code, 1, 7)
)
select
  cast(h.seller_key as integer) as seller_key,
  cast(h.buyer_key as integer) as buyer_key,
  cast(h.code7 as integer) as code7_number,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.day_count as integer) as day_count,
  cast(h.first_issued_on as date) as first_issued_on,
  cast(h.last_issued_on as date) as last_issued_on
from hops as h
cross join rules as r
where h.amount_yuan >= r.round_hop_yuan and h.day_count <= r.round_days
