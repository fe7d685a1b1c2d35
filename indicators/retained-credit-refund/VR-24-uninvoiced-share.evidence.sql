-- Invoiced and uninvoiced sales of schedule 1 beside the input of each month, newest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (partition by a.subject_no order by m.ym desc nulls last) as integer) as evidence_rank,
  cast({{idiv(m.ym, 12)}} * 100 + mod(m.ym, 12) + 1 as integer) as period_yyyymm,
  cast(m.special_sales_c01 as decimal(18,2)) as column1_yuan,
  cast(m.other_invoice_sales_c03 as decimal(18,2)) as column3_yuan,
  cast(m.uninvoiced_sales_c05 as decimal(18,2)) as column5_yuan,
  cast(m.total_sales_c09 as decimal(18,2)) as column9_yuan,
  cast({{ratio(m.uninvoiced_sales_c05, m.total_sales_c09)}} as double) as uninvoiced_share,
  cast(r.input_tax_m12 as decimal(18,2)) as input_tax_yuan
from asked as a
join feat_schedule1_month as m on m.taxpayer_key = a.taxpayer_key and m.ym between a.p_ym - 23 and a.p_ym
left join feat_return_month as r on r.taxpayer_key = m.taxpayer_key and r.ym = m.ym
