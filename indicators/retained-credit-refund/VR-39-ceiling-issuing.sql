with
measured as (
  select s.subject_no, s.p_ym, f.invoice_count, f.night_share, f.new_buyers_on_day, f.fan_on, f.fan_day_share, f.quota_fill_days, f.capped_count,
    case when f.capped_count >= p.capped_minimum then f.near_cap_share end as near_cap_share,
    -- Who is new shows only where earlier invoices were delivered, and not in the first two months after registration.
    coalesce(i.from_ym <= greatest(s.p_ym - 2 - p.history_months_minimum, coalesce({{ym(t.registered_on)}}, 0)), false)
      and (t.registered_on is null or {{add_months(t.registered_on, 2)}} <= {{month_start(s.p_ym - 2)}} or f.fan_on is not null) as is_fan_testable,
    coalesce(f.capped_count >= p.capped_minimum, false) as is_cap_testable, coalesce(f.has_quota, false) as is_quota_testable
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join delivered_tables as i on i.table_name = 'invoices'
  left join feat_issue_pattern as f on f.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when m.invoice_count is null or not (m.is_cap_testable or m.is_quota_testable or m.is_fan_testable) then 'N_COVERAGE' end as string) as not_assessed,
  cast(m.near_cap_share as double) as near_cap_share,
  cast(m.capped_count as integer) as capped_count,
  cast(m.quota_fill_days as integer) as quota_fill_days,
  cast(case when m.is_fan_testable then m.new_buyers_on_day end as integer) as new_buyers_on_day,
  cast(m.fan_day_share as double) as fan_day_share,
  cast(m.fan_on as date) as fan_on,
  cast(m.night_share as double) as night_share,
  cast(m.p_ym - 2 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
