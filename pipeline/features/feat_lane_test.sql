with
claims as (
  select s.subject_no, s.taxpayer_key, s.application_id, s.applied_on, s.rule_on, s.claim_ym, s.lane as claimed_lane,
    greatest(coalesce(t.registered_ym, 0), coalesce(t.general_from_ym, 0)) as started_ym
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  where s.has_claim
),
-- Lanes in force on the day of the application, and the lane claimed: outside its dates by its own rule.
lanes as (
  select k.subject_no, l.lane, l.base, l.required_periods, l.least_increase_yuan,
    case l.base when 'none' then null when 'december' then {{idiv(k.claim_ym, 12)}} * 12 - 1 else l.base_ym end as base_ym,
    row_number() over (
      partition by k.subject_no, l.lane
      order by case when k.rule_on between l.from_on and l.to_on then 0 else 1 end asc nulls last, l.from_on desc nulls last
    ) as best_first
  from claims as k
  join list_lane_rules as l on l.lane = k.claimed_lane or k.rule_on between l.from_on and l.to_on
),
based as (
  select n.subject_no, n.lane, n.base, n.required_periods, n.least_increase_yuan, n.base_ym, k.claim_ym, k.started_ym,
    k.started_ym > n.base_ym as is_started_later,
    case when k.started_ym > n.base_ym then 0 else b.closing_credit_general_m20 end as base_yuan,
    e.closing_credit_general_m20 as last_yuan
  from lanes as n
  join claims as k on k.subject_no = n.subject_no
  left join feat_claim_return as b on b.subject_no = n.subject_no and b.ym = n.base_ym
  left join feat_claim_return as e on e.subject_no = n.subject_no and e.ym = k.claim_ym
  where n.best_first = 1
),
runs as (
  select b.subject_no, b.lane, sum(r.span_months) as covered_months, count(*) as period_count, min(r.closing_credit_general_m20) as least_yuan
  from based as b
  join feat_claim_return as r on r.subject_no = b.subject_no and r.ym > b.claim_ym - b.required_periods and r.ym <= b.claim_ym
  where r.closing_credit_general_m20 is not null
  group by b.subject_no, b.lane
),
-- The newest run of six periods that was granted before, and has not been paid back.
granted as (
  select k.subject_no, max(a.claim_ym) as claim_ym
  from claims as k
  join refund_applications as a
    on a.taxpayer_key = k.taxpayer_key and a.application_id <> k.application_id and a.decision = 'approved' and a.applied_on <= k.applied_on
      and a.claim_ym < k.claim_ym and coalesce(a.repaid_amount, 0) < coalesce(a.paid_amount, a.claimed_amount)
  where exists (select 1 from list_lane_rules as l where l.lane = a.lane and l.required_periods > 0)
  group by k.subject_no
),
-- In lanes with a fixed base every period must lie above the base; in lane other every period must have a credit.
tested as (
  select b.*, coalesce(r.covered_months, 0) as covered_months, coalesce(r.period_count, 0) as period_count,
    case when b.base = 'december' then r.least_yuan else r.least_yuan - b.base_yuan end as least_over_yuan,
    b.last_yuan - b.base_yuan as increase_yuan,
    case when b.required_periods > 0 then g.claim_ym end as granted_ym,
    b.required_periods > 0 and b.started_ym > b.claim_ym - b.required_periods + 1
      and coalesce(r.covered_months, 0) >= b.claim_ym - b.started_ym + 1 as is_run_too_short
  from based as b
  left join runs as r on r.subject_no = b.subject_no and r.lane = b.lane
  left join granted as g on g.subject_no = b.subject_no
),
judged as (
  select t.*,
    case
      when t.required_periods = 0 and t.least_increase_yuan is null then true
      when t.last_yuan is null then null
      when t.is_run_too_short then false
      when t.covered_months < t.required_periods or t.base_yuan is null then null
      else t.increase_yuan >= t.least_increase_yuan and (t.required_periods = 0 or t.least_over_yuan > 0)
    end as is_met
  from tested as t
)
select
  cast(subject_no as integer) as subject_no,
  cast(lane as string) as lane,
  cast(required_periods as integer) as required_months,
  cast(covered_months as integer) as covered_months,
  cast(period_count as integer) as period_count,
  cast(started_ym as integer) as started_ym,
  cast(base_ym as integer) as base_ym,
  cast(base_yuan as decimal(18,2)) as base_yuan,
  cast(coalesce(is_started_later, false) as boolean) as is_base_by_start,
  cast(last_yuan as decimal(18,2)) as last_credit_yuan,
  cast(case when covered_months >= required_periods then least_over_yuan end as decimal(18,2)) as least_over_yuan,
  cast(increase_yuan as decimal(18,2)) as increase_yuan,
  cast(least_increase_yuan as decimal(18,2)) as least_increase_yuan,
  cast(is_run_too_short as boolean) as is_run_too_short,
  cast(granted_ym as integer) as granted_ym,
  cast(coalesce(granted_ym > claim_ym - required_periods, false) as boolean) as is_run_overlapping,
  cast(is_met as boolean) as is_met,
  cast(case when is_met is null then 'N_COVERAGE' end as string) as reason_code
from judged
