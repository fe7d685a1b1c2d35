-- Every decision against the taxpayer, newest first: those outside the window and the revoked ones are shown as such.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by v.decided_on desc nulls last, v.violation_id asc nulls last
  ) as integer) as evidence_rank,
  cast(v.violation_id as string) as violation_id,
  cast(v.violation_type as string) as violation_type,
  cast(v.decided_on as date) as decided_on,
  cast(v.act_from as date) as act_from,
  cast(v.act_to as date) as act_to,
  cast(v.amount as decimal(18,2)) as amount_yuan,
  cast(coalesce(v.is_revoked, false) as boolean) as is_revoked,
  cast(coalesce(
    not coalesce(v.is_revoked, false) and v.violation_type <> 'other'
    and case when p.date_basis = 'act_to' then v.act_to else v.decided_on end > {{add_months(a.applied_on, 0 - p.window_months)}}
    and case when p.date_basis = 'act_to' then v.act_to else v.decided_on end <= a.applied_on, false) as boolean) as is_counted,
  cast(a.applied_on as date) as applied_on,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from asked as a
join params as p on p.subject_no = a.subject_no
join violations as v on v.taxpayer_key = a.taxpayer_key
