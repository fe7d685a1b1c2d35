with
delivered as (
  select max(case when table_name = 'six_tax_filings' and is_delivered then 1 else 0 end) as has_filings from delivered_tables
),
measured as (
  select s.subject_no, s.p_ym, d.months_since_registration, c.has_key, r.member_count, r.figure_count, r.staff, r.assets_yuan, r.income_yuan, r.shares_premises, r.relief_yuan,
    v.has_filings
  from feat_subject as s
  cross join delivered as v
  join feat_declared as d on d.subject_no = s.subject_no
  left join ring_cluster as c on c.subject_no = s.subject_no
  left join ring_relief_split as r on r.subject_no = s.subject_no
),
related as (
  select m.*, p.staff_limit, p.assets_limit_yuan, p.income_limit_yuan, p.members_minimum, p.figures_share_minimum, p.months_registered_minimum,
    case when m.member_count >= p.members_minimum then
      greatest(coalesce({{ratio(m.staff, p.staff_limit)}}, 0), coalesce({{ratio(m.assets_yuan, p.assets_limit_yuan)}}, 0), coalesce({{ratio(m.income_yuan, p.income_limit_yuan)}}, 0))
    else 0 end as greatest_ratio
  from measured as m
  join params as p on p.subject_no = m.subject_no
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when r.months_since_registration < r.months_registered_minimum then 'N_TOO_YOUNG'
    when not r.has_key then 'N_NO_ROWS'
    when r.member_count >= r.members_minimum and r.shares_premises and r.figure_count < r.figures_share_minimum * r.member_count then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(r.greatest_ratio as double) as greatest_ratio,
  cast(r.member_count as integer) as member_count,
  cast(r.figure_count as integer) as figure_count,
  cast(r.staff as double) as staff,
  cast(r.assets_yuan as decimal(18,2)) as assets_yuan,
  cast(r.income_yuan as decimal(18,2)) as income_yuan,
  cast(r.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(coalesce(r.shares_premises, false) as boolean) as shares_premises,
  cast(r.has_filings = 0 or r.relief_yuan > 0 as boolean) as takes_relief,
  cast('从业人数' || coalesce(cast(cast(r.staff as integer) as string), '未知') as string) as staff_zh,
  cast(coalesce(cast(cast(r.staff as integer) as string), 'unknown') || ' persons' as string) as staff_en
from related as r
