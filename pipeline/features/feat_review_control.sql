with
claims as (
  -- Acceptance that was not delivered is the day of the application.
  select s.subject_no, s.taxpayer_key, s.application_id, a.claim_ym, a.applied_on, coalesce(a.accepted_at, a.applied_at) as accepted_at, a.decided_at,
    coalesce(a.accepted_on, a.applied_on) as accepted_on, coalesce(a.decided_on, c.as_of) as until_on,
    coalesce(case when a.accepted_at is null then a.applied_at_has_time else a.accepted_at_has_time end and a.decided_at_has_time, false) as is_timed,
    {{idiv(year(a.decided_on) * 12 + month(a.decided_on) - 1, 3)}} as quarter_no, a.suspended_at is not null as was_suspended
  from feat_subject as s
  cross join run_context as c
  join refund_applications as a on a.application_id = s.application_id and a.taxpayer_key = s.taxpayer_key
  where s.has_claim
),
actions as (
  select k.subject_no, o.node, o.officer_id, o.action, o.indicator_code, o.note
  from claims as k
  join officer_actions as o on o.application_id = k.application_id
),
double_hands as (
  select x.subject_no, count(distinct x.officer_id) as officer_count
  from actions as x
  join actions as y on y.subject_no = x.subject_no and y.officer_id = x.officer_id
  where (x.node = 'review' and y.node in ('recheck', 'approval')) or (x.node = 'acceptance' and y.node = 'approval')
  group by x.subject_no
),
overrides as (
  select a.subject_no, count(*) as silent_count
  from actions as a
  join list_strong_indicators as i on i.code = upper(a.indicator_code)
  where a.action = 'override' and (a.note is null or trim(a.note) = '')
  group by a.subject_no
),
marks as (
  select subject_no, max(case when action in ('flag', 'override') then 1 else 0 end) as has_mark,
    max(case when node = 'collective_review' then 1 else 0 end) as has_collective, count(*) as action_count
  from actions
  group by subject_no
),
waits as (
  select k.subject_no, u.working_day_no - f.working_day_no as working_days
  from claims as k
  join calendar_days as f on f.day = k.accepted_on
  join calendar_days as u on u.day = k.until_on
),
-- Claims of the same period or within thirty days, each below the limit of collective review.
splits as (
  select k.subject_no, count(*) as claim_count, sum(a.claimed_amount) as total_yuan, max(a.claimed_amount) as largest_yuan
  from claims as k
  join refund_applications as a on a.taxpayer_key = k.taxpayer_key
    and (a.claim_ym = k.claim_ym or abs({{days_between(a.applied_on, k.applied_on)}}) <= 30)
  group by k.subject_no
),
-- Officers with at least twenty flagged applications decided in a quarter, and their share of approvals.
flagged as (
  select distinct o.application_id from officer_actions as o where o.action = 'flag'
),
decided as (
  select o.officer_id, {{idiv(year(a.decided_on) * 12 + month(a.decided_on) - 1, 3)}} as quarter_no, o.application_id,
    max(case when a.decision = 'approved' then 1 else 0 end) as is_approved
  from officer_actions as o
  join flagged as f on f.application_id = o.application_id
  join refund_applications as a on a.application_id = o.application_id and a.decision in ('approved', 'refused', 'terminated')
  where o.node = 'approval'
  group by o.officer_id, {{idiv(year(a.decided_on) * 12 + month(a.decided_on) - 1, 3)}}, o.application_id
),
officers as (
  select officer_id, quarter_no, count(*) as flagged_count, {{ratio(sum(is_approved), count(*))}} as approval_rate
  from decided
  group by officer_id, quarter_no
  having count(*) >= 20
),
approvers as (
  select k.subject_no, k.quarter_no, max(o.approval_rate) as approval_rate
  from claims as k
  join actions as a on a.subject_no = k.subject_no and a.node = 'approval'
  join officers as o on o.officer_id = a.officer_id and o.quarter_no = k.quarter_no
  group by k.subject_no, k.quarter_no
),
norms as (
  select quarter_no, percentile_cont(0.99) within group (order by cast(approval_rate as double)) as p99 from officers group by quarter_no
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(coalesce(m.action_count, 0) as integer) as action_count,
  cast(coalesce(h.officer_count, 0) as integer) as double_hand_count,
  cast(coalesce(v.silent_count, 0) as integer) as silent_override_count,
  -- Minutes are known only where both moments came with a time of day.
  cast(case when coalesce(m.has_mark, 0) = 1 and k.is_timed and k.decided_at >= k.accepted_at
    then 86400 * {{days_between(k.accepted_on, k.until_on)}} + 3600 * (hour(k.decided_at) - hour(k.accepted_at))
      + 60 * (minute(k.decided_at) - minute(k.accepted_at)) + second(k.decided_at) - second(k.accepted_at) end as integer) as marked_seconds,
  cast(case when not k.was_suspended then w.working_days end as integer) as working_days,
  cast(coalesce(p.claim_count, 1) as integer) as near_claim_count,
  cast(p.total_yuan as decimal(18,2)) as near_total_yuan,
  cast(p.largest_yuan as decimal(18,2)) as near_largest_yuan,
  cast(coalesce(m.has_collective, 0) = 1 as boolean) as has_collective_review,
  cast(r.approval_rate as double) as approval_rate,
  cast(n.p99 as double) as approval_rate_p99
from claims as k
left join marks as m on m.subject_no = k.subject_no
left join double_hands as h on h.subject_no = k.subject_no
left join overrides as v on v.subject_no = k.subject_no
left join waits as w on w.subject_no = k.subject_no
left join splits as p on p.subject_no = k.subject_no
left join approvers as r on r.subject_no = k.subject_no
left join norms as n on n.quarter_no = r.quarter_no
