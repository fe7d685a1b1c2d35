with
context as (
  select as_of, p_ym, {{add_months(as_of, -12)}} as year_ago, taxpayer_count from run_context
),
applications as (
  select a.taxpayer_key, a.application_id, a.applied_on, coalesce(a.accepted_on, a.applied_on) as accepted_on, a.decided_on, a.paid_on,
    a.decision, a.lane, a.claim_ym, a.claimed_size, a.claimed_industry_share, a.claimed_ratio, a.claimed_credit, a.claimed_amount,
    a.claimed_stock_amount, a.claimed_increment_amount, a.export_refund_pending, a.arrears_offset_amount,
    a.paid_amount, a.repaid_on, a.repaid_amount,
    a.decision in ('pending', 'suspended') as is_open_claim,
    a.decision not in ('pending', 'suspended') and a.paid_on > c.year_ago and a.paid_on <= c.as_of as is_paid_claim
  from refund_applications as a
  cross join context as c
  where a.taxpayer_key <= c.taxpayer_count
),
candidates as (
  select *,
    row_number() over (
      partition by taxpayer_key
      order by is_open_claim desc nulls last, applied_on desc nulls last, application_id desc nulls last
    ) as newest_first
  from applications
  where is_open_claim or is_paid_claim
),
claims as (
  select *, newest_first = 1 as is_primary
  from candidates
  where is_open_claim or newest_first = 1
),
subjects as (
  select t.taxpayer_key, coalesce(k.application_id, '') as application_id, coalesce(k.is_primary, true) as is_primary,
    k.application_id is not null as has_claim, coalesce(k.is_open_claim, false) as is_open_claim,
    case when k.is_open_claim then k.claim_ym else c.p_ym end as claim_or_run_ym,
    coalesce(k.applied_on, c.as_of) as rule_on, t.filing_span_months
  from feat_taxpayer as t
  cross join context as c
  left join claims as k on k.taxpayer_key = t.taxpayer_key
),
statuses as (
  select s.taxpayer_key, s.application_id, i.status
  from subjects as s
  join feat_status_interval as i on i.taxpayer_key = s.taxpayer_key and i.from_on <= s.rule_on and s.rule_on < i.until_on
),
ratings as (
  select s.taxpayer_key, s.application_id, i.rating, i.valid_from,
    row_number() over (
      partition by s.taxpayer_key, s.application_id
      order by i.valid_from desc nulls last, i.rating asc nulls last
    ) as newest_first
  from subjects as s
  join feat_rating_interval as i on i.taxpayer_key = s.taxpayer_key and s.rule_on between i.valid_from and i.valid_until
),
rated as (
  select taxpayer_key, count(*) as rating_count from feat_rating_interval group by taxpayer_key
)
select
  cast(row_number() over (order by s.taxpayer_key asc nulls last, s.application_id asc nulls last) as integer) as subject_no,
  cast(s.taxpayer_key as integer) as taxpayer_key,
  cast(s.application_id as string) as application_id,
  cast(s.is_primary as boolean) as is_primary,
  cast(s.has_claim as boolean) as has_claim,
  cast(s.is_open_claim as boolean) as is_open_claim,
  cast(s.has_claim as boolean) as is_recent_claim,
  cast(case when s.filing_span_months = 3 then s.claim_or_run_ym - mod(s.claim_or_run_ym + 1, 3) else s.claim_or_run_ym end as integer) as p_ym,
  cast(s.filing_span_months as integer) as filing_span_months,
  cast(s.rule_on as date) as rule_on,
  cast(k.claim_ym as integer) as claim_ym,
  cast(k.applied_on as date) as applied_on,
  cast(k.accepted_on as date) as accepted_on,
  cast(k.decided_on as date) as decided_on,
  cast(k.paid_on as date) as paid_on,
  cast(k.repaid_on as date) as repaid_on,
  cast(k.decision as string) as decision,
  cast(k.lane as string) as lane,
  cast(k.claimed_size as string) as claimed_size,
  cast(k.claimed_industry_share as double) as claimed_industry_share,
  cast(k.claimed_ratio as double) as claimed_ratio,
  cast(k.claimed_credit as decimal(18,2)) as claimed_credit_yuan,
  cast(k.claimed_amount as decimal(18,2)) as claimed_amount_yuan,
  cast(k.claimed_stock_amount as decimal(18,2)) as claimed_stock_amount_yuan,
  cast(k.claimed_increment_amount as decimal(18,2)) as claimed_increment_amount_yuan,
  cast(k.export_refund_pending as decimal(18,2)) as export_refund_pending_yuan,
  cast(k.arrears_offset_amount as decimal(18,2)) as arrears_offset_amount_yuan,
  cast(k.paid_amount as decimal(18,2)) as paid_amount_yuan,
  cast(k.repaid_amount as decimal(18,2)) as repaid_amount_yuan,
  cast(coalesce(i.status, 'normal') as string) as status_on_rule,
  cast(r.rating as string) as rating_on_rule,
  cast(r.valid_from as date) as rating_valid_from,
  cast(coalesce(n.rating_count, 0) as integer) as rating_count
from subjects as s
left join claims as k on k.taxpayer_key = s.taxpayer_key and k.application_id = s.application_id
left join statuses as i on i.taxpayer_key = s.taxpayer_key and i.application_id = s.application_id
left join ratings as r on r.taxpayer_key = s.taxpayer_key and r.application_id = s.application_id and r.newest_first = 1
left join rated as n on n.taxpayer_key = s.taxpayer_key
