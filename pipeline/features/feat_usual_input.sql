with
rules as (
  select r.usual_input_peer_count, r.usual_input_share
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
manufacturers as (
  select p.subject_no
  from feat_peer as p
  join feat_taxpayer as t on t.taxpayer_key = p.taxpayer_key
  where p.is_eligible and t.industry_section = 'C'
),
sold as (
  select g.subject_no, g.code7
  from feat_goods_side as g
  join manufacturers as m on m.subject_no = g.subject_no
  where g.side = 'sold' and g.is_goods and g.w12_amount_yuan > 0
),
bought as (
  select g.subject_no, g.code7
  from feat_goods_side as g
  join manufacturers as m on m.subject_no = g.subject_no
  where g.side = 'bought' and g.is_goods and g.w12_amount_yuan > 0
),
products as (
  select s.code7, count(distinct s.subject_no) as peer_count
  from sold as s
  group by s.code7
),
pairs as (
  select s.code7 as sold_code7, b.code7 as bought_code7, count(distinct s.subject_no) as buyer_count
  from sold as s
  join products as p on p.code7 = s.code7
  join bought as b on b.subject_no = s.subject_no
  cross join rules as r
  where p.peer_count >= r.usual_input_peer_count
  group by s.code7, b.code7
)
select
  cast(q.sold_code7 as string) as sold_code7,
  cast(q.bought_code7 as string) as bought_code7,
  cast(p.peer_count as integer) as peer_count,
  cast(q.buyer_count as integer) as buyer_count,
  cast({{ratio(q.buyer_count, p.peer_count)}} as double) as buyer_share
from pairs as q
join products as p on p.code7 = q.sold_code7
cross join rules as r
where {{ratio(q.buyer_count, p.peer_count)}} >= r.usual_input_share
