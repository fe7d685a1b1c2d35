with
lane_names as (
  select 'four_industries' as lane, '制造业等4个行业' as lane_zh
  union all
  select 'real_estate' as lane, '房地产开发经营业' as lane_zh
  union all
  select 'other' as lane, '其他纳税人' as lane_zh
  union all
  select 'industry_2022' as lane, '制造业等行业（2022年）' as lane_zh
  union all
  select 'small_micro_2022' as lane, '小微企业（2022年）' as lane_zh
  union all
  select 'advanced_manufacturing' as lane, '先进制造业' as lane_zh
  union all
  select 'general_2019' as lane, '一般增量（2019年）' as lane_zh
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when s.has_claim and a.refund_yuan is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(a.excess_yuan as decimal(18,2)) as excess_yuan,
  cast(s.claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan,
  cast(a.refund_yuan as decimal(18,2)) as refund_yuan,
  cast(a.credit_yuan as decimal(18,2)) as credit_yuan,
  cast(a.unposted_yuan + a.export_pending_yuan + a.arrears_yuan as decimal(18,2)) as deduction_yuan,
  cast(a.net_credit_yuan as decimal(18,2)) as net_credit_yuan,
  cast(a.base_yuan as decimal(18,2)) as base_yuan,
  cast(a.ratio_used as double) as ratio_used,
  cast(case when a.is_ratio_replaced then '按申报数据重算' else '按申请所列' end as string) as ratio_source_zh,
  cast(case when a.is_ratio_replaced then 'recomputed' else 'as claimed' end as string) as ratio_source_en,
  cast(s.lane as string) as lane,
  cast(n.lane_zh as string) as lane_zh,
  cast(s.claim_ym as integer) as claim_ym
from feat_subject as s
left join feat_refund_amount as a on a.subject_no = s.subject_no
left join lane_names as n on n.lane = s.lane
