with
exits as (
  select taxpayer_key, min(from_on) as exit_on
  from feat_status_interval
  where status in ('abnormal', 'absconded', 'deregistered')
  group by taxpayer_key
),
lowest_rated as (
  select taxpayer_key, min(valid_from) as rated_d_from
  from feat_rating_interval
  where rating = 'D'
  group by taxpayer_key
)
select
  cast(coalesce(e.taxpayer_key, r.taxpayer_key) as integer) as seller_key,
  cast(e.exit_on as date) as first_exit_on,
  cast(r.rated_d_from as date) as first_rated_d_from
from exits as e
full outer join lowest_rated as r on r.taxpayer_key = e.taxpayer_key
