-- The sums behind the share, then sales by goods code with the industry it is mapped to, then changes of the registered industry.
with
sums as (
  select a.subject_no, 1 as kind_no, 'D 申报销售额 declared sales' as row_kind, cast(null as string) as goods_code, cast(null as string) as industry, l.declared_yuan as amount_yuan,
    cast(null as date) as on_day
  from asked as a
  join feat_lane_share as l on l.subject_no = a.subject_no and l.lane = a.lane
  union all
  select a.subject_no, 1 as kind_no, 'B 发票明细 lines' as row_kind, null as goods_code, null as industry, l.lines_yuan as amount_yuan, null as on_day
  from asked as a
  join feat_lane_share as l on l.subject_no = a.subject_no and l.lane = a.lane
  union all
  select a.subject_no, 1 as kind_no, 'A 所选行业明细 lines of the lane' as row_kind, null as goods_code, null as industry, l.lane_coded_yuan as amount_yuan, null as on_day
  from asked as a
  join feat_lane_share as l on l.subject_no = a.subject_no and l.lane = a.lane
  union all
  select a.subject_no, 1 as kind_no, 'U 未开票部分 not on lines' as row_kind, null as goods_code, null as industry, l.uninvoiced_yuan as amount_yuan, null as on_day
  from asked as a
  join feat_lane_share as l on l.subject_no = a.subject_no and l.lane = a.lane
),
goods as (
  select a.subject_no, 2 as kind_no, '销售编码 code sold' as row_kind, g.goods_code, g.industry, g.amount_yuan, cast(null as date) as on_day
  from asked as a
  join feat_claim_goods as g on g.subject_no = a.subject_no
),
industries as (
  select a.subject_no, 3 as kind_no, '登记行业 registered industry' as row_kind, cast(null as string) as goods_code, i.industry_code as industry,
    cast(null as decimal(18,2)) as amount_yuan, i.from_on as on_day
  from asked as a
  join feat_industry_interval as i on i.taxpayer_key = a.taxpayer_key
),
kinds as (
  select * from sums
  union all
  select * from goods
  union all
  select * from industries
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.amount_yuan desc nulls last, k.on_day desc nulls last, k.row_kind asc nulls last, k.goods_code asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.goods_code as string) as goods_code,
  cast(k.industry as string) as industry,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.on_day as date) as from_on
from kinds as k
