with
settled as (
  select s.subject_no, s.taxpayer_key, y.tax_year, y.declared_revenue_yuan
  from feat_subject as s
  join feat_small_profit_year as y on y.taxpayer_key = s.taxpayer_key and y.tax_year * 12 + 11 <= s.p_ym
),
periods as (
  -- A return without any sales row leaves sales unknown: it counts for no month.
  select taxpayer_key, ym, span_months, sales_declared_yuan from feat_return_month where is_sales_delivered
  union all
  select taxpayer_key, ym, span_months, sales_declared_yuan from feat_small_month
),
yearly as (
  select y.subject_no, y.tax_year, y.declared_revenue_yuan, sum(p.span_months) as months, sum(p.sales_declared_yuan) as sales_yuan
  from settled as y
  join periods as p on p.taxpayer_key = y.taxpayer_key and p.ym between y.tax_year * 12 and y.tax_year * 12 + 11
  group by y.subject_no, y.tax_year, y.declared_revenue_yuan
),
ranked as (
  select y.*, row_number() over (partition by y.subject_no order by y.tax_year desc nulls last) as newest_first
  from yearly as y
  where y.months >= 12 and y.declared_revenue_yuan is not null
)
select
  cast(subject_no as integer) as subject_no,
  cast(tax_year as integer) as tax_year,
  cast(declared_revenue_yuan as decimal(18,2)) as revenue_yuan,
  cast(sales_yuan as decimal(18,2)) as sales_yuan
from ranked
where newest_first = 1
