-- Small-scale and individual members of the cluster with their quarters, shared kinds and what they sold to the greatest common buyer; then the members
-- of the published ring the taxpayer stands in, each with its greatest buyer inside.
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
),
rings as (
  select a.subject_no, a.taxpayer_key, m.ring_no, m.ring_id
  from asked as a
  join ring_membership as m on m.taxpayer_key = a.taxpayer_key and m.kind <> 'firm_splitting'
),
ring_buyers as (
  select t.ring_no, t.seller_key, t.buyer_key, t.amount_yuan,
    row_number() over (partition by t.ring_no, t.seller_key order by t.amount_yuan desc nulls last, t.buyer_key asc nulls last) as largest_first
  from ring_trade as t
  where exists (select 1 from rings as r where r.ring_no = t.ring_no)
),
parts as (
  select m.subject_no, 1 as part_no, m.taxpayer_key, m.member_key, s.amount_yuan as sold_yuan, x.buyer_key, y.amount_yuan as to_buyer_yuan,
    case when k.has_person = 1 then '人员 person ' else '' end || case when k.has_phone = 1 then '电话 phone ' else '' end ||
      case when k.has_address = 1 then '地址 address ' else '' end || case when k.has_device = 1 then '设备 device ' else '' end ||
      case when k.has_ip = 1 then 'IP' else '' end as shared_kinds
  from members as m
  left join sold as s on s.seller_key = m.member_key
  left join kinds as k on k.member_key = m.member_key
  left join top_buyers as x on x.subject_no = m.subject_no and x.largest_first = 1
  left join ring_cluster_buyer as y on y.seller_key = m.member_key and y.buyer_key = x.buyer_key
  union all
  select r.subject_no, 2 as part_no, r.taxpayer_key, p.party_key as member_key, cast(null as decimal(18,2)) as sold_yuan, b.buyer_key, b.amount_yuan as to_buyer_yuan,
    r.ring_id || ' ' || case p.role when 'controller' then '控制方 ' when 'issuer' then '开票方 ' when 'conduit' then '过票方 ' when 'beneficiary' then '受益方 ' else '成员 ' end ||
      p.role as shared_kinds
  from rings as r
  join ring_part as p on p.ring_no = r.ring_no
  left join ring_buyers as b on b.ring_no = r.ring_no and b.seller_key = p.party_key and b.largest_first = 1
),
ranked as (
  select m.*, q.party_id, q.party_name,
    row_number() over (
      partition by m.subject_no, m.part_no
      order by m.member_key = m.taxpayer_key desc nulls last, coalesce(m.sold_yuan, m.to_buyer_yuan) desc nulls last, q.party_id asc nulls last
    ) as part_rank
  from parts as m
  join parties as q on q.party_key = m.member_key
),
-- Where there is a ring its members must find their place among the two hundred.
shown as (
  select m.*
  from ranked as m
  left join rings as r on r.subject_no = m.subject_no
  where r.subject_no is null or m.part_rank <= 100
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(row_number() over (partition by m.subject_no order by m.part_no asc nulls last, m.part_rank asc nulls last) as integer) as evidence_rank,
  cast(m.party_id as string) as member_id,
  cast(m.party_name as string) as member_name,
  cast(t.registered_on as date) as registered_on,
  cast(m.sold_yuan as decimal(18,2)) as sold_yuan,
  cast(b.fourth_yuan as decimal(18,2)) as fourth_quarter_yuan,
  cast(b.third_yuan as decimal(18,2)) as third_quarter_yuan,
  cast(b.second_yuan as decimal(18,2)) as second_quarter_yuan,
  cast(b.last_yuan as decimal(18,2)) as last_quarter_yuan,
  cast(v.party_id as string) as common_buyer_id,
  cast(m.to_buyer_yuan as decimal(18,2)) as sold_to_common_buyer_yuan,
  cast(m.shared_kinds as string) as shared_kinds
from shown as m
left join feat_taxpayer as t on t.taxpayer_key = m.member_key
left join by_member as b on b.taxpayer_key = m.member_key
left join parties as v on v.party_key = m.buyer_key
