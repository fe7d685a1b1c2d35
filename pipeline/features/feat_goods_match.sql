with
lines as (
  select subject_no,
    sum(case when side = 'bought' then w6_amount_yuan end) as bought_lines_w6,
    sum(case when side = 'sold' then w6_amount_yuan end) as sold_lines_w6,
    sum(case when side = 'bought' then w12_amount_yuan end) as bought_lines_w12,
    sum(case when side = 'sold' then w12_amount_yuan end) as sold_lines_w12,
    max(case when side = 'bought' and is_processing and w12_amount_yuan > 0 then 1 else 0 end) as has_processing
  from feat_goods_side
  group by subject_no
),
-- A code whose red invoices outweigh its blue ones has no share.
goods as (
  select subject_no, side, code7, substr(code7, 1, 3) as code3, greatest(w6_amount_yuan, 0) as w6_yuan, greatest(w12_amount_yuan, 0) as w12_yuan
  from feat_goods_side
  where is_goods
),
codes7 as (
  select subject_no, code7,
    sum(case when side = 'bought' then w6_yuan else 0 end) as bought_w6, sum(case when side = 'sold' then w6_yuan else 0 end) as sold_w6,
    sum(case when side = 'bought' then w12_yuan else 0 end) as bought_w12, sum(case when side = 'sold' then w12_yuan else 0 end) as sold_w12
  from goods
  group by subject_no, code7
),
codes3 as (
  select subject_no, code3,
    sum(case when side = 'bought' then w12_yuan else 0 end) as bought_w12, sum(case when side = 'sold' then w12_yuan else 0 end) as sold_w12
  from goods
  group by subject_no, code3
),
totals as (
  select subject_no, sum(bought_w6) as bought_w6, sum(sold_w6) as sold_w6, sum(bought_w12) as bought_w12, sum(sold_w12) as sold_w12
  from codes7
  group by subject_no
),
-- Shares are added as whole billionths: sums of fractions would depend on their order.
similar7 as (
  select k.subject_no,
    sum(cast(floor(1e9 * least({{ratio(k.bought_w6, t.bought_w6)}}, {{ratio(k.sold_w6, t.sold_w6)}})) as bigint)) as w6_billionths,
    sum(cast(floor(1e9 * least({{ratio(k.bought_w12, t.bought_w12)}}, {{ratio(k.sold_w12, t.sold_w12)}})) as bigint)) as w12_billionths
  from codes7 as k
  join totals as t on t.subject_no = k.subject_no
  group by k.subject_no
),
similar3 as (
  select k.subject_no,
    sum(cast(floor(1e9 * least({{ratio(k.bought_w12, t.bought_w12)}}, {{ratio(k.sold_w12, t.sold_w12)}})) as bigint)) as w12_billionths
  from codes3 as k
  join totals as t on t.subject_no = k.subject_no
  group by k.subject_no
),
products as (
  select distinct sold_code7 from feat_usual_input
),
supported as (
  select distinct k.subject_no, k.code7
  from codes7 as k
  join feat_usual_input as u on u.sold_code7 = k.code7
  join codes7 as b on b.subject_no = k.subject_no and b.code7 = u.bought_code7
  where k.sold_w12 > 0 and b.bought_w12 > 0
),
inputs as (
  select k.subject_no, sum(k.sold_w12) as tested_w12, sum(case when s.code7 is null then k.sold_w12 end) as unsupported_w12
  from codes7 as k
  join products as p on p.sold_code7 = k.code7
  left join supported as s on s.subject_no = k.subject_no and s.code7 = k.code7
  where k.sold_w12 > 0
  group by k.subject_no
)
select
  cast(l.subject_no as integer) as subject_no,
  cast(coalesce(t.bought_w6, 0) as decimal(18,2)) as goods_bought_w6_yuan,
  cast(coalesce(t.sold_w6, 0) as decimal(18,2)) as goods_sold_w6_yuan,
  cast(coalesce(t.bought_w12, 0) as decimal(18,2)) as goods_bought_w12_yuan,
  cast(coalesce(t.sold_w12, 0) as decimal(18,2)) as goods_sold_w12_yuan,
  cast({{ratio(l.bought_lines_w6, h.bought_w6_yuan)}} as double) as coverage_bought_w6,
  cast({{ratio(l.sold_lines_w6, h.sold_w6_yuan)}} as double) as coverage_sold_w6,
  cast({{ratio(l.bought_lines_w12, h.bought_w12_yuan)}} as double) as coverage_bought_w12,
  cast({{ratio(l.sold_lines_w12, h.sold_w12_yuan)}} as double) as coverage_sold_w12,
  cast(case when t.bought_w6 > 0 and t.sold_w6 > 0 then {{ratio(s7.w6_billionths, 1e9)}} end as double) as sim7_w6,
  cast(case when t.bought_w12 > 0 and t.sold_w12 > 0 then {{ratio(s7.w12_billionths, 1e9)}} end as double) as sim7_w12,
  cast(case when t.bought_w12 > 0 and t.sold_w12 > 0 then {{ratio(s3.w12_billionths, 1e9)}} end as double) as sim3_w12,
  cast(coalesce(i.tested_w12, 0) as decimal(18,2)) as input_tested_sales_w12_yuan,
  cast(coalesce(i.unsupported_w12, 0) as decimal(18,2)) as unsupported_sales_w12_yuan,
  cast({{ratio(coalesce(i.tested_w12, 0), t.sold_w12)}} as double) as input_tested_share_w12,
  cast({{ratio(coalesce(i.unsupported_w12, 0), i.tested_w12)}} as double) as unsupported_share_w12,
  cast(l.has_processing = 1 as boolean) as has_processing_bought_w12
from lines as l
join feat_trade as h on h.subject_no = l.subject_no
left join totals as t on t.subject_no = l.subject_no
left join similar7 as s7 on s7.subject_no = l.subject_no
left join similar3 as s3 on s3.subject_no = l.subject_no
left join inputs as i on i.subject_no = l.subject_no
