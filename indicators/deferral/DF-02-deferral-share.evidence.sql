-- Each deferred amount with what was allowed, most exceeded first; then the sales of the year that decides the band, month by month.
with
years as (
  select distinct a.subject_no, a.taxpayer_key, f.sales_year
  from asked as a
  join feat_deferral as f on f.taxpayer_key = a.taxpayer_key
  where f.sales_year is not null
),
sales as (
  select taxpayer_key, ym, sales_declared_yuan from feat_return_month
  union all
  select taxpayer_key, ym, sales_declared_yuan from feat_small_month
),
shown as (
  select a.subject_no, 1 as part, 'deferral' as row_kind, f.ym, f.programme_code, f.tax_item, f.tax_due_yuan, f.deferred_amount_yuan,
    f.allowed_share, f.allowed_amount_yuan, f.over_yuan, f.year_sales_yuan as sales_yuan, cast(null as decimal(18,2)) as deduction_yuan, f.source_file_no, f.source_row_no
  from asked as a
  join feat_deferral as f on f.taxpayer_key = a.taxpayer_key
  union all
  select y.subject_no, 2 as part, 'sales' as row_kind, m.ym, null as programme_code, null as tax_item, null as tax_due_yuan, null as deferred_amount_yuan,
    null as allowed_share, null as allowed_amount_yuan, null as over_yuan, m.sales_declared_yuan as sales_yuan, d.deduction_net_yuan as deduction_yuan,
    null as source_file_no, null as source_row_no
  from years as y
  join sales as m on m.taxpayer_key = y.taxpayer_key and m.ym between y.sales_year * 12 and y.sales_year * 12 + 11
  left join feat_schedule1_month as d on d.taxpayer_key = m.taxpayer_key and d.ym = m.ym
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.part asc nulls last, s.over_yuan desc nulls last, s.ym desc nulls last, s.programme_code asc nulls last, s.tax_item asc nulls last,
      s.sales_yuan desc nulls last
  ) as integer) as evidence_rank,
  cast(s.row_kind as string) as row_kind,
  cast(cast({{idiv(s.ym, 12)}} as string) || '-' || lpad(cast(mod(s.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(s.programme_code as string) as programme,
  cast(s.tax_item as string) as tax_item,
  cast(s.tax_due_yuan as decimal(18,2)) as tax_due_yuan,
  cast(s.deferred_amount_yuan as decimal(18,2)) as deferred_yuan,
  cast(s.allowed_share as double) as allowed_share,
  cast(s.allowed_amount_yuan as decimal(18,2)) as allowed_yuan,
  cast(s.over_yuan as decimal(18,2)) as over_yuan,
  cast(s.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(s.deduction_yuan as decimal(18,2)) as deduction_yuan,
  cast(s.source_file_no as integer) as source_file_no,
  cast(s.source_row_no as bigint) as source_row_no
from shown as s
