-- Rows with relief beyond the cap, the largest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by f.relief_yuan - f.cap_yuan desc nulls last, f.ym desc nulls last, f.tax_item asc nulls last
  ) as integer) as evidence_rank,
  cast({{idiv(f.ym, 12)}} * 100 + mod(f.ym, 12) + 1 as integer) as period_yyyymm,
  cast(n.name_zh as string) as tax_item,
  cast(f.version as integer) as version,
  cast(f.filed_on as date) as filed_on,
  cast(f.tax_due_yuan as decimal(18,2)) as tax_due_yuan,
  cast(f.other_relief_yuan as decimal(18,2)) as other_relief_yuan,
  cast(f.relief_share as double) as relief_share,
  cast(f.cap_yuan as decimal(18,2)) as cap_yuan,
  cast(f.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(f.relief_yuan - f.cap_yuan as decimal(18,2)) as over_yuan,
  cast(f.source_file_no as integer) as source_file_no,
  cast(f.source_row_no as bigint) as source_row_no
from asked as a
join params as p on p.subject_no = a.subject_no
join feat_six_tax as f on f.taxpayer_key = a.taxpayer_key and f.ym between a.p_ym - 35 and a.p_ym
left join list_tax_item_names as n on n.tax_item = f.tax_item
where f.relief_yuan - f.cap_yuan > p.over_tolerance_yuan
