with
claims as (
  select s.subject_no, s.taxpayer_key, s.applied_on, r.counted_from_on, r.cleared_yuan
  from feat_subject as s
  join list_levy_bar_rules as r on s.applied_on between r.from_on and r.to_on
  where s.has_claim
),
levies as (
  select k.subject_no, count(*) as document_count, min(l.refunded_on) as first_on, max(l.refunded_on) as last_on, sum(l.amount) as received_yuan,
    sum(case when l.repaid_on <= k.applied_on then coalesce(l.repaid_amount, 0) else 0 end) as repaid_yuan
  from claims as k
  join levy_refunds as l on l.taxpayer_key = k.taxpayer_key and l.refunded_on between k.counted_from_on and k.applied_on
  where not coalesce(l.is_exempt_from_bar, false)
  group by k.subject_no
),
-- The stream of retained-credit refunds: a day on which repayments bring its balance back to nothing ends that regime.
moves as (
  select k.subject_no, k.cleared_yuan, a.paid_on as moved_on, a.paid_amount, 0 as repaid_amount
  from claims as k
  join refund_applications as a on a.taxpayer_key = k.taxpayer_key and a.paid_on <= k.applied_on and a.paid_amount is not null
  union all
  select k.subject_no, k.cleared_yuan, a.repaid_on as moved_on, 0 as paid_amount, a.repaid_amount
  from claims as k
  join refund_applications as a on a.taxpayer_key = k.taxpayer_key and a.repaid_on <= k.applied_on and a.repaid_amount is not null
),
days as (
  select subject_no, cleared_yuan, moved_on, sum(paid_amount) as paid_yuan, sum(repaid_amount) as repaid_yuan
  from moves
  group by subject_no, cleared_yuan, moved_on
),
balances as (
  select d.*,
    sum(d.paid_yuan - d.repaid_yuan) over (
      partition by d.subject_no
      order by d.moved_on asc nulls last
      rows between unbounded preceding and current row
    ) as balance_yuan
  from days as d
),
switches as (
  select subject_no, max(moved_on) as last_on
  from balances
  where repaid_yuan > 0 and balance_yuan <= cleared_yuan and balance_yuan + repaid_yuan > cleared_yuan
  group by subject_no
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(coalesce(l.document_count, 0) as integer) as levy_document_count,
  cast(l.first_on as date) as first_levy_on,
  cast(l.last_on as date) as last_levy_on,
  cast(coalesce(l.received_yuan, 0) as decimal(18,2)) as levy_received_yuan,
  cast(coalesce(l.repaid_yuan, 0) as decimal(18,2)) as levy_repaid_yuan,
  cast(coalesce(l.received_yuan, 0) - coalesce(l.repaid_yuan, 0) as decimal(18,2)) as levy_open_yuan,
  cast(w.last_on as date) as last_switch_on
from claims as k
left join levies as l on l.subject_no = k.subject_no
left join switches as w on w.subject_no = k.subject_no
