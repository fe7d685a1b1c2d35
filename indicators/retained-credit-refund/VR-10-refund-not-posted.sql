with
-- Claims whose postings fall due with the second period filed, and what is open on those that are not due yet.
waiting as (
  select c.taxpayer_key, sum(case when not c.is_due then c.unposted_yuan else 0 end) as waiting_yuan,
    sum(case when c.is_due and c.unposted_yuan > 0 then 1 else 0 end) as open_claim_count,
    min(c.decided_ym) as first_decided_ym
  from feat_refund_claim as c
  group by c.taxpayer_key
),
schedules as (
  select w.taxpayer_key, count(*) as period_count
  from waiting as w
  join feat_schedule2_month as m on m.taxpayer_key = w.taxpayer_key and m.ym >= w.first_decided_ym
  group by w.taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when f.taxpayer_key is null then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when f.due_claim_count > 0 and k.taxpayer_key is null then 'N_NO_ROWS' end as string) as not_assessed,
  cast(f.gap_yuan as decimal(18,2)) as gap_yuan,
  cast(w.waiting_yuan as decimal(18,2)) as waiting_yuan,
  cast(w.open_claim_count as integer) as open_claim_count,
  cast(f.approved_claim_count as integer) as approved_claim_count,
  cast(f.due_claim_count as integer) as due_claim_count,
  cast(f.first_decided_on as date) as first_decided_on,
  cast(f.paid_amount_yuan as decimal(18,2)) as paid_amount_yuan,
  cast(coalesce(f.posted_yuan, 0) as decimal(18,2)) as posted_yuan
from feat_subject as s
left join feat_refund_posting as f on f.taxpayer_key = s.taxpayer_key
left join waiting as w on w.taxpayer_key = s.taxpayer_key
left join schedules as k on k.taxpayer_key = s.taxpayer_key
