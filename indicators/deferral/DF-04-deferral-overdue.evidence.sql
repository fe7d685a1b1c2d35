-- Deferred amounts, the longest overdue first; those paid, also late, are shown after them.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by case when f.late_days > 0 then f.late_days else 0 end desc nulls last, f.open_yuan desc nulls last, f.due_on desc nulls last,
      f.programme_code asc nulls last, f.tax_item asc nulls last, f.ym asc nulls last
  ) as integer) as evidence_rank,
  cast(f.programme_code as string) as programme,
  cast(n.name_zh as string) as tax_item,
  cast({{idiv(f.ym, 12)}} * 100 + mod(f.ym, 12) + 1 as integer) as period_yyyymm,
  cast(f.deferred_amount_yuan as decimal(18,2)) as deferred_yuan,
  cast(f.original_due_on as date) as original_due_on,
  cast(f.extended_due_on as date) as extended_due_on,
  cast(f.due_on as date) as due_on,
  cast(f.paid_on as date) as paid_on,
  cast(f.open_yuan as decimal(18,2)) as open_yuan,
  cast(f.late_days as integer) as late_days,
  cast(f.source_file_no as integer) as source_file_no,
  cast(f.source_row_no as bigint) as source_row_no
from asked as a
join feat_deferral as f on f.taxpayer_key = a.taxpayer_key
left join list_tax_item_names as n on n.tax_item = f.tax_item
