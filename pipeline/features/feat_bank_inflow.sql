select
  cast(s.subject_no as integer) as subject_no,
  cast(count(*) as integer) as transaction_count,
  cast(sum(b.amount) as decimal(18,2)) as inflow_yuan,
  cast(coalesce(sum(case when b.tag = 'trade' then b.amount end), 0) as decimal(18,2)) as trade_inflow_yuan,
  cast(coalesce(sum(case when b.tag is null then b.amount end), 0) as decimal(18,2)) as untagged_inflow_yuan
from feat_subject as s
join bank_transactions as b on b.taxpayer_key = s.taxpayer_key and b.direction = 'in' and {{ym(b.occurred_on)}} between s.p_ym - 11 and s.p_ym
group by s.subject_no
