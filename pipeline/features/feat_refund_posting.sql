select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(count(*) as integer) as approved_claim_count,
  cast(sum(case when is_due then 1 else 0 end) as integer) as due_claim_count,
  cast(min(decided_on) as date) as first_decided_on,
  cast(sum(paid_amount_yuan) as decimal(18,2)) as paid_amount_yuan,
  cast(max(posted_yuan) as decimal(18,2)) as posted_yuan,
  cast(sum(unposted_yuan) as decimal(18,2)) as unposted_yuan,
  cast(coalesce(sum(case when is_due then unposted_yuan end), 0) as decimal(18,2)) as gap_yuan
from feat_refund_claim
group by taxpayer_key
