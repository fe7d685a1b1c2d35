-- Small-scale and individual members of the cluster with their quarters, shared kinds and what they sold to the greatest common buyer.
with
context as (
  select c.p_ym - mod(c.p_ym + 1, 3) as last_quarter_ym from run_context as c
),
members as (
  select a.subject_no, a.taxpayer_key, m.taxpayer_key as member_key, m.cluster_no
  from asked as a
  join ring_cluster_member as o on o.taxpayer_key = a.taxpayer_key
  join ring_cluster_member as m on m.cluster_no = o.cluster_no
  join feat_taxpayer as t on t.taxpayer_key = m.taxpayer_key and (t.vat_status_resolved = 'small' or t.entity_kind = 'individual')
),
quarters as (
  select p.taxpayer_key, {{idiv(c.last_quarter_ym - p.ym, 3)}} as quarters_back, sum(p.limit_sales_yuan) as sales_yuan
  from feat_small_period as p
  cross join context as c
  where p.ym between c.last_quarter_ym - 11 and c.last_quarter_ym and exists (select 1 from members as m where m.member_key = p.taxpayer_key)
  group by p.taxpayer_key, {{idiv(c.last_quarter_ym - p.ym, 3)}}
),
by_member as (
  select taxpayer_key, max(case when quarters_back = 0 then sales_yuan end) as last_yuan, max(case when quarters_back = 1 then sales_yuan end) as second_yuan,
    max(case when quarters_back = 2 then sales_yuan end) as third_yuan, max(case when quarters_back = 3 then sales_yuan end) as fourth_yuan
  from quarters
  group by taxpayer_key
),
cluster_buyers as (
  select m.subject_no, b.buyer_key, sum(b.amount_yuan) as amount_yuan
  from members as m
  join ring_cluster_buyer as b on b.seller_key = m.member_key and b.is_named
  group by m.subject_no, b.buyer_key
),
top_buyers as (
  select subject_no, buyer_key, row_number() over (partition by subject_no order by amount_yuan desc nulls last, buyer_key asc nulls last) as largest_first
  from cluster_buyers
),
sold as (
  select seller_key, sum(amount_yuan) as amount_yuan from ring_cluster_buyer group by seller_key
),
links as (
  select first_key as member_key, shares_person, shares_phone, shares_address, shares_device, shares_ip from ring_control_link
  union all
  select second_key as member_key, shares_person, shares_phone, shares_address, shares_device, shares_ip from ring_control_link
),
kinds as (
  select l.member_key, max(case when l.shares_person then 1 else 0 end) as has_person, max(case when l.shares_phone then 1 else 0 end) as has_phone,
    max(case when l.shares_address then 1 else 0 end) as has_address, max(case when l.shares_device then 1 else 0 end) as has_device,
    max(case when l.shares_ip then 1 else 0 end) as has_ip
  from links as l
  where exists (select 1 from members as m where m.member_key = l.member_key)
  group by l.member_key
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by m.subject_no order by m.member_key = m.taxpayer_key desc nulls last, s.amount_yuan desc nulls last, q.party_id asc nulls last
  ) as integer) as evidence_rank,
  cast(q.party_id as string) as member_id,
  cast(q.party_name as string) as member_name,
  cast(t.registered_on as date) as registered_on,
  cast(s.amount_yuan as decimal(18,2)) as sold_yuan,
  cast(b.fourth_yuan as decimal(18,2)) as fourth_quarter_yuan,
  cast(b.third_yuan as decimal(18,2)) as third_quarter_yuan,
  cast(b.second_yuan as decimal(18,2)) as second_quarter_yuan,
  cast(b.last_yuan as decimal(18,2)) as last_quarter_yuan,
  cast(v.party_id as string) as common_buyer_id,
  cast(y.amount_yuan as decimal(18,2)) as sold_to_common_buyer_yuan,
  cast(case when k.has_person = 1 then '人员 person ' else '' end || case when k.has_phone = 1 then '电话 phone ' else '' end ||
    case when k.has_address = 1 then '地址 address ' else '' end || case when k.has_device = 1 then '设备 device ' else '' end ||
    case when k.has_ip = 1 then 'IP' else '' end as string) as shared_kinds
from members as m
join parties as q on q.party_key = m.member_key
join feat_taxpayer as t on t.taxpayer_key = m.member_key
left join by_member as b on b.taxpayer_key = m.member_key
left join sold as s on s.seller_key = m.member_key
left join kinds as k on k.member_key = m.member_key
left join top_buyers as x on x.subject_no = m.subject_no and x.largest_first = 1
left join parties as v on v.party_key = x.buyer_key
left join ring_cluster_buyer as y on y.seller_key = m.member_key and y.buyer_key = x.buyer_key
