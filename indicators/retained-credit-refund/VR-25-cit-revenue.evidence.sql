-- The settlement of the year, then declared VAT sales month by month with exports, exempt sales and differences.
with
years as (
  select a.subject_no, a.taxpayer_key, y.tax_year, y.revenue_yuan, y.sales_yuan
  from asked as a
  join feat_settled_sales as y on y.subject_no = a.subject_no
),
kinds as (
  select subject_no, 1 as kind_no, '年度 year' as row_kind, tax_year * 12 + 11 as ym, revenue_yuan, sales_yuan, cast(null as decimal(18,2)) as export_yuan,
    cast(null as decimal(18,2)) as exempt_yuan, cast(null as decimal(18,2)) as deduction_yuan
  from years
  union all
  select y.subject_no, 2 as kind_no, '一般申报 general return' as row_kind, r.ym, null as revenue_yuan, r.sales_declared_yuan as sales_yuan, r.export_sales_m07 as export_yuan,
    r.exempt_sales_m08 as exempt_yuan, m.deduction_net_yuan as deduction_yuan
  from years as y
  join feat_return_month as r on r.taxpayer_key = y.taxpayer_key and r.ym between y.tax_year * 12 and y.tax_year * 12 + 11
  left join feat_schedule1_month as m on m.taxpayer_key = r.taxpayer_key and m.ym = r.ym
  union all
  select y.subject_no, 3 as kind_no, '小规模申报 small-scale return' as row_kind, r.ym, null as revenue_yuan, r.sales_declared_yuan as sales_yuan, null as export_yuan,
    r.exempt_sales_q09 as exempt_yuan, null as deduction_yuan
  from years as y
  join feat_small_month as r on r.taxpayer_key = y.taxpayer_key and r.ym between y.tax_year * 12 and y.tax_year * 12 + 11
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (partition by k.subject_no order by k.kind_no asc nulls last, k.ym desc nulls last) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.revenue_yuan as decimal(18,2)) as revenue_yuan,
  cast(k.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(k.export_yuan as decimal(18,2)) as export_yuan,
  cast(k.exempt_yuan as decimal(18,2)) as exempt_yuan,
  cast(k.deduction_yuan as decimal(18,2)) as deduction_yuan
from kinds as k
