with
ratings as (
  select taxpayer_key, rating, valid_from, valid_to,
    lead(valid_from) over (partition by taxpayer_key order by valid_from asc nulls last) as next_valid_from
  from credit_ratings
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(valid_from as date) as valid_from,
  cast(coalesce(valid_to, date_add(next_valid_from, -1), date '2099-12-31') as date) as valid_until,
  cast(rating as string) as rating
from ratings
