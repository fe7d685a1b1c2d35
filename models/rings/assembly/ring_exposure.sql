with
-- Plain hops, not a walk to the limit: an officer can follow a first and a second hop to invoices; what lies further is noise in a trading economy.
issuers as (
  select distinct p.party_key
  from ring_part as p
  join ring_score as s on s.ring_no = p.ring_no and s.is_published
  where p.role in ('issuer', 'conduit', 'member')
),
bought as (
  select p.buyer_key, sum(p.tax_yuan) as tax_yuan from feat_pair as p where p.tax_yuan > 0 and p.seller_key <> p.buyer_key group by p.buyer_key
),
first_hop as (
  select p.buyer_key, sum(p.tax_yuan) as tax_yuan
  from feat_pair as p
  join issuers as i on i.party_key = p.seller_key
  where p.tax_yuan > 0 and p.seller_key <> p.buyer_key
  group by p.buyer_key
),
-- Of what a seller passes on, as much comes from rings as of what it bought itself.
second_hop as (
  select p.buyer_key, sum(cast(floor(100 * cast(p.tax_yuan as double) * {{ratio(f.tax_yuan, b.tax_yuan)}}) as bigint)) as tax_fen
  from first_hop as f
  join bought as b on b.buyer_key = f.buyer_key
  join feat_pair as p on p.seller_key = f.buyer_key and p.tax_yuan > 0 and p.seller_key <> p.buyer_key
  where not exists (select 1 from issuers as i where i.party_key = f.buyer_key)
  group by p.buyer_key
),
claims as (
  select taxpayer_key, sum(claimed_amount) as claimed_yuan from refund_applications group by taxpayer_key
)
select
  cast(t.taxpayer_key as integer) as taxpayer_key,
  cast(coalesce(f.tax_yuan, 0) as decimal(18,2)) as first_hop_tax_yuan,
  cast({{ratio(coalesce(s.tax_fen, 0), 100)}} as decimal(18,2)) as second_hop_tax_yuan,
  cast(b.tax_yuan as decimal(18,2)) as bought_tax_yuan,
  cast(least({{ratio(coalesce(f.tax_yuan, 0), b.tax_yuan)}} + r.hop_decay * {{ratio(coalesce(s.tax_fen, 0), 100 * b.tax_yuan)}}, 1e0) as double) as exposure,
  cast(c.claimed_yuan as decimal(18,2)) as claimed_yuan
from feat_taxpayer as t
cross join run_context as x
join list_ring_finding_rules as r on x.as_of between r.from_on and r.to_on
join bought as b on b.buyer_key = t.taxpayer_key
left join first_hop as f on f.buyer_key = t.taxpayer_key
left join second_hop as s on s.buyer_key = t.taxpayer_key
left join claims as c on c.taxpayer_key = t.taxpayer_key
where f.buyer_key is not null or s.buyer_key is not null
