with
rules as (
  select r.relay_flow_yuan, r.relay_days, r.relay_least, r.relay_most, r.relay_times, r.relay_share, r.relay_weight
  from run_context as c
  join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
-- Pairs that trade a good part of what each of them sells: whoever hands paper on lives of it.
pairs as (
  select p.seller_key, p.buyer_key, p.amount_yuan
  from feat_pair as p
  cross join rules as r
  join ring_life as s on s.taxpayer_key = p.seller_key
  join ring_life as b on b.taxpayer_key = p.buyer_key
  where p.invoice_count >= r.relay_times and p.seller_key <> p.buyer_key and p.amount_yuan >= r.relay_times * r.relay_flow_yuan
    and cast(p.amount_yuan as double) >= r.relay_weight * cast(s.sold_yuan as double)
    and cast(p.amount_yuan as double) >= r.relay_weight * cast(b.sold_yuan as double)
    and cast(p.amount_yuan as double) <= cast(b.sold_yuan as double) * r.relay_most
),
traders as (
  select seller_key as party_key from pairs union select buyer_key as party_key from pairs
),
flows as (
  select i.seller_key, i.buyer_key, i.issued_on, sum(i.signed_amount) as amount_yuan
  from invoices as i
  cross join rules as r
  where i.doc_status <> 'void' and not i.is_self and i.buyer_key is not null and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
    and (exists (select 1 from traders as t where t.party_key = i.seller_key) or exists (select 1 from traders as t where t.party_key = i.buyer_key))
  group by i.seller_key, i.buyer_key, i.issued_on, r.relay_flow_yuan
  having sum(i.signed_amount) >= r.relay_flow_yuan
),
own as (
  select p.seller_key, p.buyer_key, f.issued_on, cast(f.amount_yuan as double) as amount_yuan
  from pairs as p
  join flows as f on f.seller_key = p.seller_key and f.buyer_key = p.buyer_key
),
days as (
  select seller_key, buyer_key, count(*) as day_count from own group by seller_key, buyer_key
),
came as (
  select o.seller_key, o.buyer_key, f.seller_key as from_key, count(distinct o.issued_on) as day_count
  from own as o
  cross join rules as r
  join flows as f on f.buyer_key = o.seller_key and f.seller_key <> o.buyer_key and f.issued_on between date_add(o.issued_on, -r.relay_days) and o.issued_on
    and o.amount_yuan between r.relay_least * cast(f.amount_yuan as double) and r.relay_most * cast(f.amount_yuan as double)
  group by o.seller_key, o.buyer_key, f.seller_key
),
came_ranked as (
  select seller_key, buyer_key, from_key, day_count,
    row_number() over (partition by seller_key, buyer_key order by day_count desc nulls last, from_key asc nulls last) as most_first
  from came
),
went as (
  select o.seller_key, o.buyer_key, count(distinct o.issued_on) as day_count
  from own as o
  cross join rules as r
  join flows as f on f.seller_key = o.buyer_key and f.buyer_key <> o.seller_key and f.issued_on between o.issued_on and date_add(o.issued_on, r.relay_days)
    and cast(f.amount_yuan as double) between r.relay_least * o.amount_yuan and r.relay_most * o.amount_yuan
  group by o.seller_key, o.buyer_key
)
select
  cast(d.seller_key as integer) as seller_key,
  cast(d.buyer_key as integer) as buyer_key,
  cast(d.day_count as integer) as day_count,
  cast(c.day_count as integer) as came_count,
  cast(c.from_key as integer) as from_key,
  cast(w.day_count as integer) as went_count
from days as d
cross join rules as r
join came_ranked as c on c.seller_key = d.seller_key and c.buyer_key = d.buyer_key and c.most_first = 1
join went as w on w.seller_key = d.seller_key and w.buyer_key = d.buyer_key
where c.day_count >= r.relay_times and c.day_count >= r.relay_share * d.day_count and w.day_count >= r.relay_times and w.day_count >= r.relay_share * d.day_count
