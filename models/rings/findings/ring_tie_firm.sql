with
rules as (
  select r.firm_overlap, r.firm_alone_overlap, r.firm_buyers, r.firm_staff, k.large_key_taxpayers
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
  join list_ring_rules as k on c.as_of between k.from_on and k.to_on
),
firms as (
  select f.taxpayer_key, f.sold_yuan, t.industry_code
  from ring_life as f
  cross join rules as r
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key and t.vat_status_resolved = 'general'
  where coalesce(f.staff_mean, r.firm_staff) >= r.firm_staff and f.buyer_count <= 200
),
-- Buyers below one hundredth of a firm's sales cannot carry an overlap; without them a common buyer stays small.
shares as (
  select f.taxpayer_key, f.industry_code, p.buyer_key, cast(floor(1e6 * {{ratio(p.amount_yuan, f.sold_yuan)}}) as bigint) as millionths
  from firms as f
  join feat_pair as p on p.seller_key = f.taxpayer_key and 100 * p.amount_yuan >= f.sold_yuan
  join feat_taxpayer as b on b.taxpayer_key = p.buyer_key
),
common_parts as (
  select a.taxpayer_key as first_key, b.taxpayer_key as second_key, sum(least(a.millionths, b.millionths)) as millionths, count(*) as buyer_count
  from shares as a
  join shares as b on b.buyer_key = a.buyer_key and b.industry_code = a.industry_code and b.taxpayer_key > a.taxpayer_key
  group by a.taxpayer_key, b.taxpayer_key
)
select
  cast(o.first_key as integer) as first_key,
  cast(o.second_key as integer) as second_key,
  cast('member' as string) as first_role,
  cast('member' as string) as second_role,
  cast(0 as decimal(18,2)) as amount_yuan
from common_parts as o
cross join rules as r
where o.buyer_count >= r.firm_buyers and (
    o.millionths >= 1e6 * r.firm_alone_overlap
    or o.millionths >= 1e6 * r.firm_overlap and exists (
      select 1
      from ring_control_key as a
      join ring_control_key as b on b.kind = a.kind and b.key_text = a.key_text
      where a.taxpayer_key = o.first_key and b.taxpayer_key = o.second_key and a.holder_count <= r.large_key_taxpayers and not (a.is_agent_key and a.agent_key is not null) and not (b.is_agent_key and b.agent_key is not null)
    )
  )
