with
declared as (
  select s.subject_no, count(*) as period_count
  from feat_subject as s
  join feat_schedule1_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 23 and s.p_ym
  group by s.subject_no
),
excesses as (
  select s.subject_no, u.ym, u.uninvoiced_sales_c05, u.balance_before_yuan, u.excess_negative_yuan as excess_yuan,
    u.earlier_period_count >= p.earlier_periods_minimum as is_tested, p.excess_tolerance_yuan as tolerance_yuan
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_uninvoiced_month as u on u.taxpayer_key = s.taxpayer_key and u.ym between s.p_ym - 23 and s.p_ym
),
ranked as (
  select e.*,
    row_number() over (
      partition by e.subject_no
      order by e.is_tested and e.excess_yuan > e.tolerance_yuan desc nulls last, e.excess_yuan desc nulls last, e.ym desc nulls last
    ) as worst_first
  from excesses as e
),
sums as (
  select subject_no, max(case when is_tested then excess_yuan else 0 end) as tested_excess,
    max(case when is_tested then 0 else excess_yuan end) as untested_excess,
    sum(case when is_tested and excess_yuan > tolerance_yuan then excess_yuan else 0 end) as total_excess
  from excesses
  group by subject_no
),
reds as (
  select s.subject_no, t.red_prior_w3_yuan, t.sold_normal_w3_yuan, d.months_since_registration, q.g5,
    coalesce(q.is_eligible, false) as is_eligible,
    case when t.sold_normal_count_w3 >= p.normal_invoices_minimum and coalesce(d.months_since_registration, 3) >= 3 then t.red_prior_share_w3 end as red_share
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_trade as t on t.subject_no = s.subject_no
  left join feat_peer as q on q.subject_no = s.subject_no
),
-- The widest peer group: where it is too small, a high share cannot be compared at all.
widest as (
  select g5, count(*) as member_count from reds where is_eligible and red_share is not null group by g5
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.subject_no is null and r.red_share is null then case when r.months_since_registration < 3 then 'N_TOO_YOUNG' else 'N_COVERAGE' end
    when r.red_share >= p.red_share_minimum and coalesce(w.member_count, 0) < p.peer_members_minimum
      and coalesce(m.tested_excess, 0) <= p.excess_tolerance_yuan then 'N_PEER_SMALL'
  end as string) as not_assessed,
  cast(coalesce(m.tested_excess, case when d.subject_no is not null then 0 end) as decimal(18,2)) as excess_yuan,
  cast(coalesce(m.untested_excess, 0) as decimal(18,2)) as untested_excess_yuan,
  cast(coalesce(m.total_excess, 0) as decimal(18,2)) as total_excess_yuan,
  cast(x.ym as integer) as worst_ym,
  cast(x.uninvoiced_sales_c05 as decimal(18,2)) as worst_uninvoiced_yuan,
  cast(x.balance_before_yuan as decimal(18,2)) as worst_balance_yuan,
  cast(r.red_share as double) as red_share,
  cast(r.red_prior_w3_yuan as decimal(18,2)) as red_prior_yuan,
  cast(r.sold_normal_w3_yuan as decimal(18,2)) as normal_sales_yuan,
  cast(s.p_ym - 2 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from reds as r
join feat_subject as s on s.subject_no = r.subject_no
join params as p on p.subject_no = r.subject_no
left join declared as d on d.subject_no = r.subject_no
left join sums as m on m.subject_no = r.subject_no
left join ranked as x on x.subject_no = r.subject_no and x.worst_first = 1
left join widest as w on w.g5 = r.g5
