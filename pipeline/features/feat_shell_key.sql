with
context as (
  select c.as_of, c.taxpayer_count, {{month_start(c.p_ym - 11)}} as from_on, r.sales_yuan, r.age_days, r.ip_taxpayers, r.ip_days
  from run_context as c
  join list_shell_rules as r on c.as_of between r.from_on and r.to_on
),
-- Traits 4 and 5 of SS-08. They are few, and only keys they use are followed through the events of the others.
young_sellers as (
  select t.taxpayer_key, t.agent_key
  from feat_taxpayer as t
  join feat_subject as s on s.taxpayer_key = t.taxpayer_key and s.is_primary
  join feat_trade as o on o.subject_no = s.subject_no
  cross join context as c
  where o.sold_w6_yuan >= c.sales_yuan and {{days_between(t.registered_on, date_add({{month_start(s.p_ym + 1)}}, -1))}} <= c.age_days
),
young_keys as (
  select e.taxpayer_key, 'device' as kind, e.device_id as key_text
  from events as e
  join young_sellers as y on y.taxpayer_key = e.taxpayer_key
  cross join context as c
  where e.occurred_on >= c.from_on and e.device_id is not null
  union
  select e.taxpayer_key, 'ip' as kind, e.ip_address as key_text
  from events as e
  join young_sellers as y on y.taxpayer_key = e.taxpayer_key
  cross join context as c
  where e.occurred_on >= c.from_on and e.ip_address is not null
  union
  select t.taxpayer_key, 'address' as kind, t.address_key as key_text
  from taxpayers as t
  join young_sellers as y on y.taxpayer_key = t.taxpayer_key
  where t.address_key is not null
),
key_totals as (
  select kind, key_text, count(*) as young_count from young_keys group by kind, key_text
),
public_exits as (
  select e.ip_address
  from events as e
  join key_totals as k on k.kind = 'ip' and k.key_text = e.ip_address
  cross join context as c
  where e.occurred_on > date_add(c.as_of, -c.ip_days)
  group by e.ip_address, c.ip_taxpayers
  having count(distinct e.taxpayer_key) > c.ip_taxpayers
),
-- An accounting agent files for its clients from its own desk: between them device and IP address say nothing.
agent_totals as (
  select k.kind, k.key_text, y.agent_key, count(*) as young_count
  from young_keys as k
  join young_sellers as y on y.taxpayer_key = k.taxpayer_key
  where k.kind <> 'address' and y.agent_key is not null
  group by k.kind, k.key_text, y.agent_key
),
holders as (
  select e.taxpayer_key, k.kind, k.key_text, k.young_count
  from events as e
  join key_totals as k on k.kind = 'device' and k.key_text = e.device_id
  cross join context as c
  where e.occurred_on >= c.from_on
  union
  select e.taxpayer_key, k.kind, k.key_text, k.young_count
  from events as e
  join key_totals as k on k.kind = 'ip' and k.key_text = e.ip_address
  cross join context as c
  where e.occurred_on >= c.from_on and not exists (select 1 from public_exits as x where x.ip_address = e.ip_address)
  union
  select t.taxpayer_key, k.kind, k.key_text, k.young_count
  from taxpayers as t
  join key_totals as k on k.kind = 'address' and k.key_text = t.address_key
),
shared_keys as (
  select kind, key_text from holders group by kind, key_text having count(*) > 1
),
counted as (
  select h.taxpayer_key, h.kind, h.key_text, y.taxpayer_key is not null as is_young_seller,
    h.young_count - case when h.kind <> 'address' and t.agent_key is not null then coalesce(a.young_count, 0)
      when y.taxpayer_key is not null then 1 else 0 end as other_count
  from holders as h
  join shared_keys as k on k.kind = h.kind and k.key_text = h.key_text
  join feat_taxpayer as t on t.taxpayer_key = h.taxpayer_key
  left join young_sellers as y on y.taxpayer_key = h.taxpayer_key
  left join agent_totals as a on a.kind = h.kind and a.key_text = h.key_text and a.agent_key = t.agent_key
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(kind as string) as kind,
  cast(key_text as string) as key_text,
  cast(is_young_seller as boolean) as is_young_seller,
  cast(other_count as integer) as other_count
from counted
