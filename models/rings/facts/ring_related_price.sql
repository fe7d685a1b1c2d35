with
rules as (
  select c.p_ym, r.related_minimum_yuan, r.price_lines from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
pairs as (
  select b.seller_key, b.buyer_key, b.amount_yuan
  from ring_cluster_buyer as b
  join ring_cluster_member as g on g.taxpayer_key = b.seller_key
  join ring_cluster_member as m on m.taxpayer_key = b.buyer_key and m.cluster_no = g.cluster_no
  join feat_taxpayer as s on s.taxpayer_key = b.seller_key and s.vat_status_resolved = 'general'
  join feat_taxpayer as t on t.taxpayer_key = b.buyer_key and t.vat_status_resolved = 'small'
  cross join rules as r
  where b.amount_yuan >= r.related_minimum_yuan
),
-- Lines of the two parties of a pair; few pairs, so that few lines are read.
traders as (
  select seller_key as party_key from pairs union select buyer_key as party_key from pairs
),
priced as (
  select l.seller_key, l.buyer_key, l.goods_code, l.unit, cast(l.unit_price as double) as unit_price, l.signed_amount
  from invoice_lines as l
  join traders as t on t.party_key = l.seller_key
  join rules as r on l.ym between r.p_ym - 11 and r.p_ym
  where l.doc_status = 'normal' and l.unit_price > 0 and l.goods_code is not null and l.unit is not null
),
inside as (
  select p.seller_key, p.buyer_key, l.goods_code, l.unit, count(*) as line_count, median(l.unit_price) as price, sum(l.signed_amount) as amount_yuan
  from pairs as p
  join priced as l on l.seller_key = p.seller_key and l.buyer_key = p.buyer_key
  group by p.seller_key, p.buyer_key, l.goods_code, l.unit
),
to_others as (
  select p.seller_key, p.buyer_key, l.goods_code, l.unit, count(*) as line_count, median(l.unit_price) as price
  from pairs as p
  join priced as l on l.seller_key = p.seller_key and coalesce(l.buyer_key, 0) <> p.buyer_key
  group by p.seller_key, p.buyer_key, l.goods_code, l.unit
),
resold as (
  select p.seller_key, p.buyer_key, l.goods_code, l.unit, count(*) as line_count, median(l.unit_price) as price
  from pairs as p
  join priced as l on l.seller_key = p.buyer_key and coalesce(l.buyer_key, 0) <> p.seller_key
  group by p.seller_key, p.buyer_key, l.goods_code, l.unit
)
select
  cast(i.seller_key as integer) as seller_key,
  cast(i.buyer_key as integer) as buyer_key,
  cast(i.goods_code as string) as goods_code,
  cast(i.unit as string) as unit,
  cast(i.line_count as integer) as line_count,
  cast(i.price as double) as price_yuan,
  cast(i.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(p.amount_yuan as decimal(18,2)) as pair_amount_yuan,
  cast(o.line_count as integer) as other_line_count,
  cast(o.price as double) as other_price_yuan,
  cast(z.line_count as integer) as resold_line_count,
  cast(z.price as double) as resold_price_yuan,
  -- Six decimals, so that a limit is met exactly.
  cast(case when i.line_count >= r.price_lines and o.line_count >= r.price_lines then {{ratio(i.price, o.price)}} end as decimal(18,6)) as price_ratio,
  cast(case when i.line_count >= r.price_lines and z.line_count >= r.price_lines then {{ratio(z.price, i.price)}} - 1 end as decimal(18,6)) as markup_ratio
from inside as i
join pairs as p on p.seller_key = i.seller_key and p.buyer_key = i.buyer_key
left join to_others as o on o.seller_key = i.seller_key and o.buyer_key = i.buyer_key and o.goods_code = i.goods_code and o.unit = i.unit
left join resold as z on z.seller_key = i.seller_key and z.buyer_key = i.buyer_key and z.goods_code = i.goods_code and z.unit = i.unit
cross join rules as r
