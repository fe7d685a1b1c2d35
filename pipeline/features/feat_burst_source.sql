with
sums as (
  select s.subject_no, sum(d.tax_yuan) as burst_tax_yuan, sum(d.invoice_count) as burst_invoice_count,
    count(distinct d.seller_key) as burst_seller_count
  from feat_subject as s
  join feat_deduction_row as d on d.taxpayer_key = s.taxpayer_key and d.ym between s.p_ym - 11 and s.p_ym
  where d.is_burst
  group by s.subject_no
)
select
  cast(t.subject_no as integer) as subject_no,
  cast(t.basis as string) as basis,
  cast(coalesce(p.is_burst, false) as boolean) as is_burst_self,
  cast(t.deduct_tax_w12_yuan as decimal(18,2)) as deduct_tax_w12_yuan,
  cast(t.internal_tax_w12_yuan as decimal(18,2)) as internal_tax_w12_yuan,
  cast(coalesce(b.burst_tax_yuan, 0) as decimal(18,2)) as burst_tax_w12_yuan,
  cast(coalesce(b.burst_invoice_count, 0) as integer) as burst_invoice_count,
  cast(coalesce(b.burst_seller_count, 0) as integer) as burst_seller_count,
  cast(case when t.deduct_tax_w12_yuan > 0 then {{ratio(coalesce(b.burst_tax_yuan, 0), t.deduct_tax_w12_yuan)}} end as double) as burst_share
from feat_deduction as t
join feat_subject as s on s.subject_no = t.subject_no
left join sums as b on b.subject_no = t.subject_no
left join feat_burst_seller as p on p.party_key = s.taxpayer_key
