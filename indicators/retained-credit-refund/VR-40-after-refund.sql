with
events as (
  select a.subject_no, a.paid_application, a.paid_on, a.paid_amount_yuan, a.exit_on, a.has_fled, a.idle_periods, a.has_moved, a.changed_share,
    case when a.exit_on is not null then 1 else 0 end as is_exit,
    case when a.changed_share >= p.changed_share_minimum or (a.has_representative_change and a.has_shareholder_change) then 1 else 0 end as is_control,
    case when a.idle_periods >= p.idle_periods_minimum then 1 else 0 end as is_idle,
    case when a.has_moved then 1 else 0 end as is_moved,
    case when a.has_representative_change then 1 else 0 end as is_representative
  from feat_after_refund as a
  join params as p on p.subject_no = a.subject_no
  where a.paid_amount_yuan >= p.paid_minimum_yuan
),
counted as (
  select e.*, e.is_exit + e.is_control + e.is_idle + e.is_moved as event_count
  from events as e
),
ranked as (
  select c.*,
    row_number() over (
      partition by c.subject_no
      order by c.event_count desc nulls last, c.has_fled desc nulls last, c.paid_amount_yuan desc nulls last, c.paid_application asc nulls last
    ) as worst_first
  from counted as c
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when w.subject_no is null then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(null as string) as not_assessed,
  cast(w.event_count as integer) as event_count,
  cast(w.has_fled as boolean) as has_fled,
  cast(coalesce(w.is_representative, 0) = 1 and w.event_count = 0 as boolean) as is_only_representative,
  cast(w.paid_on as date) as paid_on,
  cast(w.paid_amount_yuan as decimal(18,2)) as paid_yuan,
  cast(w.exit_on as date) as exit_on,
  cast(w.idle_periods as integer) as idle_periods,
  cast(case when w.is_exit = 1 then '状态变为注销、清算、破产、非正常或走逃 ' else '' end || case when w.is_control = 1 then '控制权变更 ' else '' end
    || case when w.is_idle = 1 then '连续零申报 ' else '' end || case when w.is_moved = 1 then '跨区迁移 ' else '' end as string) as events_zh,
  cast(case when w.is_exit = 1 then 'exit ' else '' end || case when w.is_control = 1 then 'change of control ' else '' end
    || case when w.is_idle = 1 then 'nil returns in a row ' else '' end || case when w.is_moved = 1 then 'move to another county ' else '' end as string) as events_en
from feat_subject as s
left join ranked as w on w.subject_no = s.subject_no and w.worst_first = 1
