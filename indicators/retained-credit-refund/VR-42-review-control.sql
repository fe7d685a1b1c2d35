select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when coalesce(r.action_count, 0) = 0 then 'N_NO_ROWS' end as string) as not_assessed,
  cast(case when r.double_hand_count > 0 then 1 else 0 end + case when r.silent_override_count > 0 then 1 else 0 end
    + case when r.working_days > p.working_days_maximum then 1 else 0 end
    + case when r.near_claim_count >= 2 and r.near_largest_yuan < p.collective_limit_yuan and r.near_total_yuan >= p.collective_limit_yuan
        and not r.has_collective_review then 1 else 0 end as integer) as finding_count,
  cast(r.double_hand_count as integer) as double_hand_count,
  cast(r.silent_override_count as integer) as silent_override_count,
  cast(r.working_days as integer) as working_days,
  cast(r.near_claim_count as integer) as near_claim_count,
  cast(r.near_total_yuan as decimal(18,2)) as near_total_yuan,
  cast(r.near_largest_yuan as decimal(18,2)) as near_largest_yuan,
  cast(r.has_collective_review as boolean) as has_collective_review,
  cast(r.marked_seconds as integer) as marked_seconds,
  cast(r.approval_rate as double) as approval_rate,
  cast(r.approval_rate_p99 as double) as approval_rate_p99
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join feat_review_control as r on r.subject_no = s.subject_no
