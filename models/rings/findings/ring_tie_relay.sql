with
rules as (
  select r.relay_flow_yuan, r.relay_days, r.relay_least, r.relay_most, r.fed_share, r.fed_yuan
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
conduits as (
  select seller_key as party_key from ring_relay union select buyer_key as party_key from ring_relay
),
flows as (
  select i.seller_key, i.buyer_key, i.issued_on, sum(i.signed_amount) as amount_yuan
  from invoices as i
  join conduits as k on k.party_key = i.seller_key
  cross join rules as r
  where i.doc_status <> 'void' and not i.is_self and i.buyer_key is not null and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
  group by i.seller_key, i.buyer_key, i.issued_on, r.relay_flow_yuan
  having sum(i.signed_amount) >= r.relay_flow_yuan
),
-- Who feeds ladders; a seller of another province that feeds several is their market, not their hand.
feeders as (
  select e.from_key, count(distinct e.seller_key) as fed_count, max(case when t.taxpayer_key is null then 0 else 1 end) as is_taxpayer
  from ring_relay as e
  left join feat_taxpayer as t on t.taxpayer_key = e.from_key
  group by e.from_key
),
-- Who takes what conduits pass on.
passed as (
  select distinct o.seller_key, o.buyer_key, o.issued_on, o.amount_yuan
  from ring_relay as e
  cross join rules as r
  join flows as f on f.seller_key = e.seller_key and f.buyer_key = e.buyer_key
  join flows as o on o.seller_key = e.buyer_key and o.buyer_key <> e.seller_key and o.issued_on between f.issued_on and date_add(f.issued_on, r.relay_days)
    and cast(o.amount_yuan as double) between r.relay_least * cast(f.amount_yuan as double) and r.relay_most * cast(f.amount_yuan as double)
),
shares as (
  select seller_key, buyer_key, sum(amount_yuan) as amount_yuan, sum(sum(amount_yuan)) over (partition by seller_key) as all_yuan
  from passed
  group by seller_key, buyer_key
),
ties as (
  select e.seller_key as first_key, e.buyer_key as second_key, 'conduit' as first_role, 'conduit' as second_role, p.amount_yuan
  from ring_relay as e
  join feat_pair as p on p.seller_key = e.seller_key and p.buyer_key = e.buyer_key
  union all
  select distinct e.from_key as first_key, e.seller_key as second_key, 'issuer' as first_role, 'conduit' as second_role, p.amount_yuan
  from ring_relay as e
  join feeders as d on d.from_key = e.from_key and (d.is_taxpayer = 1 or d.fed_count = 1)
  join feat_pair as p on p.seller_key = e.from_key and p.buyer_key = e.seller_key
  where not exists (select 1 from conduits as k where k.party_key = e.from_key)
    and exists (select 1 from parties as n where n.party_key = e.from_key and n.party_kind not in ('consumer', 'nameless'))
  union all
  select s.seller_key as first_key, s.buyer_key as second_key, 'conduit' as first_role, 'beneficiary' as second_role, s.amount_yuan
  from shares as s
  join feat_taxpayer as t on t.taxpayer_key = s.buyer_key
  cross join rules as r
  where s.amount_yuan >= r.fed_yuan and cast(s.amount_yuan as double) >= 2 * r.fed_share * cast(s.all_yuan as double)
    and not exists (select 1 from conduits as k where k.party_key = s.buyer_key)
)
select
  cast(first_key as integer) as first_key,
  cast(second_key as integer) as second_key,
  cast(first_role as string) as first_role,
  cast(second_role as string) as second_role,
  cast(amount_yuan as decimal(18,2)) as amount_yuan
from ties
