with
context as (
  select c.p_ym, r.buyer_overlap from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
figure_rows as (
  select taxpayer_key, tax_year, coalesce(is_small_profit, false) as is_small_profit, coalesce(found_staff, declared_staff) as staff,
    coalesce(found_assets_yuan, declared_assets_yuan) as assets_yuan, income_yuan,
    row_number() over (partition by taxpayer_key order by tax_year desc nulls last) as newest_first
  from feat_small_profit_year
),
figures as (
  select taxpayer_key, is_small_profit, cast(staff as decimal(18,2)) as staff, assets_yuan, income_yuan from figure_rows where newest_first = 1
),
-- Only who is small enough for the relief can have been split off to stay so.
members as (
  select m.taxpayer_key, m.cluster_no, t.industry_3, f.staff, f.assets_yuan, f.income_yuan,
    case when f.staff is not null or f.assets_yuan is not null or f.income_yuan is not null then 1 else 0 end as has_figures
  from ring_cluster_member as m
  join feat_taxpayer as t on t.taxpayer_key = m.taxpayer_key
  left join figures as f on f.taxpayer_key = m.taxpayer_key
  where t.industry_3 is not null and (t.vat_status_resolved = 'small' or coalesce(f.is_small_profit, false))
),
buyers as (
  select seller_key, buyer_key from ring_cluster_buyer where is_named and amount_yuan > 0
),
buyer_counts as (
  select seller_key, count(*) as buyer_count from buyers group by seller_key
),
common as (
  select a.taxpayer_key, b.taxpayer_key as other_key, count(*) as shared_count
  from members as a
  join members as b on b.cluster_no = a.cluster_no and b.industry_3 = a.industry_3 and b.taxpayer_key <> a.taxpayer_key
  join buyers as x on x.seller_key = a.taxpayer_key
  join buyers as y on y.seller_key = b.taxpayer_key and y.buyer_key = x.buyer_key
  group by a.taxpayer_key, b.taxpayer_key
),
partners as (
  select o.taxpayer_key, o.other_key
  from common as o
  join buyer_counts as a on a.seller_key = o.taxpayer_key
  join buyer_counts as b on b.seller_key = o.other_key
  cross join context as c
  where o.shared_count >= cast(c.buyer_overlap as decimal(9,6)) * (a.buyer_count + b.buyer_count - o.shared_count)
),
groups as (
  select taxpayer_key, other_key as member_key from partners
  union all
  select distinct taxpayer_key, taxpayer_key as member_key from partners
),
sums as (
  select g.taxpayer_key, count(*) as member_count, sum(m.has_figures) as figure_count, sum(m.staff) as staff, sum(m.assets_yuan) as assets_yuan,
    sum(greatest(m.income_yuan, 0)) as income_yuan
  from groups as g
  join members as m on m.taxpayer_key = g.member_key
  group by g.taxpayer_key
),
premises as (
  select distinct a.taxpayer_key
  from groups as a
  join groups as b on b.taxpayer_key = a.taxpayer_key
  join ring_control_link as l on l.first_key = a.member_key and l.second_key = b.member_key
  where l.shares_address or l.shares_device
),
reliefs as (
  select g.taxpayer_key, sum(t.relief_yuan) as relief_yuan
  from groups as g
  join feat_six_tax as t on t.taxpayer_key = g.member_key
  cross join context as c
  where t.ym between c.p_ym - 35 and c.p_ym
  group by g.taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(z.taxpayer_key is not null as boolean) as is_in_cluster,
  cast(coalesce(g.member_count, 1) as integer) as member_count,
  cast(coalesce(g.figure_count, 0) as integer) as figure_count,
  cast(g.staff as double) as staff,
  cast(g.assets_yuan as decimal(18,2)) as assets_yuan,
  cast(g.income_yuan as decimal(18,2)) as income_yuan,
  cast(p.taxpayer_key is not null as boolean) as shares_premises,
  cast(coalesce(r.relief_yuan, 0) as decimal(18,2)) as relief_yuan
from feat_subject as s
left join ring_cluster_member as z on z.taxpayer_key = s.taxpayer_key
left join sums as g on g.taxpayer_key = s.taxpayer_key
left join premises as p on p.taxpayer_key = s.taxpayer_key
left join reliefs as r on r.taxpayer_key = s.taxpayer_key
