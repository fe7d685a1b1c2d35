with
rules as (
  select r.ceiling_share, r.quota_share, r.night_from_hour, r.night_to_hour, c.taxpayer_count
  from run_context as c
  join list_issuing_rules as r on c.as_of between r.from_on and r.to_on
),
-- Few months are asked for: the bounds spare the scan all others.
bounds as (
  select min(p_ym) - 2 as from_ym, max(p_ym) as to_ym from feat_subject
),
sold as (
  select i.seller_key, i.ym, i.issued_on, i.signed_amount, coalesce(i.ticket_cap > 0, false) as is_capped,
    coalesce(i.amount >= cast(r.ceiling_share as decimal(9,6)) * i.ticket_cap and i.ticket_cap > 0, false) as is_near_cap, coalesce(i.has_time, false) as is_timed,
    coalesce(i.has_time and (hour(i.issued_at) >= r.night_from_hour or hour(i.issued_at) < r.night_to_hour), false) as is_night
  from invoices as i
  join bounds as b on i.ym between b.from_ym and b.to_ym
  join rules as r on i.seller_key <= r.taxpayer_count
  where i.doc_status = 'normal' and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
),
-- One pass over the sales invoices of three months, to the day.
daily as (
  select s.subject_no, i.ym, i.issued_on, count(*) as invoice_count, sum(i.signed_amount) as amount_yuan,
    sum(case when i.is_capped then 1 else 0 end) as capped_count,
    sum(case when i.is_near_cap then 1 else 0 end) as near_cap_count,
    sum(case when i.is_timed then 1 else 0 end) as timed_count,
    sum(case when i.is_night then 1 else 0 end) as night_count
  from feat_subject as s
  join sold as i on i.seller_key = s.taxpayer_key and i.ym between s.p_ym - 2 and s.p_ym
  group by s.subject_no, i.ym, i.issued_on
),
summed as (
  select subject_no, sum(invoice_count) as invoice_count, sum(capped_count) as capped_count, sum(near_cap_count) as near_cap_count,
    sum(timed_count) as timed_count, sum(night_count) as night_count
  from daily
  group by subject_no
),
months as (
  select subject_no, ym, sum(amount_yuan) as amount_yuan from daily group by subject_no, ym
),
-- The first two months after registration are left out: every buyer is new then.
first_deals as (
  select s.subject_no, p.first_issued_on as issued_on, count(*) as new_buyers
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_pair as p on p.seller_key = s.taxpayer_key and {{ym(p.first_issued_on)}} between s.p_ym - 2 and s.p_ym
  where t.registered_on is null or p.first_issued_on >= {{add_months(t.registered_on, 2)}}
  group by s.subject_no, p.first_issued_on
),
fans as (
  select f.subject_no, f.issued_on, f.new_buyers, {{ratio(d.amount_yuan, m.amount_yuan)}} as day_share,
    row_number() over (partition by f.subject_no order by f.new_buyers desc nulls last, {{ratio(d.amount_yuan, m.amount_yuan)}} desc nulls last, f.issued_on asc nulls last) as most_first
  from first_deals as f
  join daily as d on d.subject_no = f.subject_no and d.issued_on = f.issued_on
  join months as m on m.subject_no = d.subject_no and m.ym = d.ym
),
grants as (
  select q.taxpayer_key, q.ym, q.granted_on, q.granted_amount,
    row_number() over (partition by q.taxpayer_key, q.ym order by q.granted_at desc nulls last, q.source_row_no desc nulls last) as newest_first
  from invoice_quotas as q
),
quotas as (
  select taxpayer_key, ym, min(granted_on) as first_on, max(case when newest_first = 1 then granted_amount end) as granted_yuan
  from grants
  group by taxpayer_key, ym
),
running as (
  select d.subject_no, d.ym, d.issued_on,
    sum(d.amount_yuan) over (partition by d.subject_no, d.ym order by d.issued_on asc nulls last rows between unbounded preceding and current row) as up_to_yuan
  from daily as d
),
filled as (
  select r.subject_no, r.ym, greatest(0, min({{days_between(q.first_on, r.issued_on)}})) as fill_days
  from running as r
  join feat_subject as s on s.subject_no = r.subject_no
  join quotas as q on q.taxpayer_key = s.taxpayer_key and q.ym = r.ym
  cross join rules as x
  where q.granted_yuan > 0 and r.up_to_yuan >= cast(x.quota_share as decimal(9,6)) * q.granted_yuan
  group by r.subject_no, r.ym
),
-- The slower of two months in a row.
fast as (
  select a.subject_no, min(greatest(a.fill_days, b.fill_days)) as fill_days
  from filled as a
  join filled as b on b.subject_no = a.subject_no and b.ym = a.ym + 1
  group by a.subject_no
),
quota_known as (
  select distinct s.subject_no
  from feat_subject as s
  join quotas as q on q.taxpayer_key = s.taxpayer_key and q.ym between s.p_ym - 2 and s.p_ym - 1
  join quotas as n on n.taxpayer_key = q.taxpayer_key and n.ym = q.ym + 1
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(m.invoice_count as integer) as invoice_count,
  cast(m.capped_count as integer) as capped_count,
  cast({{ratio(m.near_cap_count, m.capped_count)}} as double) as near_cap_share,
  cast(m.timed_count as integer) as timed_count,
  cast({{ratio(m.night_count, m.timed_count)}} as double) as night_share,
  cast(k.subject_no is not null as boolean) as has_quota,
  cast(q.fill_days as integer) as quota_fill_days,
  cast(f.new_buyers as integer) as new_buyers_on_day,
  cast(f.issued_on as date) as fan_on,
  cast(f.day_share as double) as fan_day_share
from summed as m
left join quota_known as k on k.subject_no = m.subject_no
left join fast as q on q.subject_no = m.subject_no
left join fans as f on f.subject_no = m.subject_no and f.most_first = 1
