-- The log of the claim in time order, below the claim's own days and amounts.
with
kinds as (
  select a.subject_no, r.application_id, r.accepted_at as at_time, '申请 claim' as node, cast(null as string) as officer_id, r.decision as action,
    cast(null as string) as indicator_code, cast(null as string) as note, r.claimed_amount as amount_yuan, r.source_file_no, r.source_row_no
  from asked as a
  join refund_applications as r on r.taxpayer_key = a.taxpayer_key
    and (r.application_id = a.application_id or r.claim_ym = a.claim_ym or abs({{days_between(r.applied_on, a.applied_on)}}) <= 30)
  union all
  select a.subject_no, o.application_id, o.acted_at as at_time, o.node, o.officer_id, o.action, o.indicator_code, o.note, null as amount_yuan,
    o.source_file_no, o.source_row_no
  from asked as a
  join officer_actions as o on o.application_id = a.application_id
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.at_time asc nulls last, k.node asc nulls last, k.officer_id asc nulls last, k.source_file_no asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.application_id as string) as application,
  cast(k.node as string) as node,
  cast(k.officer_id as string) as officer_id,
  cast(k.action as string) as action,
  cast(cast(k.at_time as date) as date) as on_day,
  cast(k.indicator_code as string) as indicator_code,
  cast(k.note as string) as note,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
