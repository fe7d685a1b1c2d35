select
  cast(s.subject_no as integer) as subject_no,
  cast(case when f.taxpayer_key is null or f.deferred_yuan < p.deferred_minimum_yuan then 'A_PERIOD' end as string) as not_applicable,
  cast(null as string) as not_assessed,
  cast(case when f.exit_on is not null then 1 else 0 end
    + case when coalesce(f.drained_yuan >= p.drained_share * cast(f.deferred_yuan as double) and f.cash_ratio_lowest <= (1 - p.cash_fall) * f.cash_ratio_before, false)
      then 1 else 0 end
    + case when f.changed_share >= p.changed_share_minimum then 1 else 0 end as integer) as event_count,
  cast(f.exit_on is not null as boolean) as has_left,
  cast(coalesce(f.drained_yuan >= p.drained_share * cast(f.deferred_yuan as double) and f.cash_ratio_lowest <= (1 - p.cash_fall) * f.cash_ratio_before, false)
    as boolean) as is_drained,
  cast(f.exit_on as date) as exit_on,
  cast(f.deferred_yuan as decimal(18,2)) as deferred_yuan,
  cast(f.open_yuan as decimal(18,2)) as open_yuan,
  cast(f.drained_yuan as decimal(18,2)) as drained_yuan,
  cast(f.cash_ratio_before as double) as cash_ratio_before,
  cast(f.cash_ratio_lowest as double) as cash_ratio_lowest,
  cast(f.changed_share as double) as changed_share
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join feat_deferral_flight as f on f.taxpayer_key = s.taxpayer_key
where s.is_primary
