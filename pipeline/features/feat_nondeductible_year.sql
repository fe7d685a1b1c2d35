with
subjects as (
  select s.subject_no, s.taxpayer_key, s.p_ym, {{idiv(s.p_ym, 12)}} * 12 as january_ym, coalesce(t.export_method, 'none') = 'exempt_refund' as is_export_trader
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
),
declared as (
  select s.subject_no, sum(r.span_months) as months, sum(r.input_tax_m12) as input_yuan,
    sum(coalesce(r.sales_simple_m05, 0) + case when s.is_export_trader then 0 else coalesce(r.exempt_sales_m08, 0) end) as barred_yuan,
    sum(coalesce(r.sales_general_m01, 0) + coalesce(r.sales_simple_m05, 0) + coalesce(r.export_sales_m07, 0)
      + case when s.is_export_trader then 0 else coalesce(r.exempt_sales_m08, 0) end) as sales_yuan
  from subjects as s
  join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.january_ym and s.p_ym
  group by s.subject_no
),
transferred as (
  select s.subject_no, sum(coalesce(m.r14_tax_yuan, 0) + coalesce(m.r15_tax_yuan, 0) + coalesce(m.r16_tax_yuan, 0) + coalesce(m.r17_tax_yuan, 0)) as out_yuan,
    count(*) as period_count
  from subjects as s
  join feat_schedule2_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.january_ym and s.p_ym
  group by s.subject_no
),
capital as (
  select s.subject_no, sum(k.capital_tax_yuan) as tax_yuan
  from subjects as s
  join feat_capital_month as k on k.taxpayer_key = s.taxpayer_key and k.ym between s.january_ym and s.p_ym
  group by s.subject_no
),
barred_codes as (
  select distinct g.goods_code
  from feat_goods_code as g
  join list_nondeductible_codes as n on substr(g.goods_code, 1, length(n.prefix)) = n.prefix
),
barred_invoices as (
  select l.invoice_no, sum(l.signed_tax) as tax_yuan
  from invoice_lines as l
  join barred_codes as b on b.goods_code = l.goods_code
  cross join run_context as c
  where l.buyer_key <= c.taxpayer_count and l.doc_status <> 'void'
  group by l.invoice_no
),
direct as (
  select s.subject_no, sum(b.tax_yuan) as tax_yuan, count(*) as invoice_count
  from input_uses as u
  join barred_invoices as b on b.invoice_no = u.invoice_no
  join subjects as s on s.taxpayer_key = u.taxpayer_key and u.ym between s.january_ym and s.p_ym
  where u.purpose = 'deduct'
  group by s.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(s.january_ym as integer) as from_ym,
  cast(d.months as integer) as covered_months,
  cast(coalesce(d.input_yuan, 0) as decimal(18,2)) as input_tax_yuan,
  cast(coalesce(k.tax_yuan, 0) as decimal(18,2)) as capital_tax_yuan,
  cast(coalesce(x.tax_yuan, 0) as decimal(18,2)) as direct_tax_yuan,
  cast(coalesce(x.invoice_count, 0) as integer) as direct_invoice_count,
  cast(d.barred_yuan as decimal(18,2)) as barred_sales_yuan,
  cast(d.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(case when d.sales_yuan > 0 then {{ratio(d.barred_yuan, d.sales_yuan)}} end as double) as barred_share,
  cast(coalesce(t.period_count, 0) as integer) as schedule_periods,
  cast(coalesce(t.out_yuan, 0) as decimal(18,2)) as transferred_tax_yuan
from subjects as s
join declared as d on d.subject_no = s.subject_no
left join transferred as t on t.subject_no = s.subject_no
left join capital as k on k.subject_no = s.subject_no
left join direct as x on x.subject_no = s.subject_no
