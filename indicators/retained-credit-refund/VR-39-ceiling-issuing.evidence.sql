-- Quotas of the three months; how the invoices spread over tenths of the cap and over hours; each day's invoices with those near the cap, at night and in
-- the busiest hour; the first invoices of new buyers.
with
quotas as (
  select a.subject_no, 1 as kind_no, '额度 quota' as row_kind, q.granted_on as on_day, cast(null as integer) as band_no, cast(null as string) as band,
    cast(null as integer) as invoice_count, cast(null as integer) as near_cap_count, cast(null as integer) as night_count, q.granted_amount as amount_yuan, cast(null as integer) as party_key, q.source_file_no, q.source_row_no
  from asked as a
  join invoice_quotas as q on q.taxpayer_key = a.taxpayer_key and q.ym between a.p_ym - 2 and a.p_ym
),
issued as (
  select a.subject_no, i.issued_on, i.signed_amount,
    case when i.ticket_cap > 0 and i.amount >= cast(r.ceiling_share as decimal(9,6)) * i.ticket_cap then 1 else 0 end as near_cap,
    case when i.has_time and (hour(i.issued_at) >= r.night_from_hour or hour(i.issued_at) < r.night_to_hour) then 1 else 0 end as at_night,
    case when i.has_time then hour(i.issued_at) end as hour_no,
    case when i.ticket_cap > 0 then least(9, cast(floor({{ratio(10 * i.amount, i.ticket_cap)}}) as integer)) end as tenth_no
  from asked as a
  join invoices as i on i.seller_key = a.taxpayer_key and i.ym between a.p_ym - 2 and a.p_ym and i.doc_status = 'normal'
  cross join run_context as c
  join list_issuing_rules as r on c.as_of between r.from_on and r.to_on
),
tenths as (
  select subject_no, 2 as kind_no, '限额分布 share of cap' as row_kind, cast(null as date) as on_day, tenth_no as band_no,
    cast(tenth_no * 10 as string) || '–' || cast(tenth_no * 10 + 10 as string) || '%' as band, count(*) as invoice_count, sum(near_cap) as near_cap_count,
    sum(at_night) as night_count, sum(signed_amount) as amount_yuan
  from issued
  where tenth_no is not null
  group by subject_no, tenth_no
),
hours as (
  select subject_no, issued_on, hour_no, count(*) as invoice_count, sum(near_cap) as near_cap_count, sum(at_night) as night_count, sum(signed_amount) as amount_yuan,
    row_number() over (partition by subject_no, issued_on order by count(*) desc nulls last, hour_no asc nulls last) as place
  from issued
  group by subject_no, issued_on, hour_no
),
hours_of_day as (
  select subject_no, 3 as kind_no, '时段分布 hour' as row_kind, cast(null as date) as on_day, hour_no as band_no, cast(hour_no as string) || ':00' as band,
    sum(invoice_count) as invoice_count, sum(near_cap_count) as near_cap_count, sum(night_count) as night_count, sum(amount_yuan) as amount_yuan
  from hours
  where hour_no is not null
  group by subject_no, hour_no
),
days as (
  select subject_no, 4 as kind_no, '当日开票 day' as row_kind, issued_on as on_day, cast(null as integer) as band_no,
    max(case when place = 1 and hour_no is not null then cast(hour_no as string) || ':00 × ' || cast(invoice_count as string) end) as band,
    sum(invoice_count) as invoice_count, sum(near_cap_count) as near_cap_count, sum(night_count) as night_count, sum(amount_yuan) as amount_yuan
  from hours
  group by subject_no, issued_on
),
buyers as (
  select a.subject_no, 5 as kind_no, '新购方 new buyer' as row_kind, p.first_issued_on as on_day, cast(null as integer) as band_no, cast(null as string) as band, p.invoice_count, cast(null as integer) as near_cap_count,
    cast(null as integer) as night_count, p.amount_yuan, p.buyer_key as party_key, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_issue_pattern as f on f.subject_no = a.subject_no
  join feat_pair as p on p.seller_key = a.taxpayer_key and p.first_issued_on = f.fan_on
),
kinds as (
  select * from quotas
  union all
  select *, cast(null as integer) as party_key, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no from tenths
  union all
  select *, cast(null as integer) as party_key, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no from hours_of_day
  union all
  select *, cast(null as integer) as party_key, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no from days
  union all
  select * from buyers
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no < 5 then k.on_day end desc nulls last, k.band_no desc nulls last, k.amount_yuan desc nulls last, k.party_key asc nulls last,
      k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.on_day as date) as on_day,
  cast(k.band as string) as band,
  cast(k.invoice_count as integer) as invoice_count,
  cast(k.near_cap_count as integer) as near_cap_count,
  cast(k.night_count as integer) as night_count,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(q.party_id as string) as buyer_id,
  cast(q.party_name as string) as buyer_name,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
left join parties as q on q.party_key = k.party_key
