with
context as (
  select c.as_of, c.taxpayer_count, {{month_start(c.p_ym - 11)}} as from_on, r.ip_taxpayers, r.ip_days
  from run_context as c
  join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
people as (
  select p.taxpayer_key, p.person_key, p.phone_hash, p.role
  from persons as p
  cross join context as c
  where p.taxpayer_key <= c.taxpayer_count and coalesce(p.valid_from, c.as_of) <= c.as_of and coalesce(p.valid_to, c.as_of) >= c.from_on
),
used as (
  select distinct e.taxpayer_key, e.device_id, e.ip_address
  from events as e
  cross join context as c
  where e.taxpayer_key <= c.taxpayer_count and e.occurred_on >= c.from_on
),
public_exits as (
  select e.ip_address
  from events as e
  cross join context as c
  where e.occurred_on > date_add(c.as_of, -c.ip_days) and e.ip_address is not null
  group by e.ip_address, c.ip_taxpayers
  having count(distinct e.taxpayer_key) > c.ip_taxpayers
),
keys as (
  -- A clerk may file for many: whoever holds the role of another as well counts as its own key.
  select taxpayer_key, 'person' as kind, person_key as key_text, min(case when role = 'filing_clerk' then 1 else 0 end) as is_agent_key
  from people
  where role in ('legal_representative', 'finance_officer', 'filing_clerk')
  group by taxpayer_key, person_key
  union all
  select distinct taxpayer_key, 'phone' as kind, phone_hash as key_text, 1 as is_agent_key from people where phone_hash is not null
  union all
  select t.taxpayer_key, 'address' as kind, t.address_key as key_text, 0 as is_agent_key
  from taxpayers as t
  cross join context as c
  where t.taxpayer_key <= c.taxpayer_count and t.address_key is not null
  union all
  select distinct taxpayer_key, 'device' as kind, device_id as key_text, 1 as is_agent_key from used where device_id is not null
  union all
  select distinct u.taxpayer_key, 'ip' as kind, u.ip_address as key_text, 1 as is_agent_key
  from used as u
  where u.ip_address is not null and not exists (select 1 from public_exits as x where x.ip_address = u.ip_address)
),
agents as (
  select distinct agent_key from feat_taxpayer where agent_key is not null
),
-- An accounting agent works at its own desk as its clients' filings do.
served as (
  select k.taxpayer_key, k.kind, k.key_text, k.is_agent_key, coalesce(t.agent_key, a.agent_key) as agent_key
  from keys as k
  join feat_taxpayer as t on t.taxpayer_key = k.taxpayer_key
  left join agents as a on a.agent_key = k.taxpayer_key
),
holders as (
  select kind, key_text, count(*) as holder_count from served group by kind, key_text
),
-- A desk that serves mostly clients of one agent is that agent's: who uses it without a known agent is taken for one more client.
agent_desks as (
  select s.kind, s.key_text, min(s.agent_key) as agent_key
  from served as s
  join holders as h on h.kind = s.kind and h.key_text = s.key_text
  where s.is_agent_key = 1 and s.agent_key is not null and h.holder_count > 2
  group by s.kind, s.key_text, s.agent_key, h.holder_count
  having 2 * count(*) > h.holder_count
)
select
  cast(s.taxpayer_key as integer) as taxpayer_key,
  cast(s.kind as string) as kind,
  cast(s.key_text as string) as key_text,
  cast(s.is_agent_key = 1 as boolean) as is_agent_key,
  cast(coalesce(s.agent_key, case when s.is_agent_key = 1 then d.agent_key end) as integer) as agent_key,
  cast(h.holder_count as integer) as holder_count
from served as s
join holders as h on h.kind = s.kind and h.key_text = s.key_text
left join agent_desks as d on d.kind = s.kind and d.key_text = s.key_text
