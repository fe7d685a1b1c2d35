-- Deferred amounts of taxes or periods that their programme does not cover.
with
programmes as (
  select distinct programme_code from list_deferral_programmes
),
rows_of as (
  select s.subject_no, f.programme_code, f.tax_item, f.ym, f.deferred_amount_yuan, p.programme_code is not null as is_known,
    not exists (
      select 1 from list_deferral_programmes as l
      where l.programme_code = f.programme_code and l.tax_item = f.tax_item and f.ym between l.from_ym and l.to_ym
    ) as is_outside
  from feat_subject as s
  join feat_deferral as f on f.taxpayer_key = s.taxpayer_key
  left join programmes as p on p.programme_code = f.programme_code
  where s.is_primary
),
ranked as (
  select r.*,
    row_number() over (
      partition by r.subject_no
      order by r.deferred_amount_yuan desc nulls last, r.ym desc nulls last, r.programme_code asc nulls last, r.tax_item asc nulls last
    ) as largest_first
  from rows_of as r
  where r.is_known and r.is_outside and r.deferred_amount_yuan > 0
),
summed as (
  select subject_no, sum(case when is_known then 1 else 0 end) as tested_count,
    sum(case when is_known and is_outside and deferred_amount_yuan > 0 then 1 else 0 end) as outside_count,
    coalesce(sum(case when is_known and is_outside then greatest(0, deferred_amount_yuan) end), 0) as outside_yuan
  from rows_of
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when t.tested_count = 0 then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.outside_yuan as decimal(18,2)) as outside_yuan,
  cast(t.outside_count as integer) as outside_count,
  cast(w.ym as integer) as largest_ym,
  cast(n.name_zh as string) as item_zh,
  cast(n.name_en as string) as item_en,
  cast(w.programme_code as string) as programme_code,
  cast(w.deferred_amount_yuan as decimal(18,2)) as largest_yuan
from feat_subject as s
left join summed as t on t.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.largest_first = 1
left join list_tax_item_names as n on n.tax_item = w.tax_item
where s.is_primary
