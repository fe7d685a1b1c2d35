with
settlement_rows as (
  select taxpayer_key, tax_year, is_small_profit, taxable_income, coalesce(audit_income_adjustment, 0) as adjustment, average_headcount, average_assets,
    revenue, source_file_no, source_row_no,
    row_number() over (
      partition by taxpayer_key, tax_year
      order by version desc nulls last, source_file_no desc nulls last, source_row_no desc nulls last
    ) as newest_first
  from cit_settlements
),
settlements as (
  select * from settlement_rows where newest_first = 1
),
staff as (
  select s.taxpayer_key, s.tax_year, count(*) as month_count, sum(h.insured_count) as insured, count(h.insured_count) as insured_months,
    sum(h.pit_count) as pit, count(h.pit_count) as pit_months, sum(coalesce(h.dispatched_count, 0)) as dispatched
  from settlements as s
  join headcounts as h on h.taxpayer_key = s.taxpayer_key and h.ym between s.tax_year * 12 and s.tax_year * 12 + 11
  group by s.taxpayer_key, s.tax_year
),
-- A quarter's assets are the mean of its first and its last balance; who opened in it began with nothing.
quarter_ends as (
  select s.taxpayer_key, s.tax_year, q.quarter_no, b.total_assets as end_assets,
    case when year(t.registered_on) * 12 + month(t.registered_on) - 1 >= s.tax_year * 12 + 3 * q.quarter_no - 3 then coalesce(a.total_assets, 0)
      else a.total_assets end as start_assets
  from settlements as s
  join taxpayers as t on t.taxpayer_key = s.taxpayer_key
  cross join (select 1 as quarter_no union all select 2 union all select 3 union all select 4) as q
  join balance_sheets as b on b.taxpayer_key = s.taxpayer_key and b.ym = s.tax_year * 12 + 3 * q.quarter_no - 1
  left join balance_sheets as a on a.taxpayer_key = s.taxpayer_key and a.ym = s.tax_year * 12 + 3 * q.quarter_no - 4
  where b.total_assets is not null
),
assets as (
  select taxpayer_key, tax_year, count(*) as quarter_count, sum(start_assets + end_assets) as double_assets
  from quarter_ends
  where start_assets is not null
  group by taxpayer_key, tax_year
)
select
  cast(s.taxpayer_key as integer) as taxpayer_key,
  cast(s.tax_year as integer) as tax_year,
  cast(s.is_small_profit as boolean) as is_small_profit,
  cast(s.revenue as decimal(18,2)) as declared_revenue_yuan,
  cast(s.average_headcount as double) as declared_staff,
  cast(s.average_assets as decimal(18,2)) as declared_assets_yuan,
  cast(s.taxable_income as decimal(18,2)) as declared_income_yuan,
  cast(s.taxable_income + s.adjustment as decimal(18,2)) as income_yuan,
  cast(coalesce(h.month_count, 0) as integer) as staff_months,
  -- Nine of twelve months make a mean; the greater of insured and taxed persons, and those sent by others.
  cast(case when h.month_count >= 9 then greatest({{ratio(h.insured, h.insured_months)}}, {{ratio(h.pit, h.pit_months)}}) + {{ratio(h.dispatched, h.month_count)}} end
    as double) as found_staff,
  cast(coalesce(a.quarter_count, 0) as integer) as asset_quarters,
  cast(case when a.quarter_count >= 3 then {{ratio(a.double_assets, 2 * a.quarter_count)}} end as decimal(18,2)) as found_assets_yuan,
  cast(s.source_file_no as integer) as source_file_no,
  cast(s.source_row_no as bigint) as source_row_no
from settlements as s
left join staff as h on h.taxpayer_key = s.taxpayer_key and h.tax_year = s.tax_year
left join assets as a on a.taxpayer_key = s.taxpayer_key and a.tax_year = s.tax_year
