select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case
    when s.claimed_ratio is null then 'N_NO_ROWS'
    when q.route is null or not q.is_covered then 'N_COVERAGE'
    when q.input_ratio is null then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(q.deviation_ratio as decimal(9,6)) as deviation_ratio,
  cast(s.claimed_ratio as double) as claimed_ratio,
  cast(q.input_ratio as double) as input_ratio,
  cast(q.loss_yuan as decimal(18,2)) as loss_yuan,
  cast(q.numerator_tax_yuan as decimal(18,2)) as numerator_tax_yuan,
  cast(q.input_tax_yuan as decimal(18,2)) as input_tax_yuan,
  cast(q.from_ym as integer) as from_ym,
  cast(q.to_ym as integer) as to_ym,
  cast(case when q.route = 'vouchers' then '按用途确认和其他扣税凭证' else '按附列资料（二）第1、5、7、8b等栏（上限）' end as string) as route_zh,
  cast(case when q.route = 'vouchers' then 'by vouchers confirmed' else 'by rows 1, 5, 7, 8b of schedule 2 (an upper bound)' end as string) as route_en,
  cast(s.claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan
from feat_subject as s
left join feat_input_ratio as q on q.subject_no = s.subject_no
