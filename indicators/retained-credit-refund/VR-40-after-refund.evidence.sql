-- A time line: payments, then changes and statuses after them, then the returns.
with
payments as (
  select a.subject_no, a.taxpayer_key, r.paid_on, r.paid_amount_yuan, r.paid_application
  from asked as a
  join feat_after_refund as r on r.subject_no = a.subject_no
),
firsts as (
  select subject_no, taxpayer_key, min(paid_on) as paid_on from payments group by subject_no, taxpayer_key
),
kinds as (
  select subject_no, '退税入库 refund paid' as row_kind, paid_on as on_day, paid_application as field, cast(null as string) as old_value,
    cast(null as string) as new_value, paid_amount_yuan as amount_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from payments
  union all
  select f.subject_no, '登记变更 change' as row_kind, c.changed_on as on_day, c.field, c.old_value, c.new_value, null as amount_yuan, c.source_file_no, c.source_row_no
  from firsts as f
  join taxpayer_changes as c on c.taxpayer_key = f.taxpayer_key and c.changed_on > f.paid_on
  union all
  select f.subject_no, '状态 status' as row_kind, i.from_on as on_day, 'status' as field, null as old_value, i.status as new_value, null as amount_yuan,
    null as source_file_no, null as source_row_no
  from firsts as f
  join feat_status_interval as i on i.taxpayer_key = f.taxpayer_key and i.from_on > f.paid_on
  union all
  select f.subject_no, '退后申报 return after' as row_kind, date_add({{month_start(r.ym + 1)}}, -1) as on_day, 'S' as field, null as old_value, null as new_value,
    r.sales_declared_yuan as amount_yuan, null as source_file_no, null as source_row_no
  from firsts as f
  join feat_return_month as r on r.taxpayer_key = f.taxpayer_key and r.ym >= {{ym(f.paid_on)}}
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.on_day asc nulls last, k.row_kind asc nulls last, k.field asc nulls last, k.new_value asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.on_day as date) as on_day,
  cast(k.row_kind as string) as row_kind,
  cast(k.field as string) as field,
  cast(k.old_value as string) as old_value,
  cast(k.new_value as string) as new_value,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
