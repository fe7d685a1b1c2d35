select
  cast(s.subject_no as integer) as subject_no,
  cast(c.input_basis as string) as basis,
  cast(coalesce(sum(case when u.ym > s.p_ym - 3 then u.deduct_tax_yuan end), 0) as decimal(18,2)) as deduct_tax_w3_yuan,
  cast(coalesce(sum(case when u.ym > s.p_ym - 6 then u.deduct_tax_yuan end), 0) as decimal(18,2)) as deduct_tax_w6_yuan,
  cast(coalesce(sum(case when u.ym > s.p_ym - 12 then u.deduct_tax_yuan end), 0) as decimal(18,2)) as deduct_tax_w12_yuan,
  cast(coalesce(sum(u.deduct_tax_yuan), 0) as decimal(18,2)) as deduct_tax_w24_yuan,
  cast(coalesce(sum(case when u.ym > s.p_ym - 6 then u.deduct_internal_tax_yuan end), 0) as decimal(18,2)) as internal_tax_w6_yuan,
  cast(coalesce(sum(case when u.ym > s.p_ym - 12 then u.deduct_internal_tax_yuan end), 0) as decimal(18,2)) as internal_tax_w12_yuan,
  cast(coalesce(sum(u.deduct_internal_tax_yuan), 0) as decimal(18,2)) as internal_tax_w24_yuan
from feat_subject as s
cross join run_context as c
left join feat_use_month as u on u.taxpayer_key = s.taxpayer_key and u.ym between s.p_ym - 23 and s.p_ym
group by s.subject_no, c.input_basis
