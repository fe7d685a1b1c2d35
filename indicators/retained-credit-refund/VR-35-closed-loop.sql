with
measured as (
  select s.subject_no, s.p_ym, d.months_since_registration, l.has_invoices, l.loop_yuan, l.from_on, l.until_on, l.loop_count, l.shortest_hops, l.is_goods_broken,
    l.is_truncated, t.sold_w6_yuan,
    case when l.loop_yuan = 0 then cast(0 as double) when t.sold_w6_yuan > 0 then {{ratio(l.loop_yuan, t.sold_w6_yuan)}} end as loop_share
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_trade as t on t.subject_no = s.subject_no
  left join ring_loop_share as l on l.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when m.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
    when not m.has_invoices then 'N_NO_ROWS'
    when m.loop_share is null then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(m.loop_share as double) as loop_share,
  cast(m.loop_yuan as decimal(18,2)) as loop_yuan,
  cast(m.sold_w6_yuan as decimal(18,2)) as sold_yuan,
  cast(m.loop_count as integer) as loop_count,
  cast(m.shortest_hops as integer) as shortest_hops,
  cast(m.from_on as date) as loop_from_on,
  cast(m.until_on as date) as loop_until_on,
  cast(m.is_truncated as boolean) as is_truncated,
  cast(case when m.is_goods_broken then '，前后环节品名不相关' else '' end || case when m.is_truncated then '，部分节点交易对手过多未展开' else '' end as string) as notes_zh,
  cast(case when m.is_goods_broken then '; goods of two hops in a row differ' else '' end || case when m.is_truncated then '; parties with too many counterparties were not followed' else '' end as string) as notes_en
from measured as m
join params as p on p.subject_no = m.subject_no
