-- Rows of schedule 2 by period, newest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (partition by a.subject_no order by m.ym desc nulls last) as integer) as evidence_rank,
  cast({{idiv(m.ym, 12)}} * 100 + mod(m.ym, 12) + 1 as integer) as period_yyyymm,
  cast(m.r01_tax_yuan as decimal(18,2)) as row1_yuan,
  cast(m.r05_tax_yuan as decimal(18,2)) as row5_yuan,
  cast(m.r06_tax_yuan as decimal(18,2)) as row6_yuan,
  cast(m.r07_tax_yuan as decimal(18,2)) as row7_yuan,
  cast(m.r08a_tax_yuan as decimal(18,2)) as row8a_yuan,
  cast(m.r08b_tax_yuan as decimal(18,2)) as row8b_yuan,
  cast(m.r12_tax_yuan as decimal(18,2)) as row12_yuan
from asked as a
join feat_schedule2_month as m on m.taxpayer_key = a.taxpayer_key and m.ym between a.p_ym - 11 and a.p_ym
