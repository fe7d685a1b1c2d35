-- Deferred amounts with the taxes and periods of their programme, those outside first.
with
scopes as (
  select programme_code, tax_item, min(from_on) as from_on, max(to_on) as to_on from list_deferral_programmes group by programme_code, tax_item
),
rows_of as (
  select a.subject_no, f.programme_code, f.tax_item, f.ym, f.tax_due_yuan, f.deferred_amount_yuan, f.extended_due_on, f.paid_on, c.from_on, c.to_on,
    c.programme_code is null or f.ym < {{ym(c.from_on)}} or f.ym > {{ym(c.to_on)}} as is_outside, f.source_file_no, f.source_row_no
  from asked as a
  join feat_deferral as f on f.taxpayer_key = a.taxpayer_key
  left join scopes as c on c.programme_code = f.programme_code and c.tax_item = f.tax_item
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by r.subject_no
    order by case when r.is_outside then 0 else 1 end asc nulls last, r.deferred_amount_yuan desc nulls last, r.ym desc nulls last,
      r.programme_code asc nulls last, r.tax_item asc nulls last
  ) as integer) as evidence_rank,
  cast(r.programme_code as string) as programme,
  cast(n.name_zh as string) as tax_item,
  cast({{idiv(r.ym, 12)}} * 100 + mod(r.ym, 12) + 1 as integer) as period_yyyymm,
  cast(r.tax_due_yuan as decimal(18,2)) as tax_due_yuan,
  cast(r.deferred_amount_yuan as decimal(18,2)) as deferred_yuan,
  cast(case when r.is_outside then '不在范围 outside' else '在范围内 inside' end as string) as scope,
  cast(r.from_on as date) as covered_from,
  cast(r.to_on as date) as covered_to,
  cast(r.extended_due_on as date) as extended_due_on,
  cast(r.paid_on as date) as paid_on,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from rows_of as r
left join list_tax_item_names as n on n.tax_item = r.tax_item
