with
rules as (
  select r.hollow_input_share, r.hollow_staff, r.hollow_sold_yuan, r.mill_alike, r.mill_days, r.mill_buyers, r.mill_least_buyers, r.mill_buyer_sellers, k.large_key_taxpayers
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
  join list_ring_rules as k on c.as_of between k.from_on and k.to_on
),
hollow as (
  select f.taxpayer_key, f.first_issued_on, f.last_issued_on, f.buyer_count, t.industry_code
  from ring_life as f
  cross join rules as r
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key
  where f.sold_yuan >= r.hollow_sold_yuan and cast(f.bought_yuan as double) < r.hollow_input_share * cast(f.sold_yuan as double)
    and coalesce(f.staff_mean, 0) <= r.hollow_staff
),
keyed as (
  select h.taxpayer_key, h.first_issued_on, h.last_issued_on, k.kind, k.key_text
  from hollow as h
  join ring_control_key as k on k.taxpayer_key = h.taxpayer_key
  cross join rules as r
  where k.kind <> 'ip' and k.holder_count between 2 and r.large_key_taxpayers and not (k.is_agent_key and k.agent_key is not null)
),
by_key as (
  select distinct a.taxpayer_key as first_key, b.taxpayer_key as second_key
  from keyed as a
  join keyed as b on b.kind = a.kind and b.key_text = a.key_text and b.taxpayer_key > a.taxpayer_key
  cross join rules as r
  where a.first_issued_on <= date_add(b.last_issued_on, r.mill_days) and b.first_issued_on <= date_add(a.last_issued_on, r.mill_days)
),
served as (
  select h.taxpayer_key, h.buyer_count, p.buyer_key, count(*) over (partition by p.buyer_key) as seller_count
  from hollow as h
  join feat_pair as p on p.seller_key = h.taxpayer_key
),
by_buyers as (
  select a.taxpayer_key as first_key, b.taxpayer_key as second_key
  from served as a
  cross join rules as r
  join served as b on b.buyer_key = a.buyer_key and b.taxpayer_key > a.taxpayer_key
  where a.seller_count <= r.mill_buyer_sellers and a.buyer_count >= r.mill_least_buyers and b.buyer_count >= r.mill_least_buyers
  group by a.taxpayer_key, b.taxpayer_key, a.buyer_count, b.buyer_count, r.mill_buyers
  having count(*) >= r.mill_buyers and 5 * count(*) >= least(a.buyer_count, b.buyer_count)
),
pairs as (
  select first_key, second_key from by_key union select first_key, second_key from by_buyers
),
-- What two sellers sell in common: the smaller share, good by good.
goods as (
  select p.first_key, p.second_key, sum(cast(floor(1e6 * least(a.share, b.share)) as bigint)) as millionths
  from pairs as p
  join ring_seller_good as a on a.seller_key = p.first_key
  join ring_seller_good as b on b.seller_key = p.second_key and b.code7 = a.code7
  group by p.first_key, p.second_key
),
alike as (
  select p.first_key, p.second_key
  from pairs as p
  cross join rules as r
  join hollow as a on a.taxpayer_key = p.first_key
  join hollow as b on b.taxpayer_key = p.second_key
  left join goods as g on g.first_key = p.first_key and g.second_key = p.second_key
  where a.industry_code = b.industry_code or coalesce(g.millionths, 0) >= 1e6 * r.mill_alike
)
select
  cast(first_key as integer) as first_key,
  cast(second_key as integer) as second_key,
  cast('issuer' as string) as first_role,
  cast('issuer' as string) as second_role,
  cast(0 as decimal(18,2)) as amount_yuan
from alike
