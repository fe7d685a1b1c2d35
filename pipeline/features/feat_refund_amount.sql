select
  cast(r.subject_no as integer) as subject_no,
  cast(r.lane as string) as lane,
  cast(r.credit_yuan as decimal(18,2)) as credit_yuan,
  cast(r.unposted_yuan as decimal(18,2)) as unposted_yuan,
  cast(r.export_pending_yuan as decimal(18,2)) as export_pending_yuan,
  cast(r.arrears_yuan as decimal(18,2)) as arrears_yuan,
  cast(r.net_credit_yuan as decimal(18,2)) as net_credit_yuan,
  cast(r.base_ym as integer) as base_ym,
  cast(r.base_yuan as decimal(18,2)) as base_yuan,
  cast(r.stock_yuan as decimal(18,2)) as stock_yuan,
  cast(r.increment_yuan as decimal(18,2)) as increment_yuan,
  cast(r.claimed_ratio as double) as claimed_ratio,
  cast(r.input_ratio as double) as input_ratio,
  cast(r.is_ratio_replaced as boolean) as is_ratio_replaced,
  cast(r.ratio_used as double) as ratio_used,
  cast(r.refund_yuan as decimal(18,2)) as refund_yuan,
  cast(s.claimed_amount_yuan - r.refund_yuan as decimal(18,2)) as excess_yuan,
  cast(case when r.refund_yuan is null then 'N_COVERAGE' end as string) as reason_code
from feat_refund_lane as r
join feat_subject as s on s.subject_no = r.subject_no
where r.is_claimed_lane
