with
trades as (
  select b.seller_key, b.buyer_key, b.amount_yuan
  from ring_cluster_buyer as b
  join ring_cluster_member as g on g.taxpayer_key = b.seller_key
  join ring_cluster_member as m on m.taxpayer_key = b.buyer_key and m.cluster_no = g.cluster_no
  join feat_taxpayer as s on s.taxpayer_key = b.seller_key and s.vat_status_resolved = 'general'
  join feat_taxpayer as t on t.taxpayer_key = b.buyer_key and t.vat_status_resolved = 'small'
  cross join run_context as c
  join list_ring_rules as r on c.as_of between r.from_on and r.to_on
  where b.amount_yuan >= r.related_minimum_yuan
),
sums as (
  select seller_key, buyer_key,
    sum(case when price_ratio is not null or markup_ratio is not null then amount_yuan else 0 end) as comparable_yuan,
    sum(case when price_ratio is not null then amount_yuan else 0 end) as price_yuan, sum(price_ratio * amount_yuan) as weighted_price,
    sum(case when markup_ratio is not null then amount_yuan else 0 end) as markup_yuan, sum(markup_ratio * amount_yuan) as weighted_markup
  from ring_related_price
  group by seller_key, buyer_key
)
select
  cast(t.seller_key as integer) as seller_key,
  cast(t.buyer_key as integer) as buyer_key,
  cast(t.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(coalesce(z.comparable_yuan, 0) as decimal(18,2)) as comparable_yuan,
  cast(case when z.price_yuan > 0 then {{ratio(z.weighted_price, z.price_yuan)}} end as decimal(18,6)) as price_ratio,
  cast(case when z.markup_yuan > 0 then {{ratio(z.weighted_markup, z.markup_yuan)}} end as decimal(18,6)) as markup_ratio
from trades as t
left join sums as z on z.seller_key = t.seller_key and z.buyer_key = t.buyer_key
