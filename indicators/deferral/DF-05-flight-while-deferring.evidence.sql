-- Deferred amounts, balances around the span, statuses and changes, in order of time.
with
spans as (
  select a.subject_no, a.taxpayer_key, f.from_on, f.to_on
  from asked as a
  join feat_deferral_flight as f on f.taxpayer_key = a.taxpayer_key
),
kinds as (
  select s.subject_no, '缓缴 deferral' as row_kind, d.extended_due_on as on_day, d.tax_item as detail, d.deferred_amount_yuan as amount_yuan, d.open_yuan as second_yuan,
    d.source_file_no, d.source_row_no
  from spans as s
  join feat_deferral as d on d.taxpayer_key = s.taxpayer_key
  union all
  select s.subject_no, '资产负债表 balance' as row_kind, date_add({{month_start(b.ym + 1)}}, -1) as on_day, 'cash / other receivables' as detail, b.cash as amount_yuan,
    coalesce(b.other_receivables_related, b.other_receivables) as second_yuan, b.source_file_no, b.source_row_no
  from spans as s
  join balance_sheets as b on b.taxpayer_key = s.taxpayer_key and b.ym between {{ym(s.from_on)}} - 6 and {{ym(s.to_on)}}
  union all
  select s.subject_no, '状态 status' as row_kind, i.from_on as on_day, i.status as detail, null as amount_yuan, null as second_yuan, null as source_file_no, null as source_row_no
  from spans as s
  join feat_status_interval as i on i.taxpayer_key = s.taxpayer_key and i.from_on between s.from_on and s.to_on
  union all
  select s.subject_no, '登记变更 change' as row_kind, c.changed_on as on_day, c.field as detail, null as amount_yuan, null as second_yuan, c.source_file_no, c.source_row_no
  from spans as s
  join taxpayer_changes as c on c.taxpayer_key = s.taxpayer_key and c.changed_on between s.from_on and s.to_on
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no order by k.on_day asc nulls last, k.row_kind asc nulls last, k.detail asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.on_day as date) as on_day,
  cast(k.row_kind as string) as row_kind,
  cast(k.detail as string) as detail,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.second_yuan as decimal(18,2)) as second_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
