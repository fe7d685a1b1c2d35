-- The taxpayer and the members of its cluster in its business, with the newest settled figures.
with
groups as (
  select a.subject_no, a.taxpayer_key, m.taxpayer_key as member_key
  from asked as a
  join ring_cluster_member as o on o.taxpayer_key = a.taxpayer_key
  join ring_cluster_member as m on m.cluster_no = o.cluster_no
  join feat_taxpayer as t on t.taxpayer_key = a.taxpayer_key
  join feat_taxpayer as u on u.taxpayer_key = m.taxpayer_key and u.industry_3 = t.industry_3
),
figures as (
  select f.*, row_number() over (partition by f.taxpayer_key order by f.tax_year desc nulls last) as newest_first
  from feat_small_profit_year as f
  where exists (select 1 from groups as g where g.member_key = f.taxpayer_key)
),
common as (
  select g.subject_no, g.member_key, count(*) as buyer_count
  from groups as g
  join ring_cluster_buyer as x on x.seller_key = g.taxpayer_key and x.is_named and x.amount_yuan > 0
  join ring_cluster_buyer as y on y.seller_key = g.member_key and y.buyer_key = x.buyer_key and y.amount_yuan > 0
  group by g.subject_no, g.member_key
),
reliefs as (
  select g.subject_no, g.member_key, sum(t.relief_yuan) as relief_yuan
  from groups as g
  join feat_six_tax as t on t.taxpayer_key = g.member_key
  cross join run_context as c
  where t.ym between c.p_ym - 35 and c.p_ym
  group by g.subject_no, g.member_key
),
links as (
  select first_key as member_key, second_key as other_key, shares_address, shares_device from ring_control_link
  union all
  select second_key as member_key, first_key as other_key, shares_address, shares_device from ring_control_link
),
shared as (
  select l.member_key, max(case when l.shares_address then 1 else 0 end) as has_address, max(case when l.shares_device then 1 else 0 end) as has_device
  from links as l
  where exists (select 1 from groups as g where g.member_key = l.member_key)
  group by l.member_key
)
select
  cast(g.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by g.subject_no order by g.member_key = g.taxpayer_key desc nulls last, f.declared_revenue_yuan desc nulls last, q.party_id asc nulls last
  ) as integer) as evidence_rank,
  cast(q.party_id as string) as member_id,
  cast(q.party_name as string) as member_name,
  cast(t.registered_on as date) as registered_on,
  cast(f.tax_year as integer) as tax_year,
  cast(coalesce(f.found_staff, f.declared_staff) as double) as staff,
  cast(coalesce(f.found_assets_yuan, f.declared_assets_yuan) as decimal(18,2)) as assets_yuan,
  cast(f.income_yuan as decimal(18,2)) as income_yuan,
  cast(r.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(case when s.has_address = 1 then '地址 address ' else '' end || case when s.has_device = 1 then '设备 device' else '' end as string) as shared_premises,
  cast(coalesce(c.buyer_count, 0) as integer) as common_buyers,
  cast(f.source_file_no as integer) as source_file_no,
  cast(f.source_row_no as bigint) as source_row_no
from groups as g
join parties as q on q.party_key = g.member_key
join feat_taxpayer as t on t.taxpayer_key = g.member_key
left join figures as f on f.taxpayer_key = g.member_key and f.newest_first = 1
left join common as c on c.subject_no = g.subject_no and c.member_key = g.member_key
left join reliefs as r on r.subject_no = g.subject_no and r.member_key = g.member_key
left join shared as s on s.member_key = g.member_key
