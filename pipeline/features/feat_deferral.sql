with
programmes as (
  select distinct programme_code, sales_year from list_deferral_programmes
),
deferred as (
  select d.taxpayer_key, d.programme_code, d.tax_item, d.ym, d.tax_due, d.deferred_amount, d.original_due_on, d.extended_due_on, d.paid_on,
    greatest(0, d.deferred_amount - coalesce(d.paid_amount, case when d.paid_on is not null then d.deferred_amount else 0 end)) as open_amount,
    p.sales_year, t.registered_ym, d.source_file_no, d.source_row_no
  from deferrals as d
  left join programmes as p on p.programme_code = d.programme_code
  left join feat_taxpayer as t on t.taxpayer_key = d.taxpayer_key
),
-- A term that ends on a day off ends on the next working day.
due_days as (
  select x.extended_due_on, min(w.day) as due_on
  from (select distinct extended_due_on from deferred) as x
  join calendar_days as c on c.day = x.extended_due_on
  join calendar_days as w on w.is_working_day and w.working_day_no = c.working_day_no + case when c.is_working_day then 0 else 1 end
  group by x.extended_due_on
),
asked as (
  select distinct taxpayer_key, sales_year, registered_ym from deferred where sales_year is not null
),
declared as (
  select taxpayer_key, ym, span_months, sales_declared_yuan from feat_return_month
  union all
  select taxpayer_key, ym, span_months, sales_declared_yuan from feat_small_month
),
sales as (
  select a.taxpayer_key, a.sales_year, sum(d.span_months) as months, sum(d.sales_declared_yuan) as sales_yuan
  from asked as a
  join declared as d on d.taxpayer_key = a.taxpayer_key and d.ym between a.sales_year * 12 and a.sales_year * 12 + 11
  group by a.taxpayer_key, a.sales_year
),
deductions as (
  select a.taxpayer_key, a.sales_year, sum(s.deduction_net_yuan) as deduction_yuan
  from asked as a
  join feat_schedule1_month as s on s.taxpayer_key = a.taxpayer_key and s.ym between a.sales_year * 12 and a.sales_year * 12 + 11
  group by a.taxpayer_key, a.sales_year
),
years as (
  select a.taxpayer_key, a.sales_year, s.months,
    12 - greatest(0, least(12, coalesce(a.registered_ym, 0) - a.sales_year * 12)) as existing_months,
    cast(case when s.months >= 12 then 1e0 else 12 * {{ratio(1, s.months)}} end
      * cast(s.sales_yuan - coalesce(d.deduction_yuan, 0) as double) as decimal(18,2)) as year_sales_yuan
  from asked as a
  left join sales as s on s.taxpayer_key = a.taxpayer_key and s.sales_year = a.sales_year
  left join deductions as d on d.taxpayer_key = a.taxpayer_key and d.sales_year = a.sales_year
),
banded as (
  select d.*, y.months, y.year_sales_yuan, b.share,
    coalesce(y.existing_months > 0 and 4 * y.months >= 3 * y.existing_months, false) as is_sales_year_covered
  from deferred as d
  left join years as y on y.taxpayer_key = d.taxpayer_key and y.sales_year = d.sales_year
  left join list_deferral_bands as b
    on b.programme_code = d.programme_code and y.year_sales_yuan >= b.sales_from_yuan and y.year_sales_yuan < b.sales_to_yuan
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(programme_code as string) as programme_code,
  cast(tax_item as string) as tax_item,
  cast(ym as integer) as ym,
  cast(tax_due as decimal(18,2)) as tax_due_yuan,
  cast(deferred_amount as decimal(18,2)) as deferred_amount_yuan,
  cast(b.original_due_on as date) as original_due_on,
  cast(b.extended_due_on as date) as extended_due_on,
  cast(coalesce(w.due_on, b.extended_due_on) as date) as due_on,
  cast(b.paid_on as date) as paid_on,
  cast(b.open_amount as decimal(18,2)) as open_yuan,
  cast(case when b.open_amount > 0 then {{days_between(coalesce(w.due_on, b.extended_due_on), c.as_of)}} end as integer) as late_days,
  cast(sales_year as integer) as sales_year,
  cast(coalesce(months, 0) as integer) as sales_year_months,
  cast(is_sales_year_covered as boolean) as is_sales_year_covered,
  cast(year_sales_yuan as decimal(18,2)) as year_sales_yuan,
  cast(case when is_sales_year_covered then share end as double) as allowed_share,
  cast(case when is_sales_year_covered then share * cast(tax_due as double) end as decimal(18,2)) as allowed_amount_yuan,
  cast(case when is_sales_year_covered then greatest(0, deferred_amount - cast(share * cast(tax_due as double) as decimal(18,2))) end
    as decimal(18,2)) as over_yuan,
  cast(source_file_no as integer) as source_file_no,
  cast(source_row_no as bigint) as source_row_no
from banded as b
cross join run_context as c
left join due_days as w on w.extended_due_on = b.extended_due_on
