with
measured as (
  select s.subject_no, s.taxpayer_key, s.is_recent_claim, s.claimed_amount_yuan, d.months_since_registration, l.has_invoices, l.loop_yuan, l.from_on, l.until_on, l.loop_count, l.shortest_hops, l.is_goods_broken,
    l.is_truncated, t.sold_w6_yuan,
    case when l.loop_yuan = 0 then cast(0 as double) when t.sold_w6_yuan > 0 then {{ratio(l.loop_yuan, t.sold_w6_yuan)}} end as loop_share
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_trade as t on t.subject_no = s.subject_no
  left join ring_loop_share as l on l.subject_no = s.subject_no
),
-- Whom the window of the measure cannot speak of may still stand in a published ring, which looks at all that was delivered.
spoken as (
  select m.*,
    case
      when m.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
      when not m.has_invoices then 'N_NO_ROWS'
      when m.loop_share is null then 'N_DENOMINATOR'
    end as unmeasured
  from measured as m
  join params as p on p.subject_no = m.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when r.ring_id is null then m.unmeasured end as string) as not_assessed,
  cast(m.unmeasured is null as boolean) as is_measured,
  cast(m.loop_share as double) as loop_share,
  cast(m.loop_yuan as decimal(18,2)) as loop_yuan,
  cast(m.sold_w6_yuan as decimal(18,2)) as sold_yuan,
  cast(m.loop_count as integer) as loop_count,
  cast(m.shortest_hops as integer) as shortest_hops,
  cast(m.from_on as date) as loop_from_on,
  cast(m.until_on as date) as loop_until_on,
  cast(m.is_truncated as boolean) as is_truncated,
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
  cast(r.concerned_yuan as decimal(18,2)) as ring_amount_yuan,
  cast(coalesce(case when m.is_recent_claim then m.claimed_amount_yuan end, r.ring_yuan) as decimal(18,2)) as ring_stake_yuan,
  cast(case when m.is_goods_broken then '，前后环节品名不相关' else '' end || case when m.is_truncated then '，部分节点交易对手过多未展开' else '' end as string) as notes_zh,
  cast(case when m.is_goods_broken then '; goods of two hops in a row differ' else '' end || case when m.is_truncated then '; parties with too many counterparties were not followed' else '' end as string) as notes_en
from spoken as m
join params as p on p.subject_no = m.subject_no
left join ring_membership as r on r.taxpayer_key = m.taxpayer_key and r.ring_score >= p.ring_score_minimum and r.kind = 'closed_loop'
