with
sizes as (
  select cluster_no, count(*) as member_count from control_found group by cluster_no
)
select
  cast(f.taxpayer_key as integer) as taxpayer_key,
  cast(f.cluster_no as integer) as cluster_no,
  cast(z.member_count as integer) as member_count,
  cast(coalesce(t.age_days < r.young_days, false) as boolean) as is_young
from control_found as f
join sizes as z on z.cluster_no = f.cluster_no
join feat_taxpayer as t on t.taxpayer_key = f.taxpayer_key
cross join run_context as c
join list_ring_rules as r on c.as_of between r.from_on and r.to_on
