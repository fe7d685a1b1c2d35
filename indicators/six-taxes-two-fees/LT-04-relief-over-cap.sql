-- Relief beyond the share of (tax due less other reliefs) that the item allows; items that are never relieved have share 0.
with
rows_of as (
  select s.subject_no, f.ym, f.tax_item, f.relief_yuan, f.cap_yuan
  from feat_subject as s
  join feat_six_tax as f on f.taxpayer_key = s.taxpayer_key and f.ym between s.p_ym - 35 and s.p_ym
  where s.is_primary
),
tested as (
  select r.*, r.relief_yuan - r.cap_yuan as over_yuan, r.relief_yuan - r.cap_yuan > p.over_tolerance_yuan as is_over
  from rows_of as r
  join params as p on p.subject_no = r.subject_no
),
ranked as (
  select t.*,
    row_number() over (partition by t.subject_no order by t.over_yuan desc nulls last, t.ym desc nulls last, t.tax_item asc nulls last) as worst_first
  from tested as t
  where t.is_over
),
summed as (
  select subject_no, count(cap_yuan) as tested_count, sum(case when is_over then 1 else 0 end) as over_count,
    coalesce(sum(case when is_over then over_yuan end), 0) as over_yuan
  from tested
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when t.tested_count = 0 then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.over_yuan as decimal(18,2)) as over_yuan,
  cast(t.over_count as integer) as over_count,
  cast(w.ym as integer) as worst_ym,
  cast(n.name_zh as string) as item_zh,
  cast(n.name_en as string) as item_en,
  cast(w.relief_yuan as decimal(18,2)) as worst_relief_yuan,
  cast(w.cap_yuan as decimal(18,2)) as worst_cap_yuan
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.worst_first = 1
left join list_tax_item_names as n on n.tax_item = w.tax_item
where s.is_primary
