with
facts as (
  select s.subject_no, s.p_ym, d.months_since_registration,
    case when t.industry_2 in ('F51', 'F52') then 'trade' when t.industry_section = 'C' then 'making' end as sector,
    h.bought_w6_yuan, h.sold_w6_yuan, m.goods_bought_w6_yuan, m.goods_sold_w6_yuan,
    least(coalesce(m.coverage_bought_w6, 0), coalesce(m.coverage_bought_w12, 0)) as coverage_bought,
    least(coalesce(m.coverage_sold_w6, 0), coalesce(m.coverage_sold_w12, 0)) as coverage_sold,
    m.sim7_w6, m.sim7_w12, m.sim3_w12, m.unsupported_share_w12, m.unsupported_sales_w12_yuan,
    coalesce(m.input_tested_share_w12, 0) as tested_share, coalesce(m.has_processing_bought_w12, false) as has_processing
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_trade as h on h.subject_no = s.subject_no
  left join feat_goods_match as m on m.subject_no = s.subject_no
),
-- A side is small if its invoices are, or if lines that cover it well show little goods; badly covered lines show nothing.
sized as (
  select f.*, p.coverage_minimum, p.tested_share_minimum, p.months_registered_minimum,
    coalesce(f.bought_w6_yuan, 0) < p.side_minimum_yuan
      or (f.coverage_bought >= p.coverage_minimum and coalesce(f.goods_bought_w6_yuan, 0) < p.side_minimum_yuan) as is_bought_small,
    coalesce(f.sold_w6_yuan, 0) < p.side_minimum_yuan
      or (f.coverage_sold >= p.coverage_minimum and coalesce(f.goods_sold_w6_yuan, 0) < p.side_minimum_yuan) as is_sold_small
  from facts as f
  join params as p on p.subject_no = f.subject_no
)
select
  cast(subject_no as integer) as subject_no,
  cast(case when sector is null or is_bought_small or is_sold_small then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when months_since_registration < months_registered_minimum then 'N_TOO_YOUNG'
    when coverage_bought < coverage_minimum or coverage_sold < coverage_minimum then 'N_COVERAGE'
    when sector = 'making' and tested_share < tested_share_minimum then 'N_PEER_SMALL'
  end as string) as not_assessed,
  cast(case sector when 'trade' then sim7_w6 when 'making' then unsupported_share_w12 end as double) as goods_measure,
  cast(sector as string) as sector,
  cast(sim7_w6 as double) as sim7_w6,
  cast(sim7_w12 as double) as sim7_w12,
  cast(sim3_w12 as double) as sim3_w12,
  cast(unsupported_share_w12 as double) as unsupported_share,
  cast(tested_share as double) as tested_share,
  cast(has_processing as boolean) as has_processing,
  cast(goods_bought_w6_yuan as decimal(18,2)) as goods_bought_yuan,
  cast(goods_sold_w6_yuan as decimal(18,2)) as goods_sold_yuan,
  cast((1 - sim7_w6) * cast(goods_sold_w6_yuan as double) as decimal(18,2)) as mismatched_sales_yuan,
  cast(unsupported_sales_w12_yuan as decimal(18,2)) as unsupported_sales_yuan,
  cast(p_ym - 5 as integer) as window_from_ym,
  cast(p_ym - 11 as integer) as year_from_ym,
  cast(p_ym as integer) as window_to_ym
from sized
