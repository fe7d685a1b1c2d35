with
rules as (
  select k.large_key_taxpayers from run_context as c join list_ring_rules as k on c.as_of between k.from_on and k.to_on
),
bonds as (
  select a.ring_no, l.kind, t.first_key, t.second_key, t.amount_yuan
  from ring_tie as t
  join ring_found as a on a.party_key = t.first_key
  join ring_found as b on b.ring_no = a.ring_no and b.party_key = t.second_key
  join ring_found_kind as k on k.ring_no = a.ring_no and k.kind_no = t.kind_no
  join ring_score as s on s.ring_no = a.ring_no and s.is_published
  cross join run_context as c
  join list_ring_kinds as l on l.kind_no = t.kind_no and c.as_of between l.from_on and l.to_on
),
keyed as (
  select distinct k.taxpayer_key, k.kind, k.key_text
  from ring_control_key as k
  cross join rules as r
  where k.holder_count between 2 and r.large_key_taxpayers and not (k.is_agent_key and k.agent_key is not null)
    and exists (select 1 from ring_found as f where f.party_key = k.taxpayer_key)
),
pairs as (
  select distinct first_key, second_key from bonds
),
shared as (
  select p.first_key, p.second_key,
    max(case when a.kind = 'person' then 1 else 0 end) as has_person, max(case when a.kind = 'phone' then 1 else 0 end) as has_phone,
    max(case when a.kind = 'address' then 1 else 0 end) as has_address, max(case when a.kind = 'device' then 1 else 0 end) as has_device,
    max(case when a.kind = 'ip' then 1 else 0 end) as has_ip
  from pairs as p
  join keyed as a on a.taxpayer_key = p.first_key
  join keyed as b on b.taxpayer_key = p.second_key and b.kind = a.kind and b.key_text = a.key_text
  group by p.first_key, p.second_key
)
select
  cast(b.ring_no as integer) as ring_no,
  cast(b.kind as string) as kind,
  cast(b.first_key as integer) as first_key,
  cast(b.second_key as integer) as second_key,
  cast(b.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(coalesce(s.has_person, 0) = 1 as boolean) as shares_person,
  cast(coalesce(s.has_phone, 0) = 1 as boolean) as shares_phone,
  cast(coalesce(s.has_address, 0) = 1 as boolean) as shares_address,
  cast(coalesce(s.has_device, 0) = 1 as boolean) as shares_device,
  cast(coalesce(s.has_ip, 0) = 1 as boolean) as shares_ip
from bonds as b
left join shared as s on s.first_key = b.first_key and s.second_key = b.second_key
