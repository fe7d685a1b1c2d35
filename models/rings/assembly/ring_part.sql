with
inside as (
  select a.ring_no, t.kind_no, t.first_key, t.second_key, t.first_role, t.second_role
  from ring_tie as t
  join ring_found as a on a.party_key = t.first_key
  join ring_found as b on b.ring_no = a.ring_no and b.party_key = t.second_key
  join ring_found_kind as k on k.ring_no = a.ring_no and k.kind_no = t.kind_no
),
ends as (
  select ring_no, kind_no, first_key as party_key, first_role as role from inside
  union
  select ring_no, kind_no, second_key as party_key, second_role as role from inside
),
sizes as (
  select ring_no, kind_no, count(distinct party_key) as party_count from ends group by ring_no, kind_no
),
kinds as (
  select ring_no, kind_no, row_number() over (partition by ring_no order by party_count desc nulls last, kind_no asc nulls last) as largest_first from sizes
),
ranked as (
  select e.ring_no, e.party_key, e.role, k.largest_first,
    row_number() over (
      partition by e.ring_no, e.party_key
      order by k.largest_first asc nulls last,
        case e.role when 'controller' then 1 when 'conduit' then 2 when 'beneficiary' then 3 when 'issuer' then 4 else 5 end asc nulls last
    ) as best_first
  from ends as e
  join kinds as k on k.ring_no = e.ring_no and k.kind_no = e.kind_no
),
claims as (
  select taxpayer_key, sum(claimed_amount) as claimed_yuan from refund_applications group by taxpayer_key
),
loops as (
  select ring_no from kinds where largest_first = 1 and kind_no = 1
),
-- What a party sells to and buys from members of its ring.
sold as (
  select a.ring_no, a.party_key, sum(p.amount_yuan) as amount_yuan
  from ring_found as a
  join feat_pair as p on p.seller_key = a.party_key and p.seller_key <> p.buyer_key
  join ring_found as b on b.ring_no = a.ring_no and b.party_key = p.buyer_key
  group by a.ring_no, a.party_key
),
bought as (
  select a.ring_no, a.party_key, sum(p.amount_yuan) as amount_yuan
  from ring_found as a
  join feat_pair as p on p.buyer_key = a.party_key and p.seller_key <> p.buyer_key
  join ring_found as b on b.ring_no = a.ring_no and b.party_key = p.seller_key
  group by a.ring_no, a.party_key
),
sides as (
  select p.seller_key as party_key, p.amount_yuan as sold_yuan, 0 as bought_yuan
  from feat_pair as p
  where exists (select 1 from ring_found as f where f.party_key = p.seller_key)
  union all
  select p.buyer_key as party_key, 0 as sold_yuan, p.amount_yuan as bought_yuan
  from feat_pair as p
  where exists (select 1 from ring_found as f where f.party_key = p.buyer_key)
),
totals as (
  select party_key, sum(sold_yuan) as sold_yuan, sum(bought_yuan) as bought_yuan from sides group by party_key
)
select
  cast(a.ring_no as integer) as ring_no,
  cast(a.party_key as integer) as party_key,
  cast(case when l.ring_no is not null and c.taxpayer_key is not null then 'beneficiary' else coalesce(r.role, 'member') end as string) as role,
  cast(coalesce(s.amount_yuan, 0) as decimal(18,2)) as sold_inside_yuan,
  cast(coalesce(b.amount_yuan, 0) as decimal(18,2)) as bought_inside_yuan,
  cast(coalesce(greatest({{ratio(s.amount_yuan, t.sold_yuan)}}, {{ratio(b.amount_yuan, t.bought_yuan)}}), 0) as double) as share,
  cast(c.claimed_yuan as decimal(18,2)) as claimed_yuan,
  cast(k.kind_no as integer) as main_kind_no
from ring_found as a
join kinds as k on k.ring_no = a.ring_no and k.largest_first = 1
left join ranked as r on r.ring_no = a.ring_no and r.party_key = a.party_key and r.best_first = 1
left join loops as l on l.ring_no = a.ring_no
left join claims as c on c.taxpayer_key = a.party_key
left join sold as s on s.ring_no = a.ring_no and s.party_key = a.party_key
left join bought as b on b.ring_no = a.ring_no and b.party_key = a.party_key
left join totals as t on t.party_key = a.party_key
