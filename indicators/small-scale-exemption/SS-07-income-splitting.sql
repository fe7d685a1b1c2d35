with
measured as (
  select s.subject_no, s.taxpayer_key, s.p_ym, d.months_since_registration, c.has_key, r.member_count, r.known_count, r.has_over_limit, r.greatest_quarter_yuan, r.sold_yuan,
    r.shares_device, r.is_in_cluster,
    case when r.sold_yuan > 0 then cast({{ratio(r.top_buyer_yuan, r.sold_yuan)}} as decimal(18,9)) end as top_buyer_share,
    case when r.sold_yuan > 0 then cast({{ratio(r.top_code_yuan, r.sold_yuan)}} as decimal(18,9)) end as top_code_share
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join ring_cluster as c on c.subject_no = s.subject_no
  left join ring_income_split as r on r.subject_no = s.subject_no
),
-- Whom keys and quarters cannot speak of may still stand in a published ring, which looks at all that was delivered.
spoken as (
  select m.*,
    case
      when m.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
      when not m.has_key then 'N_NO_ROWS'
      when m.is_in_cluster and m.member_count >= p.members_minimum and not m.has_over_limit and m.known_count < p.known_share_minimum * m.member_count then 'N_COVERAGE'
    end as unmeasured
  from measured as m
  join params as p on p.subject_no = m.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when r.ring_id is null then m.unmeasured end as string) as not_assessed,
  cast(m.sold_yuan as decimal(18,2)) as sold_yuan,
  cast(m.unmeasured is null and m.is_in_cluster and m.member_count >= p.members_minimum and not m.has_over_limit as boolean) as is_under_limit_together,
  cast(m.member_count as integer) as member_count,
  cast(m.greatest_quarter_yuan as decimal(18,2)) as greatest_quarter_yuan,
  cast(m.top_buyer_share as double) as top_buyer_share,
  cast(m.top_code_share as double) as top_code_share,
  cast(m.shares_device as boolean) as shares_device,
  cast(case when m.shares_device then '，共用设备' else '' end as string) as device_zh,
  cast(case when m.shares_device then ', a shared device' else '' end as string) as device_en,
  cast(r.ring_id is not null as boolean) as is_ring_member,
  cast(r.ring_score as double) as ring_score,
  cast(r.ring_id as string) as ring_id,
  cast(r.kind_zh as string) as ring_kind_zh,
  cast(r.kind_en as string) as ring_kind_en,
  cast(r.role_zh as string) as ring_role_zh,
  cast(r.role_en as string) as ring_role_en,
  cast(r.member_count as integer) as ring_member_count,
  cast(r.ring_yuan as decimal(18,2)) as ring_yuan,
  cast(r.first_on as date) as ring_first_on,
  cast(r.last_on as date) as ring_last_on,
  cast(m.p_ym - 11 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from spoken as m
join params as p on p.subject_no = m.subject_no
left join ring_membership as r on r.taxpayer_key = m.taxpayer_key and r.ring_score >= p.ring_score_minimum and r.kind <> 'firm_splitting'
