-- Per approved claim: the decision, the return before it with its arrears, deferrals past due on that day, and row 21 after it.
with
decisions as (
  select a.subject_no, a.taxpayer_key, c.application_id, c.decided_on, c.decided_ym, c.paid_amount_yuan, c.arrears_offset_yuan
  from asked as a
  join feat_refund_claim as c on c.taxpayer_key = a.taxpayer_key
),
before_decision as (
  select d.subject_no, d.application_id, d.decided_on, r.ym, r.arrears_m33,
    row_number() over (partition by d.subject_no, d.application_id order by r.ym desc nulls last) as newest_first
  from decisions as d
  join feat_return_month as r on r.taxpayer_key = d.taxpayer_key and r.filed_on < d.decided_on and r.ym < d.decided_ym
),
kinds as (
  select subject_no, application_id, decided_on, 1 as kind_no, '退税决定 decision' as row_kind, decided_on as on_day, cast(null as integer) as ym,
    paid_amount_yuan as amount_yuan, arrears_offset_yuan as offset_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from decisions
  union all
  select subject_no, application_id, decided_on, 2 as kind_no, '主表第33栏欠税 row 33' as row_kind, null as on_day, ym, arrears_m33 as amount_yuan, null as offset_yuan,
    null as source_file_no, null as source_row_no
  from before_decision
  where newest_first = 1
  union all
  select d.subject_no, d.application_id, d.decided_on, 3 as kind_no, '到期缓缴增值税 deferral past due' as row_kind, f.extended_due_on as on_day, f.ym,
    f.deferred_amount_yuan as amount_yuan, null as offset_yuan, f.source_file_no, f.source_row_no
  from decisions as d
  join feat_deferral as f on f.taxpayer_key = d.taxpayer_key and f.tax_item = 'vat' and f.extended_due_on < d.decided_on
  union all
  select d.subject_no, d.application_id, d.decided_on, 4 as kind_no, '第21栏抵欠 row 21' as row_kind, null as on_day, m.ym, null as amount_yuan, m.r21_tax_yuan as offset_yuan,
    null as source_file_no, null as source_row_no
  from decisions as d
  join feat_schedule2_month as m on m.taxpayer_key = d.taxpayer_key and m.ym between d.decided_ym and d.decided_ym + 1
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.decided_on desc nulls last, k.application_id asc nulls last, k.kind_no asc nulls last, k.ym desc nulls last, k.on_day desc nulls last,
      k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.application_id as string) as application_id,
  cast(k.row_kind as string) as row_kind,
  cast(k.on_day as date) as on_day,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.offset_yuan as decimal(18,2)) as offset_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
