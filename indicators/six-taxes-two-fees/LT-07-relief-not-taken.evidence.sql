-- Rows and periods with something due back, the largest first.
with
filings as (
  select a.subject_no, '六税两费 six taxes' as row_kind, f.ym, n.name_zh as item, f.tax_due_yuan, f.other_relief_yuan, f.relief_yuan, f.identity_basis,
    f.cap_yuan - f.relief_yuan as due_back_yuan,
    f.source_file_no, f.source_row_no
  from asked as a
  join feat_six_tax as f on f.taxpayer_key = a.taxpayer_key and f.ym between a.p_ym - 35 and a.p_ym and f.is_qualified
  left join list_tax_item_names as n on n.tax_item = f.tax_item
),
small as (
  select a.subject_no, '小规模免税 small-scale exemption' as row_kind, r.ym, '增值税' as item, m.tax_payable_q15 as tax_due_yuan,
    m.tax_reduction_q16 as other_relief_yuan, m.limit_exempt_sales_yuan as relief_yuan, 'small_scale' as identity_basis,
    cast(cast(m.sales_3pct_q01 - m.special_sales_3pct_q02 as double)
      * {{ratio(greatest(0, m.tax_payable_q15 - coalesce(m.tax_reduction_q16, 0)), m.sales_3pct_q01)}} as decimal(18,2)) as due_back_yuan,
    cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_small_period as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 35 and a.p_ym and r.is_declared
  join feat_small_month as m on m.taxpayer_key = r.taxpayer_key and m.ym = r.ym
  where r.limit_sales_yuan <= r.limit_yuan and not r.is_full_exemption and m.sales_3pct_q01 > m.special_sales_3pct_q02 and m.limit_exempt_sales_yuan = 0
),
kinds as (
  select * from filings
  union all
  select * from small
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.due_back_yuan desc nulls last, k.ym desc nulls last, k.row_kind asc nulls last, k.item asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.item as string) as tax_item,
  cast(k.identity_basis as string) as identity_found,
  cast(k.tax_due_yuan as decimal(18,2)) as tax_due_yuan,
  cast(k.other_relief_yuan as decimal(18,2)) as other_relief_yuan,
  cast(k.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(k.due_back_yuan as decimal(18,2)) as due_back_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
where k.due_back_yuan > 0
