-- The returns of the year with rows 14 to 17, newest first; then lines of non-deductible services that were deducted, by tax.
with
returns as (
  select a.subject_no, 1 as kind_no, '申报 return' as row_kind, r.ym, coalesce(r.sales_simple_m05, 0) as simple_yuan, coalesce(r.exempt_sales_m08, 0) as exempt_yuan,
    r.sales_declared_yuan as sales_yuan, r.input_tax_m12 as input_yuan,
    coalesce(m.r14_tax_yuan, 0) + coalesce(m.r15_tax_yuan, 0) + coalesce(m.r16_tax_yuan, 0) + coalesce(m.r17_tax_yuan, 0) as out_yuan,
    cast(null as integer) as invoice_no, cast(null as integer) as line_no, cast(null as decimal(18,2)) as line_tax_yuan
  from asked as a
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between {{idiv(a.p_ym, 12)}} * 12 and a.p_ym
  left join feat_schedule2_month as m on m.taxpayer_key = r.taxpayer_key and m.ym = r.ym
),
barred_codes as (
  select distinct g.goods_code
  from feat_goods_code as g
  join list_nondeductible_codes as n on substr(g.goods_code, 1, length(n.prefix)) = n.prefix
),
lines as (
  select a.subject_no, 2 as kind_no, '不得抵扣项目 non-deductible line' as row_kind, u.ym, null as simple_yuan, null as exempt_yuan, null as sales_yuan, null as input_yuan,
    null as out_yuan, l.invoice_no, l.line_no, l.signed_tax as line_tax_yuan
  from asked as a
  join input_uses as u on u.taxpayer_key = a.taxpayer_key and u.purpose = 'deduct' and u.ym between {{idiv(a.p_ym, 12)}} * 12 and a.p_ym
  join invoice_lines as l on l.invoice_no = u.invoice_no
  join barred_codes as b on b.goods_code = l.goods_code
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
    order by k.kind_no asc nulls last, case when k.kind_no = 1 then k.ym end desc nulls last, k.line_tax_yuan desc nulls last, i.invoice_key asc nulls last,
      k.line_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.simple_yuan as decimal(18,2)) as row5_yuan,
  cast(k.exempt_yuan as decimal(18,2)) as row8_yuan,
  cast(k.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(k.input_yuan as decimal(18,2)) as input_tax_yuan,
  cast(k.out_yuan as decimal(18,2)) as transferred_tax_yuan,
  cast(i.invoice_key as string) as invoice_number,
  cast(l.goods_name as string) as goods_name,
  cast(k.line_tax_yuan as decimal(18,2)) as line_tax_yuan,
  cast(l.source_file_no as integer) as source_file_no,
  cast(l.source_row_no as bigint) as source_row_no
from kinds as k
left join invoices as i on i.invoice_no = k.invoice_no
left join invoice_lines as l on l.invoice_no = k.invoice_no and l.line_no = k.line_no
