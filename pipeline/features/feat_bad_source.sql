with
bad_rows as (
  select s.subject_no, d.seller_key, d.tax_yuan, d.invoice_count, d.is_exit, d.is_rated_d
  from feat_subject as s
  join feat_deduction_row as d on d.taxpayer_key = s.taxpayer_key and d.ym between s.p_ym - 23 and s.p_ym
  where d.is_bad
),
sums as (
  select subject_no, sum(tax_yuan) as bad_tax_yuan, sum(invoice_count) as bad_invoice_count, count(distinct seller_key) as bad_seller_count,
    sum(case when is_exit then tax_yuan end) as exit_tax_yuan,
    sum(case when is_rated_d then tax_yuan end) as rated_d_tax_yuan
  from bad_rows
  group by subject_no
)
select
  cast(t.subject_no as integer) as subject_no,
  cast(t.basis as string) as basis,
  cast(t.deduct_tax_w24_yuan as decimal(18,2)) as deduct_tax_w24_yuan,
  cast(t.internal_tax_w24_yuan as decimal(18,2)) as internal_tax_w24_yuan,
  cast(coalesce(b.bad_tax_yuan, 0) as decimal(18,2)) as bad_tax_w24_yuan,
  cast(coalesce(b.exit_tax_yuan, 0) as decimal(18,2)) as exit_tax_w24_yuan,
  cast(coalesce(b.rated_d_tax_yuan, 0) as decimal(18,2)) as rated_d_tax_w24_yuan,
  cast(coalesce(b.bad_invoice_count, 0) as integer) as bad_invoice_count,
  cast(coalesce(b.bad_seller_count, 0) as integer) as bad_seller_count,
  cast(case when t.deduct_tax_w24_yuan > 0 then {{ratio(coalesce(b.bad_tax_yuan, 0), t.deduct_tax_w24_yuan)}} end as double) as bad_share
from feat_deduction as t
left join sums as b on b.subject_no = t.subject_no
