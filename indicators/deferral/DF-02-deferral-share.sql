-- Amounts deferred beyond the share that the sales of the programme's year allow, row by row.
with
rows_of as (
  select s.subject_no, f.programme_code, f.tax_item, f.ym, f.tax_due_yuan, f.deferred_amount_yuan, f.allowed_amount_yuan, f.allowed_share,
    f.over_yuan, f.sales_year, f.year_sales_yuan, f.over_yuan > p.over_tolerance_yuan as is_over
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_deferral as f on f.taxpayer_key = s.taxpayer_key
  where s.is_primary
),
summed as (
  select subject_no, count(over_yuan) as tested_count, sum(case when is_over then 1 else 0 end) as over_count,
    coalesce(sum(case when is_over then over_yuan end), 0) as over_yuan, coalesce(sum(case when is_over then deferred_amount_yuan end), 0) as taken_yuan,
    coalesce(sum(case when is_over then allowed_amount_yuan end), 0) as allowed_yuan
  from rows_of
  group by subject_no
),
largest as (
  select subject_no, sales_year, year_sales_yuan, allowed_share,
    row_number() over (
      partition by subject_no
      order by over_yuan desc nulls last, ym desc nulls last, programme_code asc nulls last, tax_item asc nulls last
    ) as place
  from rows_of
  where is_over
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when t.tested_count = 0 then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.over_yuan as decimal(18,2)) as over_yuan,
  cast(t.over_count as integer) as over_count,
  cast(t.taken_yuan as decimal(18,2)) as taken_yuan,
  cast(t.allowed_yuan as decimal(18,2)) as allowed_yuan,
  cast(g.sales_year as string) as sales_year_text,
  cast(g.year_sales_yuan as decimal(18,2)) as year_sales_yuan,
  cast(g.allowed_share as double) as allowed_share
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join largest as g on g.subject_no = s.subject_no and g.place = 1
where s.is_primary
