with
rules as (
  select r.large_key_taxpayers, r.key_kinds from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
keys as (
  select k.taxpayer_key, k.kind, k.key_text, k.is_agent_key, k.holder_count <= r.large_key_taxpayers as is_small, k.agent_key
  from ring_control_key as k
  cross join rules as r
  where k.holder_count > 1
),
-- One small key at least: large ones alone (an incubator, a public device) bind nobody.
small_shared as (
  select a.taxpayer_key as first_key, b.taxpayer_key as second_key, a.kind
  from keys as a
  join keys as b on b.kind = a.kind and b.key_text = a.key_text and b.taxpayer_key > a.taxpayer_key
  where a.is_small and (not (a.is_agent_key or b.is_agent_key) or coalesce(a.agent_key <> b.agent_key, true))
  group by a.taxpayer_key, b.taxpayer_key, a.kind
),
pairs as (
  select distinct first_key, second_key from small_shared
),
large_shared as (
  select p.first_key, p.second_key, a.kind
  from pairs as p
  join keys as a on a.taxpayer_key = p.first_key and not a.is_small
  join keys as b on b.taxpayer_key = p.second_key and b.kind = a.kind and b.key_text = a.key_text
  where not (a.is_agent_key or b.is_agent_key) or coalesce(a.agent_key <> b.agent_key, true)
  group by p.first_key, p.second_key, a.kind
),
shared as (
  select first_key, second_key, kind, 1 as is_small from small_shared
  union all
  select first_key, second_key, kind, 0 as is_small from large_shared
),
kinds as (
  select first_key, second_key, kind, max(is_small) as is_small from shared group by first_key, second_key, kind
),
links as (
  select first_key, second_key, count(*) as kind_count,
    max(case when kind = 'person' then 1 else 0 end) as has_person, max(case when kind = 'phone' then 1 else 0 end) as has_phone,
    max(case when kind = 'address' then 1 else 0 end) as has_address, max(case when kind = 'device' then 1 else 0 end) as has_device,
    max(case when kind = 'ip' then 1 else 0 end) as has_ip
  from kinds
  group by first_key, second_key
)
select
  cast(l.first_key as integer) as first_key,
  cast(l.second_key as integer) as second_key,
  cast(l.kind_count as integer) as kind_count,
  cast(l.has_person = 1 as boolean) as shares_person,
  cast(l.has_phone = 1 as boolean) as shares_phone,
  cast(l.has_address = 1 as boolean) as shares_address,
  cast(l.has_device = 1 as boolean) as shares_device,
  cast(l.has_ip = 1 as boolean) as shares_ip
from links as l
cross join rules as r
where l.kind_count >= r.key_kinds
