select
  cast(s.subject_no as integer) as subject_no,
  cast(count(*) as integer) as claim_count,
  cast(sum(a.claimed_amount) as decimal(18,2)) as claimed_yuan
from feat_subject as s
join refund_applications as a
  on a.taxpayer_key = s.taxpayer_key and a.application_id <> s.application_id and a.applied_on < s.applied_on
    and a.applied_on > {{add_months(s.applied_on, -24)}}
where s.has_claim
group by s.subject_no
