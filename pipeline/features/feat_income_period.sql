with
rows_of as (
  select taxpayer_key, ym, value_basis, cost_of_sales, profit_distributed,
    row_number() over (
      partition by taxpayer_key, ym order by case when value_basis = 'ytd' then 0 else 1 end asc nulls last, source_file_no desc nulls last, source_row_no desc nulls last
    ) as best_first
  from income_statements
),
chosen as (
  select * from rows_of where best_first = 1
),
-- Year-to-date values are differenced inside the year; after a gap the difference spans the gap.
stepped as (
  select taxpayer_key, ym, value_basis, cost_of_sales, profit_distributed,
    case when value_basis = 'ytd' then ym - coalesce(lag(ym) over (partition by taxpayer_key, {{idiv(ym, 12)}}, value_basis order by ym asc nulls last),
      12 * {{idiv(ym, 12)}} - 1) else 1 end as span_months,
    lag(cost_of_sales) over (partition by taxpayer_key, {{idiv(ym, 12)}}, value_basis order by ym asc nulls last) as cost_before,
    lag(profit_distributed) over (partition by taxpayer_key, {{idiv(ym, 12)}}, value_basis order by ym asc nulls last) as distributed_before
  from chosen
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(case when value_basis = 'ytd' then cost_of_sales - coalesce(cost_before, 0) else cost_of_sales end as decimal(18,2)) as cost_yuan,
  cast(case when value_basis = 'ytd' then coalesce(profit_distributed, 0) - coalesce(distributed_before, 0) else profit_distributed end as decimal(18,2))
    as distributed_yuan,
  cast(span_months as integer) as span_months
from stepped
