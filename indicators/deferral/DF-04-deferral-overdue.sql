-- Deferred amounts still open after the day they fell due.
with
rows_of as (
  select s.subject_no, f.programme_code, f.tax_item, f.ym, f.open_yuan, f.due_on, f.late_days, f.open_yuan > p.open_tolerance_yuan and f.late_days > 0 as is_late
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_deferral as f on f.taxpayer_key = s.taxpayer_key
  where s.is_primary
),
ranked as (
  select r.*,
    row_number() over (
      partition by r.subject_no
      order by r.late_days desc nulls last, r.open_yuan desc nulls last, r.programme_code asc nulls last, r.tax_item asc nulls last, r.ym asc nulls last
    ) as latest_first
  from rows_of as r
  where r.is_late
),
summed as (
  select subject_no, sum(case when is_late then 1 else 0 end) as late_count, coalesce(sum(case when is_late then open_yuan end), 0) as open_yuan
  from rows_of
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(null as string) as not_assessed,
  cast(t.open_yuan as decimal(18,2)) as open_yuan,
  cast(t.late_count as integer) as late_count,
  cast(coalesce(w.late_days, 0) as integer) as late_days,
  cast(w.due_on as date) as due_on,
  cast(w.ym as integer) as late_ym,
  cast(n.name_zh as string) as item_zh,
  cast(n.name_en as string) as item_en
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.latest_first = 1
left join list_tax_item_names as n on n.tax_item = w.tax_item
where s.is_primary
