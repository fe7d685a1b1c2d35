with
context as (
  select as_of, {{add_months(as_of, -12)}} as year_ago from run_context
),
approved as (
  select a.taxpayer_key, a.application_id, a.decided_on, a.paid_on, a.claim_ym,
    coalesce(a.paid_amount, 0) - coalesce(a.repaid_amount, 0) as paid_amount, coalesce(a.arrears_offset_amount, 0) as offset_amount
  from refund_applications as a
  cross join context as c
  where a.decision = 'approved' and a.decided_on > c.year_ago and a.decided_on <= c.as_of
),
ordered as (
  select a.*, {{ym(a.decided_on)}} as decided_ym,
    sum(a.paid_amount) over (
      partition by a.taxpayer_key
      order by a.decided_on asc nulls last, a.application_id asc nulls last
      rows between unbounded preceding and current row
    ) as paid_up_to_yuan
  from approved as a
),
firsts as (
  select taxpayer_key, min(decided_ym) as first_ym from ordered group by taxpayer_key
),
postings as (
  select f.taxpayer_key, sum(s.r22_tax_yuan) as posted_yuan
  from firsts as f
  join feat_schedule2_month as s on s.taxpayer_key = f.taxpayer_key and s.ym >= f.first_ym
  group by f.taxpayer_key
),
filings as (
  select o.taxpayer_key, o.application_id, count(*) as filed_periods
  from ordered as o
  join feat_return_month as r on r.taxpayer_key = o.taxpayer_key and r.ym >= o.decided_ym
  group by o.taxpayer_key, o.application_id
),
-- Postings are used up by the oldest claim first.
allocated as (
  select o.*, coalesce(f.filed_periods, 0) as filed_periods, coalesce(p.posted_yuan, 0) as posted_yuan,
    greatest(0, least(o.paid_amount, o.paid_up_to_yuan - coalesce(p.posted_yuan, 0))) as unposted_yuan
  from ordered as o
  left join postings as p on p.taxpayer_key = o.taxpayer_key
  left join filings as f on f.taxpayer_key = o.taxpayer_key and f.application_id = o.application_id
)
select
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(application_id as string) as application_id,
  cast(decided_on as date) as decided_on,
  cast(decided_ym as integer) as decided_ym,
  cast(paid_on as date) as paid_on,
  cast(paid_amount as decimal(18,2)) as paid_amount_yuan,
  cast(offset_amount as decimal(18,2)) as arrears_offset_yuan,
  cast(posted_yuan as decimal(18,2)) as posted_yuan,
  cast(unposted_yuan as decimal(18,2)) as unposted_yuan,
  cast(filed_periods as integer) as filed_period_count,
  cast(filed_periods >= 2 as boolean) as is_due
from allocated
