with
rules as (
  select r.burst_days, r.burst_invoices, r.burst_sold_yuan, r.burst_silent_days, r.burst_wave_days, r.hollow_staff, r.fed_share, r.fed_yuan, k.large_key_taxpayers
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
  join list_ring_rules as k on c.as_of between k.from_on and k.to_on
),
shells as (
  select f.taxpayer_key, f.sold_yuan, f.first_issued_on, case when coalesce(f.staff_mean, 0) <= r.hollow_staff then g.code7 end as wave_code7
  from ring_life as f
  cross join rules as r
  -- What a small-scale seller writes deducts next to nothing: its like are looked for as mills.
  join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key and t.vat_status_resolved = 'general'
  left join ring_seller_good as g on g.seller_key = f.taxpayer_key and g.is_top
  where f.span_days <= r.burst_days and f.invoice_count >= r.burst_invoices and f.sold_yuan >= r.burst_sold_yuan and f.silent_days >= r.burst_silent_days
),
fed as (
  select s.taxpayer_key as shell_key, p.buyer_key, p.amount_yuan, count(*) over (partition by p.buyer_key) as shell_count
  from shells as s
  cross join rules as r
  join feat_pair as p on p.seller_key = s.taxpayer_key and p.amount_yuan >= r.fed_yuan and cast(p.amount_yuan as double) >= r.fed_share * cast(s.sold_yuan as double)
  join feat_taxpayer as t on t.taxpayer_key = p.buyer_key
  where not exists (select 1 from shells as x where x.taxpayer_key = p.buyer_key)
),
keyed as (
  select s.taxpayer_key, s.first_issued_on, k.kind, k.key_text
  from shells as s
  join ring_control_key as k on k.taxpayer_key = s.taxpayer_key
  cross join rules as r
  where k.kind <> 'ip' and k.holder_count between 2 and r.large_key_taxpayers and not (k.is_agent_key and k.agent_key is not null)
),
same_hand as (
  select a.taxpayer_key as first_key, b.taxpayer_key as second_key
  from keyed as a
  cross join rules as r
  join keyed as b on b.kind = a.kind and b.key_text = a.key_text and b.taxpayer_key > a.taxpayer_key
  where abs({{days_between(a.first_issued_on, b.first_issued_on)}}) <= r.burst_days
  union
  -- One wave: the same good by sellers without staff, begun within days of each other.
  select a.taxpayer_key as first_key, b.taxpayer_key as second_key
  from shells as a
  cross join rules as r
  join shells as b on b.wave_code7 = a.wave_code7 and b.taxpayer_key > a.taxpayer_key
  where abs({{days_between(a.first_issued_on, b.first_issued_on)}}) <= r.burst_wave_days
),
ties as (
  select shell_key as first_key, buyer_key as second_key, 'issuer' as first_role, 'beneficiary' as second_role, amount_yuan
  from fed
  where shell_count > 1
  union all
  select first_key, second_key, 'issuer' as first_role, 'issuer' as second_role, cast(0 as decimal(18,2)) as amount_yuan from same_hand
)
select
  cast(first_key as integer) as first_key,
  cast(second_key as integer) as second_key,
  cast(first_role as string) as first_role,
  cast(second_role as string) as second_role,
  cast(amount_yuan as decimal(18,2)) as amount_yuan
from ties
