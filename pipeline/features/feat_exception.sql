with
rules as (
  select r.second_order_share, r.second_order_yuan
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
sums as (
  select taxpayer_key, count(*) as voucher_count, sum(case when is_counted then 1 else 0 end) as counted_count,
    sum(case when is_counted then effective_tax_yuan end) as counted_tax, sum(case when not is_counted then effective_tax_yuan end) as uncounted_tax,
    min(listed_on) as first_listed_on
  from feat_exception_use
  group by taxpayer_key
),
schedules as (
  select s.taxpayer_key, count(*) as period_count, sum(r.r23a_tax_yuan) as transferred_tax
  from sums as s
  join feat_schedule2_month as r on r.taxpayer_key = s.taxpayer_key and r.ym >= {{ym(s.first_listed_on)}}
  group by s.taxpayer_key
),
period_tax as (
  select taxpayer_key, ym, sum(effective_tax_yuan) as listed_tax from feat_exception_use group by taxpayer_key, ym
),
period_shares as (
  select e.taxpayer_key, max({{ratio(e.listed_tax, u.special_tax_yuan)}}) as greatest_share
  from period_tax as e
  join feat_use_month as u on u.taxpayer_key = e.taxpayer_key and u.ym = e.ym
  where u.special_tax_yuan > 0
  group by e.taxpayer_key
),
judged as (
  select s.*, coalesce(h.period_count, 0) as period_count, coalesce(h.transferred_tax, 0) as transferred_tax, q.greatest_share,
    greatest(0, coalesce(s.counted_tax, 0) - coalesce(h.transferred_tax, 0)) as exception_tax
  from sums as s
  left join schedules as h on h.taxpayer_key = s.taxpayer_key
  left join period_shares as q on q.taxpayer_key = s.taxpayer_key
)
select
  cast(j.taxpayer_key as integer) as taxpayer_key,
  cast(j.voucher_count as integer) as voucher_count,
  cast(j.counted_count as integer) as counted_count,
  cast(coalesce(j.counted_tax, 0) as decimal(18,2)) as counted_tax_yuan,
  cast(coalesce(j.uncounted_tax, 0) as decimal(18,2)) as uncounted_tax_yuan,
  cast(j.first_listed_on as date) as first_listed_on,
  cast(j.period_count as integer) as schedule2_period_count,
  cast(j.transferred_tax as decimal(18,2)) as transferred_tax_yuan,
  cast(j.exception_tax as decimal(18,2)) as exception_tax_yuan,
  cast(j.greatest_share as double) as greatest_period_share,
  cast(coalesce(j.greatest_share >= r.second_order_share, false) and j.exception_tax > r.second_order_yuan as boolean) as is_second_order
from judged as j
cross join rules as r
