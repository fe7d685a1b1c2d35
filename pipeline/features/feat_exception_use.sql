with
context as (
  select c.as_of, r.exception_working_days
  from run_context as c
  join list_feature_rules as r on c.as_of between r.from_on and r.to_on
),
today as (
  select d.working_day_no as working_day_no
  from calendar_days as d
  join context as c on d.day = c.as_of
),
-- A voucher listed twice is one voucher: its newest listing still in force counts.
listings as (
  select e.invoice_key, e.reason, e.listed_on, e.notified_on, e.verification_requested_on,
    row_number() over (
      partition by e.invoice_key
      order by e.listed_on desc nulls last, e.source_file_no asc nulls last, e.source_row_no asc nulls last
    ) as newest_first
  from exception_vouchers as e
  cross join context as c
  where e.listed_on <= c.as_of and (e.lifted_on is null or e.lifted_on > c.as_of)
),
listed as (
  select * from listings where newest_first = 1
),
uses as (
  select u.taxpayer_key, u.invoice_no, u.invoice_key, u.seller_key, u.ym, u.effective_tax, u.source_file_no, u.source_row_no,
    l.reason, l.listed_on, l.notified_on, l.verification_requested_on
  from input_uses as u
  join listed as l on l.invoice_key = u.invoice_key
  where u.purpose = 'deduct'
),
notices as (
  select distinct taxpayer_key, notified_on from uses where notified_on is not null
),
ratings as (
  select n.taxpayer_key, n.notified_on, i.rating,
    row_number() over (
      partition by n.taxpayer_key, n.notified_on
      order by i.valid_from desc nulls last, i.rating asc nulls last
    ) as newest_first
  from notices as n
  join feat_rating_interval as i on i.taxpayer_key = n.taxpayer_key and n.notified_on between i.valid_from and i.valid_until
),
-- Either form shows that a period was filed: one of them may not be delivered.
filed as (
  select taxpayer_key, ym from feat_return_month
  union all
  select taxpayer_key, ym from feat_schedule2_month
),
last_returns as (
  select f.taxpayer_key, max(f.ym) as last_ym
  from filed as f
  where exists (select 1 from uses as u where u.taxpayer_key = f.taxpayer_key)
  group by f.taxpayer_key
),
dated as (
  select u.*, coalesce(r.rating = 'A', false) as is_rated_a, l.last_ym, {{ym(coalesce(u.notified_on, u.listed_on))}} as notice_ym,
    t.working_day_no - n.working_day_no as working_days_since_notice,
    v.working_day_no - n.working_day_no as working_days_to_request
  from uses as u
  cross join today as t
  left join ratings as r on r.taxpayer_key = u.taxpayer_key and r.notified_on = u.notified_on and r.newest_first = 1
  left join last_returns as l on l.taxpayer_key = u.taxpayer_key
  left join calendar_days as n on n.day = u.notified_on
  left join calendar_days as v on v.day = u.verification_requested_on
),
judged as (
  select d.*,
    d.is_rated_a and coalesce(d.working_days_since_notice <= c.exception_working_days
      or d.working_days_to_request <= c.exception_working_days, false) as is_verification_open,
    coalesce(d.last_ym, 0) < d.notice_ym as is_before_return
  from dated as d
  cross join context as c
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(invoice_no as integer) as invoice_no,
  cast(invoice_key as string) as invoice_key,
  cast(seller_key as integer) as seller_key,
  cast(ym as integer) as ym,
  cast(effective_tax as decimal(18,2)) as effective_tax_yuan,
  cast(reason as string) as reason,
  cast(listed_on as date) as listed_on,
  cast(notified_on as date) as notified_on,
  cast(is_verification_open as boolean) as is_verification_open,
  cast(is_before_return as boolean) as is_before_return,
  cast(not is_verification_open and not is_before_return as boolean) as is_counted,
  cast(source_file_no as integer) as source_file_no,
  cast(source_row_no as bigint) as source_row_no
from judged
