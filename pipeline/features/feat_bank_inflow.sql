select
  cast(s.subject_no as integer) as subject_no,
  cast(sum(case when b.direction = 'in' and {{ym(b.occurred_on)}} between s.p_ym - 11 and s.p_ym then 1 else 0 end) as integer) as transaction_count,
  cast(sum(case when b.direction = 'in' and {{ym(b.occurred_on)}} between s.p_ym - 11 and s.p_ym then b.amount else 0 end) as decimal(18,2)) as inflow_yuan,
  cast(sum(case when b.direction = 'in' and b.tag = 'trade' and {{ym(b.occurred_on)}} between s.p_ym - 11 and s.p_ym
    then b.amount else 0 end) as decimal(18,2)) as trade_inflow_yuan,
  cast(sum(case when b.direction = 'in' and b.tag is null and {{ym(b.occurred_on)}} between s.p_ym - 11 and s.p_ym
    then b.amount else 0 end) as decimal(18,2)) as untagged_inflow_yuan
from feat_subject as s
join bank_transactions as b on b.taxpayer_key = s.taxpayer_key
group by s.subject_no
