select
  cast(v.violation_id as string) as violation_id,
  cast(v.taxpayer_key as integer) as taxpayer_key,
  cast(v.violation_type as string) as violation_type,
  cast(v.decided_on as date) as decided_on,
  cast(v.act_to as date) as act_to,
  cast(v.amount as decimal(18,2)) as amount_yuan,
  cast(coalesce(v.is_revoked, false) as boolean) as is_revoked
from violations as v
cross join run_context as c
where v.taxpayer_key <= c.taxpayer_count
