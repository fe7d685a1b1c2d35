with
-- Splitting a firm by itself is lawful and feeds no indicator: a ring of that kind stands in for a taxpayer only where it has no other.
placed as (
  select p.party_key as taxpayer_key, p.ring_no, i.ring_id, k.kind, s.score, p.role, p.share, p.claimed_yuan,
    greatest(p.sold_inside_yuan, p.bought_inside_yuan) as own_yuan,
    row_number() over (
      partition by p.party_key
      order by case when k.kind = 'firm_splitting' then 1 else 0 end asc nulls last, s.score desc nulls last, i.ring_id asc nulls last
    ) as best_first
  from ring_identity as i
  join ring_score as s on s.ring_no = i.ring_no and s.is_published
  join ring_kind as k on k.ring_no = i.ring_no and k.place = 1
  join ring_part as p on p.ring_no = i.ring_no
  join feat_taxpayer as t on t.taxpayer_key = p.party_key
)
select
  cast(p.taxpayer_key as integer) as taxpayer_key,
  cast(p.ring_no as integer) as ring_no,
  cast(p.ring_id as string) as ring_id,
  cast(p.kind as string) as kind,
  cast(case p.kind
    when 'closed_loop' then '闭环开票' when 'burst_and_vanish' then '短期集中开票后停止' when 'pass_through' then '多层过票' when 'goods_switch' then '品名变换'
    when 'income_splitting' then '拆分收入' when 'invoice_mill' then '空壳批量开票' when 'customs_graft' then '海关缴款书嫁接'
    when 'related_transfer' then '关联低价转移' when 'firm_splitting' then '拆分主体' else p.kind
  end as string) as kind_zh,
  cast(case p.kind
    when 'closed_loop' then 'closed loop' when 'burst_and_vanish' then 'burst and vanish' when 'pass_through' then 'pass-through' when 'goods_switch' then 'goods switch'
    when 'income_splitting' then 'income splitting' when 'invoice_mill' then 'invoice mill' when 'customs_graft' then 'customs graft'
    when 'related_transfer' then 'related transfer' when 'firm_splitting' then 'firm splitting' else p.kind
  end as string) as kind_en,
  cast(p.role as string) as role,
  cast(case p.role
    when 'controller' then '控制方' when 'issuer' then '开票方' when 'conduit' then '过票方' when 'beneficiary' then '受益方' else '成员'
  end as string) as role_zh,
  cast(p.role as string) as role_en,
  cast(p.score as double) as ring_score,
  cast(g.party_count as integer) as member_count,
  cast(p.share as double) as share,
  cast(g.amount_yuan as decimal(18,2)) as ring_yuan,
  cast(g.claimed_yuan as decimal(18,2)) as ring_claimed_yuan,
  cast(p.claimed_yuan as decimal(18,2)) as own_claimed_yuan,
  cast(coalesce(p.claimed_yuan, case when p.own_yuan > 0 then p.own_yuan end, g.amount_yuan) as decimal(18,2)) as concerned_yuan,
  cast(g.first_on as date) as first_on,
  cast(g.last_on as date) as last_on
from placed as p
join ring_sign as g on g.ring_no = p.ring_no
where p.best_first = 1
