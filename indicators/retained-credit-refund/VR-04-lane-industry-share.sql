with
changes as (
  select s.subject_no, max(i.from_on) as changed_on
  from feat_subject as s
  join feat_industry_interval as i on i.taxpayer_key = s.taxpayer_key and i.from_on > {{add_months(s.applied_on, -6)}} and i.from_on <= s.applied_on
  where s.has_claim
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' when l.subject_no is null or s.lane in ('other', 'small_micro_2022', 'general_2019') then 'A_LANE' end as string)
    as not_applicable,
  cast(l.reason_code as string) as not_assessed,
  cast(l.lane_share as double) as lane_share,
  cast(s.claimed_industry_share as double) as claimed_share,
  cast(cast(s.claimed_industry_share as decimal(18,9)) - cast(l.lane_share as decimal(18,9)) as double) as overstated_share,
  cast(l.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(l.lane_coded_yuan as decimal(18,2)) as lane_coded_yuan,
  cast(case when l.is_registered_in_lane then l.uninvoiced_yuan else 0 end as decimal(18,2)) as uninvoiced_yuan,
  cast(l.lane_share > p.borderline_share as boolean) as is_borderline,
  cast(c.changed_on as date) as industry_changed_on,
  cast(n.name_zh as string) as lane_zh,
  cast(n.name_en as string) as lane_en,
  cast(l.from_ym as integer) as window_from_ym,
  cast(l.to_ym as integer) as window_to_ym
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join feat_lane_share as l on l.subject_no = s.subject_no and l.lane = s.lane
left join list_lane_names as n on n.lane = s.lane
left join changes as c on c.subject_no = s.subject_no
