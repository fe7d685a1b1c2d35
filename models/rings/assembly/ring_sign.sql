with
rules as (
  select c.taxpayer_count, r.hollow_input_share, r.hollow_staff, r.round_apart_days, r.round_inside_share, r.loop_hops, r.loop_conserved, k.large_key_taxpayers
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
  join list_ring_rules as k on c.as_of between k.from_on and k.to_on
),
-- Those who made the paper: buyers who use it and hands that steer it have trade of their own.
makers as (
  select p.ring_no, p.party_key, f.sold_yuan, f.first_issued_on, f.last_issued_on, f.span_days,
    case when cast(f.bought_yuan as double) < r.hollow_input_share * cast(f.sold_yuan as double) then 1 else 0 end as is_without_input,
    case when coalesce(f.staff_mean, 0) <= r.hollow_staff then 1 else 0 end as is_without_staff,
    case when f.is_gone or f.silent_days >= 180 then 1 else 0 end as is_gone,
    case when f.first_sale_days <= 365 and {{days_between(f.registered_on, c.as_of)}} <= 1461 then 1 else 0 end as is_young
  from ring_part as p
  join ring_life as f on f.taxpayer_key = p.party_key
  cross join run_context as c
  cross join rules as r
  where p.role in ('issuer', 'conduit', 'member')
),
made as (
  select ring_no, count(*) as maker_count, sum(is_without_input) as without_input_count, sum(is_without_staff) as without_staff_count, sum(is_gone) as gone_count,
    sum(is_young) as young_count
  from makers
  group by ring_no
),
keyed as (
  select p.ring_no, p.party_key, k.kind, k.key_text
  from ring_part as p
  join ring_control_key as k on k.taxpayer_key = p.party_key and not (k.is_agent_key and k.agent_key is not null)
  cross join rules as r
  where k.holder_count between 2 and r.large_key_taxpayers
),
shared as (
  select ring_no, kind, key_text from keyed group by ring_no, kind, key_text having count(distinct party_key) > 1
),
controlled as (
  select k.ring_no, count(distinct k.party_key) as controlled_count
  from keyed as k
  join shared as s on s.ring_no = k.ring_no and s.kind = k.kind and s.key_text = k.key_text
  group by k.ring_no
),
parts as (
  select p.ring_no, count(*) as party_count, sum(case when p.party_key <= r.taxpayer_count then 1 else 0 end) as taxpayer_count,
    max(p.main_kind_no) as main_kind_no
  from ring_part as p
  cross join rules as r
  group by p.ring_no
),
inside as (
  select ring_no, sum(amount_yuan) as amount_yuan, min(first_issued_on) as first_on, max(last_issued_on) as last_on from ring_trade group by ring_no
),
-- What issuers and members of splits sell to anybody is what the ring is about; conduits are counted by what they hand on inside.
outside as (
  select m.ring_no, sum(m.sold_yuan) as amount_yuan, min(m.first_issued_on) as first_on, max(m.last_issued_on) as last_on
  from makers as m
  join ring_part as p on p.ring_no = m.ring_no and p.party_key = m.party_key and p.role in ('issuer', 'member')
  group by m.ring_no
),
dates as (
  select p.ring_no, least(coalesce(i.first_on, o.first_on), coalesce(o.first_on, i.first_on)) as first_on,
    greatest(coalesce(i.last_on, o.last_on), coalesce(o.last_on, i.last_on)) as last_on
  from parts as p
  left join inside as i on i.ring_no = p.ring_no
  left join outside as o on o.ring_no = p.ring_no
),
-- Refunds claimed while the ring was at work and in the year after it.
claims as (
  select p.ring_no, sum(a.claimed_amount) as claimed_yuan
  from ring_part as p
  join dates as d on d.ring_no = p.ring_no
  join refund_applications as a on a.taxpayer_key = p.party_key and a.applied_on between d.first_on and date_add(d.last_on, 365)
  group by p.ring_no
),
of_rounds as (
  select a.ring_no, o.round_no, max(o.conserved_share) as conserved_share, max(o.inside_share) as inside_share, max(o.apart_days) as apart_days, count(*) as hop_count, max(o.hop_count) as all_count
  from ring_round as o
  join round_found as f on f.round_no = o.round_no
  join ring_found as a on a.party_key = f.seller_key
  group by a.ring_no, o.round_no
),
rounds as (
  select o.ring_no, max(o.conserved_share) as conserved_share, max(o.inside_share) as inside_share, min(o.apart_days) as apart_days
  from of_rounds as o
  join ring_found_kind as k on k.ring_no = o.ring_no and k.kind_no = 1
  cross join rules as r
  where o.hop_count = o.all_count and (o.apart_days <= r.round_apart_days or o.inside_share >= r.round_inside_share)
  group by o.ring_no
),
-- Loops in time order: long ones that keep nearly all of their value and their goods count by themselves; others stand in where there are no rounds.
strict_hops as (
  select a.ring_no, l.window_no, l.loop_no, count(*) as hop_count, max(l.hop_count) as all_count, max(case when l.is_goods_broken then 1 else 0 end) as is_broken,
    max({{ratio(l.smallest_yuan, l.largest_yuan)}}) as conserved_share
  from ring_loop as l
  join ring_loop_hop as h on h.window_no = l.window_no and h.loop_no = l.loop_no
  join ring_found as a on a.party_key = h.seller_key
  where l.hop_count > 2 and not l.is_processing
  group by a.ring_no, l.window_no, l.loop_no
),
strict as (
  select o.ring_no, max(o.conserved_share) as conserved_share,
    max(case when o.hop_count >= r.loop_hops and o.is_broken = 0 and o.conserved_share >= r.loop_conserved then o.conserved_share end) as ordered_share
  from strict_hops as o
  cross join rules as r
  join ring_found_kind as k on k.ring_no = o.ring_no and k.kind_no = 1
  where o.hop_count = o.all_count
  group by o.ring_no
),
goods as (
  select a.ring_no, count(distinct d.code7) as code_count
  from ring_found as a
  join ring_relay_good as d on d.seller_key = a.party_key
  join ring_found as b on b.ring_no = a.ring_no and b.party_key = d.buyer_key
  group by a.ring_no
)
select
  cast(p.ring_no as integer) as ring_no,
  cast(p.main_kind_no as integer) as main_kind_no,
  cast(p.party_count as integer) as party_count,
  cast(p.taxpayer_count as integer) as taxpayer_count,
  cast(coalesce(i.amount_yuan, 0) as decimal(18,2)) as inside_yuan,
  cast(coalesce(o.amount_yuan, i.amount_yuan, 0) as decimal(18,2)) as amount_yuan,
  cast(t.first_on as date) as first_on,
  cast(t.last_on as date) as last_on,
  cast(a.claimed_yuan as decimal(18,2)) as claimed_yuan,
  cast(coalesce(d.conserved_share, q.conserved_share) as double) as conserved_share,
  cast(q.ordered_share as double) as ordered_share,
  cast(d.inside_share as double) as inside_share,
  cast(case when d.apart_days is not null then greatest(0e0, 1 - {{ratio(d.apart_days, r.round_apart_days)}}) end as double) as closeness,
  cast(coalesce({{ratio(c.controlled_count, p.taxpayer_count)}}, 0) as double) as controlled_share,
  cast(coalesce({{ratio(m.without_input_count, m.maker_count)}}, 0) as double) as without_input_share,
  cast(coalesce({{ratio(m.without_staff_count, m.maker_count)}}, 0) as double) as without_staff_share,
  cast(coalesce({{ratio(m.gone_count, m.maker_count)}}, 0) as double) as gone_share,
  cast(coalesce({{ratio(m.young_count, m.maker_count)}}, 0) as double) as young_share,
  cast(coalesce(g.code_count, 0) > 1 as boolean) as has_goods_switch
from parts as p
cross join rules as r
join dates as t on t.ring_no = p.ring_no
left join claims as a on a.ring_no = p.ring_no
left join made as m on m.ring_no = p.ring_no
left join controlled as c on c.ring_no = p.ring_no
left join inside as i on i.ring_no = p.ring_no
left join outside as o on o.ring_no = p.ring_no
left join rounds as d on d.ring_no = p.ring_no
left join strict as q on q.ring_no = p.ring_no
left join goods as g on g.ring_no = p.ring_no
