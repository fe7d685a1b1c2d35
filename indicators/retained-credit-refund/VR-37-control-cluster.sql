with
measured as (
  select s.subject_no, s.taxpayer_key, s.is_recent_claim, s.claimed_amount_yuan, s.p_ym, d.months_since_registration, c.has_key, c.member_count, c.young_count, c.sold_inside_yuan, c.deducted_inside_tax_yuan,
    t.sold_w12_yuan, u.deduct_tax_w12_yuan,
    case when u.deduct_tax_w12_yuan > 0 then {{ratio(c.deducted_inside_tax_yuan, u.deduct_tax_w12_yuan)}} end as bought_share,
    case when t.sold_w12_yuan > 0 then {{ratio(c.sold_inside_yuan, t.sold_w12_yuan)}} end as sold_share,
    case when c.member_count > 0 then {{ratio(c.young_count, c.member_count)}} end as young_share
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join ring_cluster as c on c.subject_no = s.subject_no
  left join feat_trade as t on t.subject_no = s.subject_no
  left join feat_deduction as u on u.subject_no = s.subject_no
),
valued as (
  select m.*, case when m.bought_share is null and m.sold_share is null then null else greatest(coalesce(m.bought_share, 0), coalesce(m.sold_share, 0), 0) end as inside_share
  from measured as m
),
-- Whom keys and the window cannot speak of may still stand in a published ring, which looks at all that was delivered.
spoken as (
  select m.*,
    case
      when m.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
      when not m.has_key then 'N_NO_ROWS'
      when m.inside_share is null and m.member_count >= p.members_minimum and not (m.member_count >= p.large_members_minimum and m.young_share >= p.young_share_minimum)
        then 'N_DENOMINATOR'
    end as unmeasured
  from valued as m
  join params as p on p.subject_no = m.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when r.ring_id is null then m.unmeasured end as string) as not_assessed,
  cast(m.unmeasured is null as boolean) as is_measured,
  cast(case when m.member_count = 1 then 0 else m.inside_share end as double) as inside_share,
  cast(m.member_count as integer) as member_count,
  cast(m.young_count as integer) as young_count,
  cast(m.young_share as double) as young_share,
  cast(m.bought_share as double) as bought_share,
  cast(m.sold_share as double) as sold_share,
  cast(m.sold_inside_yuan as decimal(18,2)) as sold_inside_yuan,
  cast(m.deducted_inside_tax_yuan as decimal(18,2)) as deducted_inside_tax_yuan,
  cast(m.member_count > p.unwieldy_members as boolean) as is_unwieldy,
  cast(case when m.member_count > p.unwieldy_members then '（群体过大，仅供参考）' else '' end as string) as notes_zh,
  cast(case when m.member_count > p.unwieldy_members then ' (large cluster, for information)' else '' end as string) as notes_en,
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
  cast(m.p_ym - 11 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from spoken as m
join params as p on p.subject_no = m.subject_no
left join ring_membership as r on r.taxpayer_key = m.taxpayer_key and r.ring_score >= p.ring_score_minimum and r.kind not in ('closed_loop', 'pass_through', 'goods_switch', 'firm_splitting')
