with
changes as (
  select taxpayer_key, changed_on, old_value, new_value,
    row_number() over (
      partition by taxpayer_key, changed_on
      order by source_file_no desc nulls last, source_row_no desc nulls last
    ) as newest_first
  from taxpayer_changes
  where field = 'industry_code'
),
daily as (
  select taxpayer_key, changed_on, old_value, new_value from changes where newest_first = 1
),
firsts as (
  select taxpayer_key, min(changed_on) as changed_on from daily group by taxpayer_key
),
-- Before the first change its old value held; after each change its new value; without changes the registered code always did.
starts as (
  select t.taxpayer_key, date '1900-01-01' as from_on, coalesce(d.old_value, t.industry_code) as industry_code
  from feat_taxpayer as t
  left join firsts as f on f.taxpayer_key = t.taxpayer_key
  left join daily as d on d.taxpayer_key = f.taxpayer_key and d.changed_on = f.changed_on
  union all
  select taxpayer_key, changed_on as from_on, new_value as industry_code from daily
),
lettered as (
  select taxpayer_key, from_on, industry_code,
    coalesce(lead(from_on) over (partition by taxpayer_key order by from_on asc nulls last), date '9999-12-31') as until_on,
    case when substr(industry_code, 1, 1) between 'A' and 'T' then substr(industry_code, 1, 1) end as letter,
    case when substr(industry_code, 1, 1) between 'A' and 'T' then substr(industry_code, 2, 2) else substr(industry_code, 1, 2) end as division
  from starts
)
select
  cast(l.taxpayer_key as integer) as taxpayer_key,
  cast(l.from_on as date) as from_on,
  cast(l.until_on as date) as until_on,
  cast(l.industry_code as string) as industry_code,
  cast(coalesce(l.letter, d.section) as string) as section
from lettered as l
left join list_industry_sections as d on l.letter is null and l.division between d.division_from and d.division_to
