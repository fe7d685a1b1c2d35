with
bought as (
  select buyer_key, count(*) as seller_count, sum(amount_yuan) as amount_yuan from feat_pair group by buyer_key
),
buyers as (
  select seller_key, count(*) as buyer_count from feat_pair group by seller_key
),
staffed as (
  select taxpayer_key, sum(insured_count) as staff_sum, count(insured_count) as month_count from feat_staff_month group by taxpayer_key
),
-- What ended before the last sale was no exit: who comes back from abnormal status sells again.
exits as (
  select i.taxpayer_key, min(i.from_on) as exit_on
  from feat_status_interval as i
  join feat_seller as s on s.seller_key = i.taxpayer_key and s.last_issued_on < i.until_on
  where i.status in ('abnormal', 'absconded', 'deregistered')
  group by i.taxpayer_key
)
select
  cast(t.taxpayer_key as integer) as taxpayer_key,
  cast(t.registered_on as date) as registered_on,
  cast(s.first_issued_on as date) as first_issued_on,
  cast(s.last_issued_on as date) as last_issued_on,
  cast({{days_between(s.first_issued_on, s.last_issued_on)}} as integer) as span_days,
  cast({{days_between(s.last_issued_on, c.as_of)}} as integer) as silent_days,
  cast({{days_between(t.registered_on, s.first_issued_on)}} as integer) as first_sale_days,
  cast(s.normal_count as integer) as invoice_count,
  cast(s.amount_yuan as decimal(18,2)) as sold_yuan,
  cast(coalesce(b.amount_yuan, 0) as decimal(18,2)) as bought_yuan,
  cast(coalesce(y.buyer_count, 0) as integer) as buyer_count,
  cast(coalesce(b.seller_count, 0) as integer) as seller_count,
  cast({{ratio(h.staff_sum, h.month_count)}} as double) as staff_mean,
  cast(x.exit_on as date) as exit_on,
  cast(x.exit_on is not null and x.exit_on <= date_add(s.last_issued_on, 180) as boolean) as is_gone
from feat_taxpayer as t
join feat_seller as s on s.seller_key = t.taxpayer_key
cross join run_context as c
left join bought as b on b.buyer_key = t.taxpayer_key
left join buyers as y on y.seller_key = t.taxpayer_key
left join staffed as h on h.taxpayer_key = t.taxpayer_key
left join exits as x on x.taxpayer_key = t.taxpayer_key
where s.first_issued_on is not null
