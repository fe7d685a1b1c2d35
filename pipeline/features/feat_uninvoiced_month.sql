with
-- Only who ever declared a negative uninvoiced amount can have gone below zero.
negative as (
  select distinct taxpayer_key from feat_schedule1_month where uninvoiced_sales_c05 < 0
),
declared as (
  select s.taxpayer_key, s.ym, s.uninvoiced_sales_c05
  from feat_schedule1_month as s
  cross join run_context as c
  where s.ym > c.p_ym - 60 and exists (select 1 from negative as n where n.taxpayer_key = s.taxpayer_key)
),
summed as (
  select taxpayer_key, ym, uninvoiced_sales_c05,
    sum(uninvoiced_sales_c05) over (
      partition by taxpayer_key order by ym asc nulls last rows between unbounded preceding and current row
    ) as running_yuan,
    row_number() over (partition by taxpayer_key order by ym asc nulls last) - 1 as earlier_period_count
  from declared
),
-- A balance that is never below zero is the running sum less its smallest value so far (or zero).
balanced as (
  select taxpayer_key, ym, uninvoiced_sales_c05, earlier_period_count, running_yuan - uninvoiced_sales_c05 as running_before_yuan,
    least(0, coalesce(min(running_yuan) over (
      partition by taxpayer_key order by ym asc nulls last rows between unbounded preceding and 1 preceding
    ), 0)) as lowest_before_yuan
  from summed
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(ym as integer) as ym,
  cast(uninvoiced_sales_c05 as decimal(18,2)) as uninvoiced_sales_c05,
  cast(running_before_yuan - lowest_before_yuan as decimal(18,2)) as balance_before_yuan,
  cast(greatest(0, -uninvoiced_sales_c05 - (running_before_yuan - lowest_before_yuan)) as decimal(18,2)) as excess_negative_yuan,
  cast(earlier_period_count as integer) as earlier_period_count
from balanced
