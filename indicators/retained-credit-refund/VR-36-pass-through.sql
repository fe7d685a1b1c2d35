with
staff as (
  select s.subject_no, sum(h.insured_count) as insured, count(h.insured_count) as months
  from feat_subject as s
  join feat_staff_month as h on h.taxpayer_key = s.taxpayer_key and h.ym between s.p_ym - 2 and s.p_ym
  group by s.subject_no
),
measured as (
  select s.subject_no, s.taxpayer_key, s.is_recent_claim, s.claimed_amount_yuan, s.p_ym, t.sold_w3_yuan, t.bought_w3_yuan, d.months_since_registration, x.sold_yuan, x.bought_yuan, x.held_days,
    case when x.sold_yuan > 0 then cast({{ratio(abs(x.sold_yuan - x.bought_yuan), x.sold_yuan)}} as decimal(18,9)) end as margin_ratio,
    case when d.sales_ltm_yuan > 0 then {{ratio(b.inventory_yuan, d.sales_ltm_yuan)}} end as inventory_ratio,
    {{ratio(h.insured, h.months)}} as staff
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_trade as t on t.subject_no = s.subject_no
  left join feat_pass_through as x on x.subject_no = s.subject_no
  left join feat_balance as b on b.subject_no = s.subject_no and b.months_back = 0
  left join staff as h on h.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  -- Whom three months cannot speak of may still stand in a published ring, which looks at all that was delivered.
  cast(case when m.months_since_registration < 3 and r.ring_id is null then 'N_TOO_YOUNG' end as string) as not_assessed,
  cast(m.margin_ratio as double) as margin_ratio,
  cast(m.sold_yuan as decimal(18,2)) as sold_yuan,
  cast(m.bought_yuan as decimal(18,2)) as bought_yuan,
  cast(m.held_days as integer) as held_days,
  cast(m.inventory_ratio as double) as inventory_ratio,
  cast(m.staff as double) as staff,
  cast(coalesce(m.months_since_registration >= 3, true) and coalesce(m.sold_yuan >= p.sold_minimum_yuan and m.margin_ratio <= p.margin_maximum and m.held_days <= p.held_days_maximum, false) as boolean) as is_passing,
  cast(coalesce(m.inventory_ratio >= p.inventory_ratio_maximum, false) or coalesce(m.staff > p.staff_maximum, false) as boolean) as has_substance,
  cast(m.inventory_ratio is null and m.staff is null as boolean) as is_substance_unknown,
  cast(case when m.inventory_ratio is null then '存货未知' else '' end || case when m.staff is null then '人员未知' else '' end as string) as unknown_zh,
  cast(case when m.inventory_ratio is null then 'stock unknown ' else '' end || case when m.staff is null then 'staff unknown' else '' end as string) as unknown_en,
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
  cast(m.p_ym - 2 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
join params as p on p.subject_no = m.subject_no
left join ring_membership as r on r.taxpayer_key = m.taxpayer_key and r.ring_score >= p.ring_score_minimum and r.kind in ('pass_through', 'goods_switch')
