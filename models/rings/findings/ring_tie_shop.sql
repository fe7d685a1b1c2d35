with
rules as (
  select r.shop_price_ratio, r.shop_share, r.shop_sold_yuan from run_context as c join list_ring_finding_rules as r on c.as_of between r.from_on and r.to_on
),
pairs as (
  select p.seller_key, p.buyer_key, p.amount_yuan
  from feat_pair as p
  cross join rules as r
  join feat_taxpayer as s on s.taxpayer_key = p.seller_key and s.vat_status_resolved = 'general'
  join feat_taxpayer as b on b.taxpayer_key = p.buyer_key and b.vat_status_resolved = 'small'
  join ring_life as f on f.taxpayer_key = p.buyer_key
  where p.amount_yuan >= r.shop_sold_yuan and cast(p.amount_yuan as double) >= r.shop_share * cast(f.bought_yuan as double)
),
sellers as (
  select distinct seller_key from pairs
),
priced as (
  select l.seller_key, coalesce(l.buyer_key, 0) as buyer_key, l.goods_code, l.unit, cast(l.unit_price as double) as unit_price, l.signed_amount
  from invoice_lines as l
  join sellers as s on s.seller_key = l.seller_key
  where l.doc_status = 'normal' and l.unit_price > 0 and l.goods_code is not null and l.unit is not null
),
inside as (
  select p.seller_key, p.buyer_key, l.goods_code, l.unit, median(l.unit_price) as price, sum(l.signed_amount) as amount_yuan
  from pairs as p
  join priced as l on l.seller_key = p.seller_key and l.buyer_key = p.buyer_key
  group by p.seller_key, p.buyer_key, l.goods_code, l.unit
),
-- What all sellers of the province take for the same: a seller may have no other buyer for it.
wanted as (
  select distinct goods_code, unit from inside
),
market as (
  select l.goods_code, l.unit, count(*) as line_count, median(cast(l.unit_price as double)) as price
  from invoice_lines as l
  join wanted as w on w.goods_code = l.goods_code and w.unit = l.unit
  where l.doc_status = 'normal' and l.unit_price > 0
  group by l.goods_code, l.unit
),
ratios as (
  select i.seller_key, i.buyer_key, sum(i.amount_yuan) as amount_yuan, sum(cast(floor(100 * cast(i.amount_yuan as double) * {{ratio(i.price, m.price)}}) as bigint)) as weighted_fen
  from inside as i
  join market as m on m.goods_code = i.goods_code and m.unit = i.unit and m.line_count >= 10
  group by i.seller_key, i.buyer_key
)
select
  cast(p.seller_key as integer) as first_key,
  cast(p.buyer_key as integer) as second_key,
  cast('beneficiary' as string) as first_role,
  cast('member' as string) as second_role,
  cast(p.amount_yuan as decimal(18,2)) as amount_yuan
from pairs as p
cross join rules as r
join ratios as a on a.seller_key = p.seller_key and a.buyer_key = p.buyer_key
where {{ratio(a.weighted_fen, a.amount_yuan)}} <= 100 * r.shop_price_ratio
