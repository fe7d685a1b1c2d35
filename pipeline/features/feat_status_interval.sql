with
changes as (
  select taxpayer_key, changed_on, old_value, new_value, source_file_no, source_row_no
  from taxpayer_changes
  where field = 'status'
),
delivered as (
  select taxpayer_key, status, status_from
  from taxpayers
  where status is not null and status_from is not null
),
changes_of_day as (
  select taxpayer_key, changed_on, old_value, new_value,
    row_number() over (
      partition by taxpayer_key, changed_on
      order by source_file_no desc nulls last, source_row_no desc nulls last
    ) as newest_first,
    row_number() over (
      partition by taxpayer_key
      order by changed_on asc nulls last, source_file_no asc nulls last, source_row_no asc nulls last
    ) as oldest_first
  from changes
),
starting as (
  select c.taxpayer_key, date '1900-01-01' as from_on, coalesce(c.old_value, 'normal') as status
  from changes_of_day as c
  where c.oldest_first = 1
  union all
  select d.taxpayer_key, date '1900-01-01' as from_on, 'normal' as status
  from delivered as d
  where not exists (select 1 from changes as c where c.taxpayer_key = d.taxpayer_key)
),
changed as (
  select c.taxpayer_key, c.changed_on as from_on, c.new_value as status
  from changes_of_day as c
  left join delivered as d on d.taxpayer_key = c.taxpayer_key
  where c.newest_first = 1 and (d.status_from is null or c.changed_on < d.status_from)
),
points as (
  select taxpayer_key, from_on, status from starting
  union all
  select taxpayer_key, from_on, status from changed
  union all
  select taxpayer_key, status_from as from_on, status from delivered
),
intervals as (
  select taxpayer_key, from_on, status,
    lead(from_on) over (partition by taxpayer_key order by from_on asc nulls last, status asc nulls last) as next_from_on
  from points
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(from_on as date) as from_on,
  cast(coalesce(next_from_on, date '2100-01-01') as date) as until_on,
  cast(status as string) as status
from intervals
