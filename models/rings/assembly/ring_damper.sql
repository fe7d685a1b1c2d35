with
rules as (
  select c.as_of, f.hollow_input_share, f.hollow_staff from run_context as c join list_ring_finding_rules as f on c.as_of between f.from_on and f.to_on
),
members as (
  select p.ring_no, p.party_key, p.role, t.registered_on, f.staff_mean, f.sold_yuan, f.bought_yuan
  from ring_part as p
  join feat_taxpayer as t on t.taxpayer_key = p.party_key
  left join ring_life as f on f.taxpayer_key = p.party_key
),
-- Loops and ladders have honest likenesses; splits and mills under one owner are what is looked for.
kinds as (
  select distinct p.ring_no, k.kind
  from ring_part as p
  cross join rules as r
  join list_ring_kinds as k on k.kind_no = p.main_kind_no and r.as_of between k.from_on and k.to_on
),
sizes as (
  select m.ring_no, count(*) as member_count
  from members as m
  join kinds as k on k.ring_no = m.ring_no and k.kind in ('closed_loop', 'pass_through')
  group by m.ring_no
),
-- The largest circle of members with one investor of today, each with staff and two years behind it.
invested as (
  select m.ring_no, i.person_key, count(distinct m.party_key) as member_count
  from members as m
  cross join rules as r
  join persons as i on i.taxpayer_key = m.party_key and i.role = 'investor' and coalesce(i.valid_from, r.as_of) <= r.as_of and coalesce(i.valid_to, r.as_of) >= r.as_of
  where coalesce(m.staff_mean, 0) > r.hollow_staff and {{days_between(m.registered_on, r.as_of)}} >= 730
  group by m.ring_no, i.person_key
),
owned as (
  select ring_no, max(member_count) as member_count from invested group by ring_no
),
goods as (
  select t.ring_no, sum(case when g.is_processing then l.signed_amount else 0 end) as processing_yuan, sum(l.signed_amount) as amount_yuan
  from ring_trade as t
  join kinds as k on k.ring_no = t.ring_no and k.kind in ('closed_loop', 'pass_through')
  join invoice_lines as l on l.seller_key = t.seller_key and l.buyer_key = t.buyer_key
  left join feat_goods_code as g on g.goods_code = l.goods_code
  where l.doc_status <> 'void'
  group by t.ring_no
),
-- Splits live from real work, and a good that comes back to who sold it is not explained by who hands it on: staff and years explain neither.
makers as (
  select m.ring_no, count(*) as maker_count,
    sum(case when coalesce(m.staff_mean, 0) > r.hollow_staff and {{days_between(m.registered_on, r.as_of)}} >= 1095
      and cast(m.bought_yuan as double) >= r.hollow_input_share * cast(m.sold_yuan as double) then 1 else 0 end) as settled_count
  from members as m
  cross join rules as r
  join kinds as k on k.ring_no = m.ring_no and k.kind in ('burst_and_vanish', 'pass_through', 'invoice_mill', 'customs_graft')
  where m.role in ('issuer', 'conduit', 'member')
  group by m.ring_no
),
shares as (
  select o.ring_no, 'legal_group' as damper, {{ratio(o.member_count, s.member_count)}} as share from owned as o join sizes as s on s.ring_no = o.ring_no
  union all
  select ring_no, 'processing' as damper, {{ratio(processing_yuan, amount_yuan)}} as share from goods where amount_yuan > 0
  union all
  select ring_no, 'established_trade' as damper, {{ratio(settled_count, maker_count)}} as share from makers
)
select
  cast(s.ring_no as integer) as ring_no,
  cast(s.damper as string) as damper,
  cast(s.share as double) as share,
  cast(d.factor as double) as factor
from shares as s
cross join rules as r
join list_ring_dampers as d on d.damper = s.damper and r.as_of between d.from_on and d.to_on
where s.share >= d.least_share
