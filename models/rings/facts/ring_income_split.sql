with
context as (
  select p_ym, p_ym - mod(p_ym + 1, 3) as last_quarter_ym from run_context
),
members as (
  select m.taxpayer_key, m.cluster_no, t.registered_ym
  from ring_cluster_member as m
  join feat_taxpayer as t on t.taxpayer_key = m.taxpayer_key
  where t.vat_status_resolved = 'small' or t.entity_kind = 'individual'
),
quarters as (
  select c.last_quarter_ym - 3 * n.back as end_ym, l.quarter_yuan
  from context as c
  cross join (select 0 as back union all select 1 union all select 2 union all select 3) as n
  left join list_small_exempt_limits as l on c.last_quarter_ym - 3 * n.back between l.from_ym and l.to_ym
),
due as (
  select m.taxpayer_key, m.cluster_no, q.end_ym, q.quarter_yuan
  from members as m
  cross join quarters as q
  where coalesce(m.registered_ym, 0) <= q.end_ym
),
sold as (
  select d.taxpayer_key, d.end_ym, sum(p.limit_sales_yuan) as sales_yuan
  from due as d
  join feat_small_period as p on p.taxpayer_key = d.taxpayer_key and p.ym between d.end_ym - 2 and d.end_ym
  group by d.taxpayer_key, d.end_ym
),
of_members as (
  select d.taxpayer_key, d.cluster_no, max(case when s.sales_yuan is null then 1 else 0 end) as is_unknown,
    max(case when s.sales_yuan > d.quarter_yuan then 1 else 0 end) as is_over, max(coalesce(s.sales_yuan, 0)) as greatest_quarter_yuan
  from due as d
  left join sold as s on s.taxpayer_key = d.taxpayer_key and s.end_ym = d.end_ym
  group by d.taxpayer_key, d.cluster_no
),
counted as (
  select cluster_no, count(*) as member_count, sum(1 - is_unknown) as known_count, max(is_over) as has_over, max(greatest_quarter_yuan) as greatest_quarter_yuan
  from of_members
  group by cluster_no
),
buyers as (
  select m.cluster_no, b.buyer_key, b.is_named, sum(b.amount_yuan) as amount_yuan
  from members as m
  join ring_cluster_buyer as b on b.seller_key = m.taxpayer_key
  group by m.cluster_no, b.buyer_key, b.is_named
),
totals as (
  select cluster_no, sum(amount_yuan) as amount_yuan, max(case when is_named then amount_yuan end) as top_buyer_yuan from buyers group by cluster_no
),
codes as (
  select m.cluster_no, g.code7, sum(g.w12_amount_yuan) as amount_yuan
  from members as m
  join feat_subject as s on s.taxpayer_key = m.taxpayer_key and s.is_primary
  join feat_goods_side as g on g.subject_no = s.subject_no and g.side = 'sold'
  where g.code7 <> ''
  group by m.cluster_no, g.code7
),
top_codes as (
  select cluster_no, max(amount_yuan) as top_code_yuan from codes group by cluster_no
),
devices as (
  select distinct a.cluster_no
  from members as a
  join ring_control_link as l on l.first_key = a.taxpayer_key and l.shares_device
  join members as b on b.taxpayer_key = l.second_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(m.taxpayer_key is not null as boolean) as is_in_cluster,
  cast(coalesce(n.member_count, 1) as integer) as member_count,
  cast(coalesce(n.known_count, 0) as integer) as known_count,
  cast(coalesce(n.has_over, 0) = 1 as boolean) as has_over_limit,
  cast(n.greatest_quarter_yuan as decimal(18,2)) as greatest_quarter_yuan,
  cast(coalesce(t.amount_yuan, 0) as decimal(18,2)) as sold_yuan,
  cast(coalesce(t.top_buyer_yuan, 0) as decimal(18,2)) as top_buyer_yuan,
  cast(coalesce(k.top_code_yuan, 0) as decimal(18,2)) as top_code_yuan,
  cast(d.cluster_no is not null as boolean) as shares_device
from feat_subject as s
left join members as m on m.taxpayer_key = s.taxpayer_key
left join counted as n on n.cluster_no = m.cluster_no
left join totals as t on t.cluster_no = m.cluster_no
left join top_codes as k on k.cluster_no = m.cluster_no
left join devices as d on d.cluster_no = m.cluster_no
