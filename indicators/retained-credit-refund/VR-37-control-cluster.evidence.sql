-- Members of the cluster by what they trade with the taxpayer, each with the kinds of keys that tie it to the cluster, hashes stay in the delivery; then
-- the members of the published ring the taxpayer stands in.
with
members as (
  select a.subject_no, a.taxpayer_key, a.p_ym, m.taxpayer_key as member_key
  from asked as a
  join ring_cluster_member as o on o.taxpayer_key = a.taxpayer_key
  join ring_cluster_member as m on m.cluster_no = o.cluster_no
),
links as (
  select first_key as member_key, second_key as other_key, shares_person, shares_phone, shares_address, shares_device, shares_ip from ring_control_link
  union all
  select second_key as member_key, first_key as other_key, shares_person, shares_phone, shares_address, shares_device, shares_ip from ring_control_link
),
tied as (
  select l.member_key, count(*) as link_count,
    max(case when l.shares_person then 1 else 0 end) as has_person, max(case when l.shares_phone then 1 else 0 end) as has_phone,
    max(case when l.shares_address then 1 else 0 end) as has_address, max(case when l.shares_device then 1 else 0 end) as has_device,
    max(case when l.shares_ip then 1 else 0 end) as has_ip
  from links as l
  where exists (select 1 from members as m where m.member_key = l.member_key)
  group by l.member_key
),
traded as (
  select m.subject_no, m.member_key, sum(case when t.seller_key = m.taxpayer_key then t.amount_yuan else 0 end) as sold_yuan,
    sum(case when t.buyer_key = m.taxpayer_key then t.deduct_tax_yuan else 0 end) as deducted_tax_yuan
  from members as m
  join ring_cluster_month as t on t.ym between m.p_ym - 11 and m.p_ym
    and ((t.seller_key = m.taxpayer_key and t.buyer_key = m.member_key) or (t.buyer_key = m.taxpayer_key and t.seller_key = m.member_key))
  group by m.subject_no, m.member_key
),
primaries as (
  select s.taxpayer_key, s.subject_no from feat_subject as s where s.is_primary
),
rings as (
  select a.subject_no, a.taxpayer_key, m.ring_no, m.ring_id
  from asked as a
  join ring_membership as m on m.taxpayer_key = a.taxpayer_key and m.kind not in ('closed_loop', 'pass_through', 'goods_switch', 'firm_splitting')
),
ring_members as (
  select r.subject_no, r.taxpayer_key, p.party_key as member_key, t.amount_yuan as sold_yuan, cast(null as decimal(18,2)) as deducted_tax_yuan,
    r.ring_id || ' ' || case p.role when 'controller' then '控制方 ' when 'issuer' then '开票方 ' when 'conduit' then '过票方 ' when 'beneficiary' then '受益方 ' else '成员 ' end ||
      p.role as shared_kinds
  from rings as r
  join ring_part as p on p.ring_no = r.ring_no
  left join ring_trade as t on t.ring_no = r.ring_no and t.seller_key = r.taxpayer_key and t.buyer_key = p.party_key
),
parts as (
  select m.subject_no, 1 as part_no, m.taxpayer_key, m.member_key, t.sold_yuan, t.deducted_tax_yuan, k.link_count,
    case when k.has_person = 1 then '人员 person ' else '' end || case when k.has_phone = 1 then '电话 phone ' else '' end ||
      case when k.has_address = 1 then '地址 address ' else '' end || case when k.has_device = 1 then '设备 device ' else '' end ||
      case when k.has_ip = 1 then 'IP' else '' end as shared_kinds
  from members as m
  left join tied as k on k.member_key = m.member_key
  left join traded as t on t.subject_no = m.subject_no and t.member_key = m.member_key
  union all
  select m.subject_no, 2 as part_no, m.taxpayer_key, m.member_key, m.sold_yuan, m.deducted_tax_yuan, cast(null as bigint) as link_count, m.shared_kinds
  from ring_members as m
),
ranked as (
  select m.*, q.party_id, q.party_name,
    row_number() over (
      partition by m.subject_no, m.part_no
      order by m.member_key = m.taxpayer_key desc nulls last, coalesce(m.sold_yuan, 0) + coalesce(m.deducted_tax_yuan, 0) desc nulls last, q.party_id asc nulls last
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
  cast(p.status_on_r as string) as status,
  cast(p.registered_on as date) as registered_on,
  cast(m.link_count as integer) as link_count,
  cast(m.shared_kinds as string) as shared_kinds,
  cast(m.sold_yuan as decimal(18,2)) as sold_to_member_yuan,
  cast(m.deducted_tax_yuan as decimal(18,2)) as deducted_from_member_yuan,
  cast(d.sales_ltm_yuan as decimal(18,2)) as yearly_sales_yuan
from shown as m
left join feat_taxpayer as p on p.taxpayer_key = m.member_key
left join primaries as s on s.taxpayer_key = m.member_key
left join feat_declared as d on d.subject_no = s.subject_no
