-- The returns of twelve months, newest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by r.ym desc nulls last, v.column_group asc nulls last, v.source_file_no asc nulls last, v.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(v.period as string) as period,
  cast(v.column_group as string) as column_group,
  cast(v.filed_on as date) as filed_on,
  cast(v.tax_total_m24 as decimal(18,2)) as row24_yuan,
  cast(v.sales_general_m01 as decimal(18,2)) as row1_yuan,
  cast(v.sales_simple_m05 as decimal(18,2)) as row5_yuan,
  cast({{ratio(v.tax_total_m24, coalesce(v.sales_general_m01, 0) + coalesce(v.sales_simple_m05, 0))}} as double) as burden_ratio,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from asked as a
join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 11 and a.p_ym
join vat_returns as v on v.taxpayer_key = r.taxpayer_key and v.ym = r.ym and v.version = r.version
