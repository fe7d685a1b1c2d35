with
ratings as (
  select a.subject_no, a.applied_on, r.rating, r.score, r.valid_from, r.valid_to, r.change_reason, r.source_file_no, r.source_row_no,
    coalesce(r.valid_from = a.rating_valid_from, false) as covers_claim_day,
    row_number() over (
      partition by a.subject_no
      order by r.valid_from desc nulls last, r.source_file_no asc nulls last, r.source_row_no asc nulls last
    ) as newest_first
  from asked as a
  join credit_ratings as r on r.taxpayer_key = a.taxpayer_key
)
select
  cast(subject_no as integer) as subject_no,
  cast(newest_first as integer) as evidence_rank,
  cast(applied_on as date) as applied_on,
  cast(rating as string) as rating,
  cast(score as double) as score,
  cast(valid_from as date) as valid_from,
  cast(valid_to as date) as valid_to,
  cast(change_reason as string) as change_reason,
  cast(covers_claim_day as boolean) as covers_claim_day,
  cast(source_file_no as integer) as source_file_no,
  cast(source_row_no as bigint) as source_row_no
from ratings
-- Three years before the claim; the newest record stays, however old, so that an expired rating can be seen.
where newest_first = 1 or coalesce(valid_to, applied_on) > {{add_months(applied_on, -36)}}
