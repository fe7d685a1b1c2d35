-- The size test, then each lane with share, test and amount.
with
sizes as (
  select a.subject_no, 1 as kind_no, '划型 size class' as row_kind, z.size_class as lane, z.group_zh as detail, z.year_sales_yuan as first_yuan, z.assets_yuan as second_yuan,
    cast(null as double) as lane_share, cast(null as boolean) as is_met
  from asked as a
  join feat_size_class as z on z.subject_no = a.subject_no
),
limits as (
  select a.subject_no, 2 as kind_no, '划型标准(中型下限) medium limits' as row_kind, cast(null as string) as lane, z.group_zh as detail, z.sales_medium_yuan as first_yuan,
    z.assets_medium_yuan as second_yuan, cast(null as double) as lane_share, cast(null as boolean) as is_met
  from asked as a
  join feat_size_class as z on z.subject_no = a.subject_no
  union all
  select a.subject_no, 2 as kind_no, '划型标准(小型下限) small limits' as row_kind, null as lane, z.group_zh as detail, z.sales_small_yuan as first_yuan,
    z.assets_small_yuan as second_yuan, null as lane_share, null as is_met
  from asked as a
  join feat_size_class as z on z.subject_no = a.subject_no
),
lanes as (
  select a.subject_no, 3 as kind_no, '通道 lane' as row_kind, r.lane, n.name_zh as detail, r.net_credit_yuan as first_yuan, r.refund_yuan as second_yuan, h.lane_share, t.is_met
  from asked as a
  join feat_refund_lane as r on r.subject_no = a.subject_no
  left join list_lane_names as n on n.lane = r.lane
  left join feat_lane_share as h on h.subject_no = r.subject_no and h.lane = r.lane
  left join feat_lane_test as t on t.subject_no = r.subject_no and t.lane = r.lane
),
sales as (
  select a.subject_no, 4 as kind_no, '划型年度销售 sales of the size year' as row_kind, cast(null as string) as lane,
    cast(cast({{idiv(m.ym, 12)}} * 100 + mod(m.ym, 12) + 1 as integer) as string) as detail, m.sales_declared_yuan as first_yuan, cast(null as decimal(18,2)) as second_yuan,
    cast(null as double) as lane_share, cast(null as boolean) as is_met
  from asked as a
  join feat_size_class as z on z.subject_no = a.subject_no
  join feat_return_month as m on m.taxpayer_key = a.taxpayer_key and m.ym between z.from_ym and z.to_ym
),
kinds as (
  select * from sizes
  union all
  select * from limits
  union all
  select * from lanes
  union all
  select * from sales
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (partition by k.subject_no order by k.kind_no asc nulls last, k.row_kind asc nulls last, k.lane asc nulls last, k.detail desc nulls last) as integer)
    as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.lane as string) as lane,
  cast(k.detail as string) as detail,
  cast(k.first_yuan as decimal(18,2)) as first_yuan,
  cast(k.second_yuan as decimal(18,2)) as second_yuan,
  cast(k.lane_share as double) as lane_share,
  cast(k.is_met as boolean) as is_met
from kinds as k
