select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(insured_count as integer) as insured_count,
  cast(pit_count as integer) as pit_count,
  cast(coalesce(dispatched_count, 0) as integer) as dispatched_count
from headcounts
