with
sizes as (
  select cluster_no, count(*) as member_count, sum(case when is_young then 1 else 0 end) as young_count from ring_cluster_member group by cluster_no
),
sold as (
  select s.subject_no, sum(m.amount_yuan) as amount_yuan
  from feat_subject as s
  join ring_cluster_month as m on m.seller_key = s.taxpayer_key and m.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
),
bought as (
  select s.subject_no, sum(m.deduct_tax_yuan) as tax_yuan
  from feat_subject as s
  join ring_cluster_month as m on m.buyer_key = s.taxpayer_key and m.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
),
keyed as (
  select distinct taxpayer_key from ring_control_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(k.taxpayer_key is not null as boolean) as has_key,
  cast(m.cluster_no as integer) as cluster_no,
  cast(coalesce(z.member_count, 1) as integer) as member_count,
  cast(coalesce(z.young_count, 0) as integer) as young_count,
  cast(coalesce(o.amount_yuan, 0) as decimal(18,2)) as sold_inside_yuan,
  cast(coalesce(b.tax_yuan, 0) as decimal(18,2)) as deducted_inside_tax_yuan
from feat_subject as s
left join ring_cluster_member as m on m.taxpayer_key = s.taxpayer_key
left join sizes as z on z.cluster_no = m.cluster_no
left join sold as o on o.subject_no = s.subject_no
left join bought as b on b.subject_no = s.subject_no
left join keyed as k on k.taxpayer_key = s.taxpayer_key
