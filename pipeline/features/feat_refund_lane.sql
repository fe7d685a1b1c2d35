with
rules as (
  select r.ratio_deviation, r.ratio_small_deviation, r.ratio_loss_yuan
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
claims as (
  select s.subject_no, s.taxpayer_key, s.application_id, s.applied_on, s.decided_on, s.claim_ym, s.lane as claimed_lane, s.rule_on,
    s.claimed_amount_yuan, s.claimed_ratio, coalesce(s.claimed_stock_amount_yuan, 0) as claimed_stock_yuan,
    coalesce(s.export_refund_pending_yuan, 0) as export_pending_yuan, s.arrears_offset_amount_yuan,
    greatest(coalesce(t.registered_ym, 0), coalesce(t.general_from_ym, 0)) as started_ym
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  where s.has_claim
),
-- Refunds approved within 12 months before the claim that its period's credit does not show yet: not posted up to that period.
earlier as (
  select k.subject_no, k.taxpayer_key, k.claim_ym, sum(coalesce(a.paid_amount, 0) - coalesce(a.repaid_amount, 0)) as refunded_yuan,
    min({{ym(a.decided_on)}}) as first_ym
  from claims as k
  join refund_applications as a
    on a.taxpayer_key = k.taxpayer_key and a.application_id <> k.application_id and a.decision = 'approved'
      and a.decided_on > {{add_months(k.applied_on, -12)}}
      and (k.decided_on is null or a.decided_on <= k.decided_on)
  group by k.subject_no, k.taxpayer_key, k.claim_ym
),
posted as (
  select e.subject_no, sum(s.r22_tax_yuan) as posted_yuan
  from earlier as e
  join feat_schedule2_month as s on s.taxpayer_key = e.taxpayer_key and s.ym between e.first_ym and e.claim_ym
  group by e.subject_no
),
unposted as (
  select e.subject_no, greatest(0, e.refunded_yuan - coalesce(p.posted_yuan, 0)) as unposted_yuan
  from earlier as e
  left join posted as p on p.subject_no = e.subject_no
),
stock_refunds as (
  select distinct k.subject_no
  from claims as k
  join refund_applications as a
    on a.taxpayer_key = k.taxpayer_key and a.application_id <> k.application_id and a.applied_on < k.applied_on
      and a.decision = 'approved' and a.claimed_stock_amount > 0
),
-- The claimed ratio stands unless the recomputed one shows an overstatement beyond the tolerances of VR-07.
ratios as (
  select k.subject_no, q.input_ratio,
    coalesce(q.deviation_ratio > r.ratio_deviation or (q.deviation_ratio > r.ratio_small_deviation and q.loss_yuan > r.ratio_loss_yuan),
      false) as is_replaced
  from claims as k
  cross join rules as r
  left join feat_input_ratio as q on q.subject_no = k.subject_no
),
lanes as (
  select k.subject_no, l.lane, l.base, l.share, l.cap_yuan, l.share_above_cap, k.claim_ym,
    case l.base when 'none' then null when 'december' then {{idiv(k.claim_ym, 12)}} * 12 - 1 else l.base_ym end as base_ym,
    row_number() over (
      partition by k.subject_no, l.lane
      order by case when k.rule_on between l.from_on and l.to_on then 0 else 1 end asc nulls last, l.from_on desc nulls last
    ) as best_first
  from claims as k
  join list_lane_rules as l on l.lane = k.claimed_lane or k.rule_on between l.from_on and l.to_on
),
amounts as (
  select k.subject_no, k.taxpayer_key, n.lane, n.lane = k.claimed_lane as is_claimed_lane, n.base, n.base_ym, n.share, n.cap_yuan, n.share_above_cap,
    m.closing_credit_general_m20 as credit_yuan, coalesce(u.unposted_yuan, 0) as unposted_yuan, k.export_pending_yuan,
    coalesce(k.arrears_offset_amount_yuan, m.arrears_m33, 0) as arrears_yuan,
    case when m.closing_credit_general_m20 is not null
      then greatest(0, m.closing_credit_general_m20 - coalesce(u.unposted_yuan, 0) - k.export_pending_yuan
        - coalesce(k.arrears_offset_amount_yuan, m.arrears_m33, 0)) end as net_credit_yuan,
    case when n.base_ym is null or k.started_ym > n.base_ym then 0 else b.closing_credit_general_m20 end as base_yuan,
    q.is_replaced as is_ratio_replaced, q.input_ratio, k.claimed_ratio,
    case when q.is_replaced or k.claimed_ratio is null then q.input_ratio else k.claimed_ratio end as ratio_used,
    x.subject_no is not null as is_stock_refunded, k.claimed_stock_yuan > 0 as is_stock_claimed
  from claims as k
  join lanes as n on n.subject_no = k.subject_no and n.best_first = 1
  join ratios as q on q.subject_no = k.subject_no
  left join feat_return_month as m on m.taxpayer_key = k.taxpayer_key and m.ym = k.claim_ym
  left join feat_return_month as b on b.taxpayer_key = k.taxpayer_key and b.ym = n.base_ym
  left join unposted as u on u.subject_no = k.subject_no
  left join stock_refunds as x on x.subject_no = k.subject_no
),
parts as (
  select a.*,
    case when a.base <> 'stock' or a.is_stock_refunded then 0 when a.base_yuan is null or a.net_credit_yuan is null then null
      else least(a.net_credit_yuan, a.base_yuan) end as stock_yuan,
    case
      when a.base = 'stock' and a.is_stock_refunded then a.net_credit_yuan
      when a.base_yuan is null or a.net_credit_yuan is null then null
      else greatest(0, a.net_credit_yuan - a.base_yuan)
    end as increment_yuan
  from amounts as a
),
refundable as (
  select p.*, p.increment_yuan + case when p.is_stock_claimed then p.stock_yuan else 0 end as refundable_yuan
  from parts as p
)
select
  cast(subject_no as integer) as subject_no,
  cast(lane as string) as lane,
  cast(is_claimed_lane as boolean) as is_claimed_lane,
  cast(credit_yuan as decimal(18,2)) as credit_yuan,
  cast(unposted_yuan as decimal(18,2)) as unposted_yuan,
  cast(export_pending_yuan as decimal(18,2)) as export_pending_yuan,
  cast(arrears_yuan as decimal(18,2)) as arrears_yuan,
  cast(net_credit_yuan as decimal(18,2)) as net_credit_yuan,
  cast(base_ym as integer) as base_ym,
  cast(base_yuan as decimal(18,2)) as base_yuan,
  cast(stock_yuan as decimal(18,2)) as stock_yuan,
  cast(increment_yuan as decimal(18,2)) as increment_yuan,
  cast(claimed_ratio as double) as claimed_ratio,
  cast(input_ratio as double) as input_ratio,
  cast(is_ratio_replaced as boolean) as is_ratio_replaced,
  cast(ratio_used as double) as ratio_used,
  -- The CASE keeps an unknown amount unknown: least and greatest skip NULLs.
  cast(case when refundable_yuan is not null then
    ratio_used * (share * cast(case when cap_yuan is null then refundable_yuan else least(refundable_yuan, cap_yuan) end as double)
      + case when cap_yuan is null then 0e0 else share_above_cap * cast(greatest(0, refundable_yuan - cap_yuan) as double) end)
    end as decimal(18,2)) as refund_yuan
from refundable
