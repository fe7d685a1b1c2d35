-- Inspection cases, comparisons, statuses and listed vouchers around the day, newest first; the decision above them.
with
claims as (
  select a.subject_no, a.taxpayer_key, a.application_id, a.decision, a.applied_on, a.decided_on, g.on_day
  from asked as a
  join feat_suspension_ground as g on g.subject_no = a.subject_no
),
kinds as (
  select subject_no, 1 as kind_no, '退税申请 claim' as row_kind, application_id as item, applied_on as from_on, decided_on as to_on, decision as detail,
    cast(null as decimal(18,2)) as amount_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from claims
  union all
  select c.subject_no, 2 as kind_no, '稽查案件 inspection case' as row_kind, i.case_id as item, i.opened_on as from_on, i.closed_on as to_on, i.outcome as detail,
    null as amount_yuan, i.source_file_no, i.source_row_no
  from claims as c
  join inspection_cases as i on i.taxpayer_key = c.taxpayer_key and i.opened_on <= c.on_day
  union all
  select c.subject_no, 3 as kind_no, '申报比对 comparison' as row_kind, f.period as item, f.found_on as from_on, f.resolved_on as to_on, f.comparison_kind as detail,
    f.difference as amount_yuan, f.source_file_no, f.source_row_no
  from claims as c
  join filing_comparisons as f on f.taxpayer_key = c.taxpayer_key and f.found_on <= c.on_day
  union all
  select c.subject_no, 4 as kind_no, '状态 status' as row_kind, i.status as item, i.from_on, i.until_on as to_on, null as detail, null as amount_yuan,
    null as source_file_no, null as source_row_no
  from claims as c
  join feat_status_interval as i on i.taxpayer_key = c.taxpayer_key and i.from_on <= c.on_day and i.status <> 'normal'
  union all
  select c.subject_no, 5 as kind_no, '异常凭证 listed voucher' as row_kind, u.invoice_key as item, u.listed_on as from_on, null as to_on, u.reason as detail,
    u.effective_tax_yuan as amount_yuan, u.source_file_no, u.source_row_no
  from claims as c
  join feat_exception_use as u on u.taxpayer_key = c.taxpayer_key and u.is_counted
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.to_on desc nulls first, k.from_on desc nulls last, k.item asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.item as string) as item,
  cast(k.from_on as date) as from_on,
  cast(k.to_on as date) as to_on,
  cast(k.detail as string) as detail,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
