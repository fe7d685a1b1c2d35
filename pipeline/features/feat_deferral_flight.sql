with
spans as (
  select taxpayer_key, min(coalesce(original_due_on, extended_due_on)) as from_on, max(date_add(extended_due_on, 90)) as to_on,
    sum(deferred_amount_yuan) as deferred_yuan, sum(open_yuan) as open_yuan, max(extended_due_on) as last_due_on
  from feat_deferral
  group by taxpayer_key
),
-- A balance is compared with the newest one before the span.
before_balances as (
  select s.taxpayer_key, b.cash, b.total_assets, coalesce(b.other_receivables_related, b.other_receivables) as receivables,
    row_number() over (partition by s.taxpayer_key order by b.ym desc nulls last) as newest_first
  from spans as s
  join balance_sheets as b on b.taxpayer_key = s.taxpayer_key and b.ym < {{ym(s.from_on)}} and b.ym >= {{ym(s.from_on)}} - 15
),
during_balances as (
  select s.taxpayer_key, max(coalesce(b.other_receivables_related, b.other_receivables)) as receivables,
    min({{ratio(b.cash, b.total_assets)}}) as lowest_cash_ratio
  from spans as s
  join balance_sheets as b on b.taxpayer_key = s.taxpayer_key and b.ym between {{ym(s.from_on)}} and {{ym(s.to_on)}}
  group by s.taxpayer_key
),
distributed as (
  select s.taxpayer_key, sum(i.distributed_yuan) as distributed_yuan
  from spans as s
  join feat_income_period as i on i.taxpayer_key = s.taxpayer_key and i.ym between {{ym(s.from_on)}} and {{ym(s.to_on)}}
  group by s.taxpayer_key
),
exits as (
  select s.taxpayer_key, min(i.from_on) as exit_on
  from spans as s
  join feat_status_interval as i on i.taxpayer_key = s.taxpayer_key and i.from_on between s.from_on and s.to_on
    and i.status in ('deregistering', 'deregistered', 'abnormal', 'absconded')
  join feat_deferral as f on f.taxpayer_key = s.taxpayer_key and (f.open_yuan > 0 or f.paid_on > i.from_on)
  group by s.taxpayer_key
),
changes as (
  select s.taxpayer_key, sum(coalesce(c.changed_share, 0)) as changed_share
  from spans as s
  join taxpayer_changes as c on c.taxpayer_key = s.taxpayer_key and c.changed_on between s.from_on and s.to_on
  group by s.taxpayer_key
)
select
  cast(s.taxpayer_key as integer) as taxpayer_key,
  cast(s.from_on as date) as from_on,
  cast(s.to_on as date) as to_on,
  cast(s.deferred_yuan as decimal(18,2)) as deferred_yuan,
  cast(s.open_yuan as decimal(18,2)) as open_yuan,
  cast(case when b.taxpayer_key is not null and d.taxpayer_key is not null
    then greatest(0, coalesce(d.receivables, 0) - coalesce(b.receivables, 0)) + coalesce(p.distributed_yuan, 0) end as decimal(18,2)) as drained_yuan,
  cast({{ratio(b.cash, b.total_assets)}} as double) as cash_ratio_before,
  cast(d.lowest_cash_ratio as double) as cash_ratio_lowest,
  cast(e.exit_on as date) as exit_on,
  cast(coalesce(c.changed_share, 0) as double) as changed_share
from spans as s
left join before_balances as b on b.taxpayer_key = s.taxpayer_key and b.newest_first = 1
left join during_balances as d on d.taxpayer_key = s.taxpayer_key
left join distributed as p on p.taxpayer_key = s.taxpayer_key
left join exits as e on e.taxpayer_key = s.taxpayer_key
left join changes as c on c.taxpayer_key = s.taxpayer_key
