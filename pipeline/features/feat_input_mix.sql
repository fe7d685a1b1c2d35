select
  cast(s.subject_no as integer) as subject_no,
  cast(sum(case when m.ym > s.p_ym - 12 then 1 else 0 end) as integer) as periods_w12,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r05_tax_yuan end), 0) as decimal(18,2)) as customs_w12_yuan,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r06_tax_yuan end), 0) as decimal(18,2)) as farm_w12_yuan,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r07_tax_yuan end), 0) as decimal(18,2)) as withheld_w12_yuan,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r08a_tax_yuan end), 0) as decimal(18,2)) as farm_extra_w12_yuan,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r08b_tax_yuan end), 0) as decimal(18,2)) as other_w12_yuan,
  cast(coalesce(sum(case when m.ym > s.p_ym - 12 then m.r12_tax_yuan end), 0) as decimal(18,2)) as input_w12_yuan,
  cast(coalesce(sum(m.r05_tax_yuan), 0) as decimal(18,2)) as customs_w24_yuan,
  cast(coalesce(sum(m.r12_tax_yuan), 0) as decimal(18,2)) as input_w24_yuan
from feat_subject as s
join feat_schedule2_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 23 and s.p_ym
group by s.subject_no
