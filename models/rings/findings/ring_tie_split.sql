with
rules as (
  select c.p_ym, r.split_sellers, r.split_buyers, r.split_share, r.split_sold_yuan, r.split_limit_share, r.split_near_share
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
sellers as (
  select f.taxpayer_key, f.sold_yuan, coalesce(g.code7, '') as code7
  from ring_life as f
  cross join rules as r
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key and (t.vat_status_resolved = 'small' or t.entity_kind = 'individual')
  left join ring_seller_good as g on g.seller_key = f.taxpayer_key and g.is_top
  where f.sold_yuan >= r.split_sold_yuan and f.buyer_count between 1 and r.split_buyers
),
quarters as (
  select m.seller_key, {{idiv(m.ym, 3)}} as quarter_no, sum(m.amount_yuan) as amount_yuan
  from feat_seller_month as m
  join sellers as s on s.taxpayer_key = m.seller_key
  group by m.seller_key, {{idiv(m.ym, 3)}}
),
closeness as (
  select q.seller_key, count(*) as quarter_count,
    sum(case when cast(q.amount_yuan as double) between r.split_limit_share * cast(l.quarter_yuan as double) and cast(l.quarter_yuan as double) then 1 else 0 end) as near_count
  from quarters as q
  cross join rules as r
  join list_small_exempt_limits as l on 3 * q.quarter_no + 2 between l.from_ym and l.to_ym
  group by q.seller_key
),
sold as (
  select p.buyer_key, s.taxpayer_key, p.amount_yuan, count(*) over (partition by p.buyer_key, s.code7) as seller_count,
    sum(n.quarter_count) over (partition by p.buyer_key, s.code7) as quarter_count, sum(n.near_count) over (partition by p.buyer_key, s.code7) as near_count
  from sellers as s
  cross join rules as r
  join closeness as n on n.seller_key = s.taxpayer_key
  join feat_pair as p on p.seller_key = s.taxpayer_key and cast(p.amount_yuan as double) >= r.split_share * cast(s.sold_yuan as double)
),
groups as (
  select d.buyer_key, d.taxpayer_key, d.amount_yuan
  from sold as d
  cross join rules as r
  where d.seller_count >= r.split_sellers and d.near_count >= r.split_near_share * d.quarter_count
)
select
  cast(taxpayer_key as integer) as first_key,
  cast(buyer_key as integer) as second_key,
  cast('member' as string) as first_role,
  cast('controller' as string) as second_role,
  cast(amount_yuan as decimal(18,2)) as amount_yuan
from groups
