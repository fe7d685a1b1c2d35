-- Settled years as small-profit whose staff, assets or income exceed a limit by other data; figures that stay just below one.
with
years as (
  select s.subject_no, y.tax_year, y.found_staff, y.found_assets_yuan, y.income_yuan,
    {{ratio(y.found_staff, p.staff_limit)}} as staff_share, {{ratio(y.found_assets_yuan, p.assets_limit_yuan)}} as assets_share,
    {{ratio(y.income_yuan, p.income_limit_yuan)}} as income_share,
    y.declared_staff between p.near_share * p.staff_limit and p.staff_limit as is_staff_near,
    cast(y.declared_assets_yuan as double) between p.near_share * p.assets_limit_yuan and p.assets_limit_yuan as is_assets_near,
    cast(y.declared_income_yuan as double) between p.near_share * p.income_limit_yuan and p.income_limit_yuan as is_income_near
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_small_profit_year as y on y.taxpayer_key = s.taxpayer_key and y.is_small_profit
  where s.is_primary
),
tested as (
  select y.*, greatest(coalesce(y.staff_share, 0), coalesce(y.assets_share, 0), coalesce(y.income_share, 0)) as greatest_share,
    y.found_staff is not null or y.found_assets_yuan is not null or y.income_yuan is not null as is_testable
  from years as y
),
ranked as (
  select t.*, row_number() over (partition by t.subject_no order by t.greatest_share desc nulls last, t.tax_year desc nulls last) as worst_first
  from tested as t
),
summed as (
  select subject_no, sum(case when is_testable then 1 else 0 end) as tested_count from tested group by subject_no
),
near as (
  select distinct a.subject_no
  from years as a
  join years as b on b.subject_no = a.subject_no and b.tax_year = a.tax_year + 1
  where (a.is_staff_near and b.is_staff_near) or (a.is_assets_near and b.is_assets_near) or (a.is_income_near and b.is_income_near)
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_STATUS' end as string) as not_applicable,
  cast(case when t.tested_count = 0 then 'N_COVERAGE' end as string) as not_assessed,
  cast(w.greatest_share as double) as limit_share,
  cast(w.staff_share as double) as staff_share,
  cast(w.assets_share as double) as assets_share,
  cast(w.income_share as double) as income_share,
  cast(cast(w.tax_year as integer) as string) as tax_year_text,
  cast(floor(w.found_staff + cast(0.5 as double)) as integer) as found_staff,
  cast(w.found_assets_yuan as decimal(18,2)) as found_assets_yuan,
  cast(w.income_yuan as decimal(18,2)) as income_yuan,
  cast(case when w.found_staff is null then '从业人数未核' else '' end
    || case when w.found_assets_yuan is null then '资产总额未核' else '' end as string) as skipped_zh,
  cast(case when w.found_staff is null then 'staff not checked ' else '' end
    || case when w.found_assets_yuan is null then 'assets not checked' else '' end as string) as skipped_en,
  cast(n.subject_no is not null as boolean) as is_near_twice
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.worst_first = 1
left join near as n on n.subject_no = s.subject_no
where s.is_primary
