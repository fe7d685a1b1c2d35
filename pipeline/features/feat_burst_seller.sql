with
context as (
  select c.as_of, c.p_ym, r.burst_first_sale_days, r.burst_sale_span_days, r.burst_amount_yuan, r.burst_quota_share, r.burst_silent_days,
    r.burst_exit_days
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
candidates as (
  select s.seller_key, t.registered_on, t.registered_ym, s.first_issued_on, s.last_issued_on, s.normal_count, s.amount_yuan,
    t.vat_status_resolved, t.status_on_r, t.is_status_known,
    case when t.vat_status_resolved = 'general' then t.filing_span_months when t.vat_status_resolved = 'small' then t.filing_span_months else 3 end as span_months,
    {{ym(s.first_issued_on)}} as first_ym,
    {{ym(s.last_issued_on)}} as last_ym
  from feat_seller as s
  join feat_taxpayer as t on t.taxpayer_key = s.seller_key
  cross join context as c
  where {{days_between(t.registered_on, s.first_issued_on)}} <= c.burst_first_sale_days
    and {{days_between(s.first_issued_on, s.last_issued_on)}} <= c.burst_sale_span_days
    and {{days_between(s.last_issued_on, c.as_of)}} >= c.burst_silent_days
),
quotas as (
  select q.taxpayer_key, q.ym, q.granted_amount,
    row_number() over (
      partition by q.taxpayer_key, q.ym
      order by q.granted_at desc nulls last, q.source_file_no desc nulls last, q.source_row_no desc nulls last
    ) as newest_first
  from invoice_quotas as q
  where exists (select 1 from candidates as k where k.seller_key = q.taxpayer_key and q.ym between k.first_ym and k.last_ym)
),
quota_sums as (
  select taxpayer_key, sum(granted_amount) as quota_yuan from quotas where newest_first = 1 group by taxpayer_key
),
-- Months whose return can be missed: due after the last invoice and before R, inside the span of both return tables.
spans as (
  select max(case when table_name = 'vat_returns' then from_ym end) as general_from_ym,
    max(case when table_name = 'vat_returns' then to_ym end) as general_to_ym,
    max(case when table_name = 'small_scale_returns' and is_delivered then 1 else 0 end) as has_small,
    max(case when table_name = 'small_scale_returns' then from_ym end) as small_from_ym,
    max(case when table_name = 'small_scale_returns' then to_ym end) as small_to_ym
  from delivered_tables
),
due as (
  select k.seller_key,
    greatest(k.registered_ym, coalesce(d.general_from_ym, 0), coalesce(d.small_from_ym, 0),
      case when day(k.last_issued_on) < 15 then k.last_ym - 1 else k.last_ym end) as from_ym,
    least(case when k.span_months = 3 then c.p_ym - mod(c.p_ym + 1, 3) else c.p_ym end,
      coalesce(d.general_to_ym, c.p_ym), coalesce(d.small_to_ym, c.p_ym)) as to_ym,
    d.has_small = 1 or k.vat_status_resolved = 'general' as is_testable
  from candidates as k
  cross join context as c
  cross join spans as d
),
filings as (
  select taxpayer_key, ym, span_months from feat_return_month
  union all
  select taxpayer_key, ym, span_months from feat_small_month
),
filed as (
  select d.seller_key, sum(least(f.ym, d.to_ym) - greatest(f.ym - f.span_months + 1, d.from_ym) + 1) as filed_months
  from due as d
  join filings as f on f.taxpayer_key = d.seller_key and f.ym >= d.from_ym and f.ym - f.span_months + 1 <= d.to_ym
  group by d.seller_key
),
exits as (
  select i.taxpayer_key, min(i.from_on) as deregistered_on
  from feat_status_interval as i
  where i.status = 'deregistered'
  group by i.taxpayer_key
),
facts as (
  select k.seller_key, k.registered_on, k.first_issued_on, k.last_issued_on, k.normal_count, k.amount_yuan, q.quota_yuan,
    case when d.is_testable and d.to_ym >= d.from_ym then d.to_ym - d.from_ym + 1 - coalesce(f.filed_months, 0) else 0 end as unfiled_months,
    k.status_on_r, x.deregistered_on,
    k.amount_yuan >= c.burst_amount_yuan
      or coalesce(cast(k.amount_yuan as double) >= c.burst_quota_share * cast(q.quota_yuan as double), false) as is_large,
    k.status_on_r in ('abnormal', 'absconded')
      or coalesce(x.deregistered_on <= date_add(k.last_issued_on, c.burst_exit_days), false) as is_exit
  from candidates as k
  cross join context as c
  join due as d on d.seller_key = k.seller_key
  left join filed as f on f.seller_key = k.seller_key
  left join quota_sums as q on q.taxpayer_key = k.seller_key and q.quota_yuan > 0
  left join exits as x on x.taxpayer_key = k.seller_key
)
select
  cast(seller_key as integer) as party_key,
  cast(registered_on as date) as registered_on,
  cast(first_issued_on as date) as first_issued_on,
  cast(last_issued_on as date) as last_issued_on,
  cast(normal_count as integer) as normal_count,
  cast(amount_yuan as decimal(18,2)) as amount_yuan,
  cast(quota_yuan as decimal(18,2)) as quota_yuan,
  cast(unfiled_months as integer) as unfiled_months,
  cast(status_on_r as string) as status_on_r,
  cast(deregistered_on as date) as deregistered_on,
  cast(is_large as boolean) as is_large,
  cast(unfiled_months > 0 or is_exit as boolean) as is_gone,
  cast(is_large and (unfiled_months > 0 or is_exit) as boolean) as is_burst
from facts
