with
shares as (
  select subject_no,
    max(case when lane = 'industry_2022' then lane_share end) as industry_share, max(case when lane = 'four_industries' then lane_share end) as four_share,
    max(case when lane = 'real_estate' then lane_share end) as estate_share
  from feat_lane_share
  group by subject_no
),
tests as (
  select subject_no, max(case when lane = 'real_estate' and is_met then 1 else 0 end) as is_estate_met from feat_lane_test group by subject_no
),
-- The lane the facts lead to. Until 31 August 2025 by size and industry, since then by industry alone.
judged as (
  select s.subject_no, s.applied_on, s.lane, s.claimed_size, s.claimed_amount_yuan, s.has_claim, z.size_class, h.industry_share, h.four_share, h.estate_share,
    case
      when s.applied_on between date '2022-04-01' and date '2025-08-31' then
        case when z.size_class in ('small', 'micro') then 'small_micro_2022'
          when z.size_class is null then null
          when h.industry_share is null then null
          when h.industry_share > p.share_minimum then 'industry_2022'
          -- The rule of 2019 stayed open to everybody else, with its own test.
          when s.lane = 'general_2019' then s.lane else 'none' end
      when s.applied_on >= date '2025-09-01' then
        case when h.estate_share is null and h.four_share is null then null
          when h.estate_share > p.share_minimum and t.is_estate_met = 1 then 'real_estate'
          when h.four_share > p.share_minimum then 'four_industries' else 'other' end
    end as right_lane
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  left join feat_size_class as z on z.subject_no = s.subject_no
  left join shares as h on h.subject_no = s.subject_no
  left join tests as t on t.subject_no = s.subject_no
),
-- What a lane refunds: nothing where its test fails; no stock part before the lane's first day for the size.
refunds as (
  select j.subject_no, r.lane,
    case when coalesce(e.is_met, true) then r.refund_yuan
      - case when r.stock_yuan > 0 and exists (select 1 from list_lane_stock_dates as a where a.lane = r.lane) and not exists (
          select 1 from list_lane_stock_dates as d where d.lane = r.lane and d.size_class = j.size_class and j.applied_on between d.from_on and d.to_on
        ) and coalesce(s.claimed_stock_amount_yuan, 0) > 0 then cast(cast(r.stock_yuan as double) * coalesce(r.ratio_used, 0) as decimal(18,2)) else 0 end
      else 0 end as refund_yuan
  from judged as j
  join feat_subject as s on s.subject_no = j.subject_no
  join feat_refund_lane as r on r.subject_no = j.subject_no
  left join feat_lane_test as e on e.subject_no = r.subject_no and e.lane = r.lane
),
compared as (
  select j.*, c.refund_yuan as claimed_refund_yuan, case when j.right_lane = 'none' then 0 else r.refund_yuan end as right_refund_yuan,
    case when j.right_lane <> j.lane or (j.claimed_size is not null and j.size_class is not null and j.claimed_size <> j.size_class) then true else false end as is_different
  from judged as j
  left join refunds as c on c.subject_no = j.subject_no and c.lane = j.lane
  left join refunds as r on r.subject_no = j.subject_no and r.lane = j.right_lane
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(case when not c.has_claim then 'A_NO_CLAIM' when c.applied_on < date '2022-04-01' then 'A_LANE' end as string) as not_applicable,
  cast(case when c.right_lane is null or c.claimed_refund_yuan is null or c.right_refund_yuan is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(c.claimed_refund_yuan - c.right_refund_yuan as decimal(18,2)) as excess_yuan,
  cast(c.claimed_refund_yuan as decimal(18,2)) as claimed_refund_yuan,
  cast(c.right_refund_yuan as decimal(18,2)) as right_refund_yuan,
  cast(c.is_different as boolean) as is_different,
  cast(coalesce(a.name_zh, c.lane) as string) as claimed_lane_zh,
  cast(coalesce(a.name_en, c.lane) as string) as claimed_lane_en,
  cast(case when c.right_lane = 'none' then '不适用任何通道' else coalesce(b.name_zh, c.right_lane) end as string) as right_lane_zh,
  cast(case when c.right_lane = 'none' then 'no lane' else coalesce(b.name_en, c.right_lane) end as string) as right_lane_en,
  cast(case c.claimed_size when 'large' then '大型' when 'medium' then '中型' when 'small' then '小型' when 'micro' then '微型' else '未填' end as string) as claimed_size_zh,
  cast(case c.size_class when 'large' then '大型' when 'medium' then '中型' when 'small' then '小型' when 'micro' then '微型' else '未划型' end as string) as size_zh,
  cast(coalesce(c.claimed_size, 'no size') as string) as claimed_size_en,
  cast(coalesce(c.size_class, 'not classed') as string) as size_en
from compared as c
left join list_lane_names as a on a.lane = c.lane
left join list_lane_names as b on b.lane = c.right_lane
