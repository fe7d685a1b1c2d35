-- Lanes that every monthly credit may claim have no test of periods.
with
untested as (
  select s.subject_no
  from feat_subject as s
  where s.has_claim
    and exists (select 1 from list_lane_rules as l where l.lane = s.lane and l.required_periods = 0 and l.least_increase_yuan is null)
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' when u.subject_no is not null then 'A_LANE' end as string) as not_applicable,
  cast(t.reason_code as string) as not_assessed,
  cast(t.increase_yuan as decimal(18,2)) as increase_yuan,
  cast(t.least_increase_yuan as decimal(18,2)) as least_increase_yuan,
  cast(t.least_over_yuan as decimal(18,2)) as least_over_yuan,
  cast(t.last_credit_yuan as decimal(18,2)) as last_credit_yuan,
  cast(t.base_ym as integer) as base_ym,
  cast(t.base_yuan as decimal(18,2)) as base_yuan,
  cast(case when t.is_base_by_start then '成立或登记为一般纳税人晚于基期，按0计' else '申报数' end as string) as base_origin_zh,
  cast(case when t.is_base_by_start then 'the taxpayer started later, so 0' else 'as declared' end as string) as base_origin_en,
  cast(t.required_months as integer) as required_months,
  cast(t.covered_months as integer) as covered_months,
  cast(t.period_count as integer) as period_count,
  cast(t.started_ym as integer) as started_ym,
  cast(coalesce(t.is_run_too_short, false) as boolean) as is_run_too_short,
  cast(coalesce(t.required_months > 0 and t.least_over_yuan <= 0 and not t.is_run_too_short, false) as boolean) as is_run_broken,
  cast(coalesce(t.increase_yuan < t.least_increase_yuan and not t.is_run_too_short, false) as boolean) as is_increase_short,
  cast(coalesce(t.is_run_overlapping, false) as boolean) as is_run_overlapping,
  cast(t.granted_ym as integer) as granted_ym,
  cast(s.claim_ym as integer) as claim_ym,
  cast(s.claim_ym - t.required_months + 1 as integer) as run_from_ym,
  cast(n.name_zh as string) as lane_zh,
  cast(n.name_en as string) as lane_en,
  cast(s.claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan
from feat_subject as s
left join feat_lane_test as t on t.subject_no = s.subject_no and t.lane = s.lane
left join untested as u on u.subject_no = s.subject_no
left join list_lane_names as n on n.lane = s.lane and s.rule_on between n.from_on and n.to_on
