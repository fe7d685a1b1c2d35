-- Rows of the returns with their effective rate, newest first; then lines at 1 % of goods that bear 5 %.
with
returns as (
  select a.subject_no, 1 as kind_no, '申报表 return' as row_kind, r.ym, r.sales_3pct_q01, r.sales_5pct_q04, r.used_asset_sales_q07, r.tax_payable_q15, r.tax_reduction_q16,
    {{ratio(r.tax_payable_q15 - cast(0.05 as decimal(3,2)) * r.sales_5pct_q04 - cast(0.03 as decimal(3,2)) * r.used_asset_sales_q07
      - coalesce(r.tax_reduction_q16, 0), r.sales_3pct_q01)}} as effective_rate,
    {{ratio(p.used_asset_reduction * cast(r.used_asset_sales_q07 as double) + p.housing_reduction * cast(r.sales_5pct_q04 as double), r.sales_3pct_q01)}} as allowance_rate,
    cast(null as integer) as invoice_no, cast(null as integer) as line_no, cast(null as decimal(18,2)) as amount_yuan
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_small_month as r on r.taxpayer_key = a.taxpayer_key and r.ym <= a.p_ym and r.sales_3pct_q01 >= p.sales_minimum_yuan
),
lines as (
  select a.subject_no, 2 as kind_no, '低征收率明细 low-rate line' as row_kind, l.ym, null as sales_3pct_q01, null as sales_5pct_q04, null as used_asset_sales_q07,
    null as tax_payable_q15, null as tax_reduction_q16, null as effective_rate, null as allowance_rate, l.invoice_no, l.line_no, l.amount_yuan
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_low_levy_line as l on l.taxpayer_key = a.taxpayer_key and l.ym <= a.p_ym and l.amount_yuan >= p.line_minimum_yuan
),
kinds as (
  select * from returns
  union all
  select * from lines
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.ym desc nulls last, k.amount_yuan desc nulls last, i.invoice_key asc nulls last, k.line_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.sales_3pct_q01 as decimal(18,2)) as row1_yuan,
  cast(k.sales_5pct_q04 as decimal(18,2)) as row4_yuan,
  cast(k.used_asset_sales_q07 as decimal(18,2)) as row7_yuan,
  cast(k.tax_payable_q15 as decimal(18,2)) as row15_yuan,
  cast(k.tax_reduction_q16 as decimal(18,2)) as row16_yuan,
  cast(k.effective_rate as double) as effective_rate,
  cast(k.effective_rate + k.allowance_rate as double) as most_effective_rate,
  cast(i.invoice_key as string) as invoice_number,
  cast(n.goods_code as string) as goods_code,
  cast(n.goods_name as string) as goods_name,
  cast(n.tax_rate as double) as line_rate,
  cast(k.amount_yuan as decimal(18,2)) as line_amount_yuan,
  cast(n.source_file_no as integer) as source_file_no,
  cast(n.source_row_no as bigint) as source_row_no
from kinds as k
left join invoices as i on i.invoice_no = k.invoice_no
left join invoice_lines as n on n.invoice_no = k.invoice_no and n.line_no = k.line_no
