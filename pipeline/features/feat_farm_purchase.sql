with
invoiced as (
  select i.invoice_no, i.buyer_key, i.seller_key, i.ym, i.signed_amount
  from invoices as i
  where i.invoice_kind = 'agri_purchase' and i.doc_status <> 'void'
),
bought as (
  select s.subject_no, i.invoice_no, i.seller_key, i.signed_amount
  from invoiced as i
  join feat_subject as s on s.taxpayer_key = i.buyer_key and i.ym between s.p_ym - 11 and s.p_ym
),
sellers as (
  select b.subject_no, b.seller_key, coalesce(p.party_kind in ('person', 'nameless', 'consumer'), true) as is_person, sum(b.signed_amount) as amount_yuan
  from bought as b
  left join parties as p on p.party_key = b.seller_key
  group by b.subject_no, b.seller_key, coalesce(p.party_kind in ('person', 'nameless', 'consumer'), true)
),
ranked as (
  select s.*, row_number() over (partition by s.subject_no order by s.amount_yuan desc nulls last, s.seller_key asc nulls last) as place
  from sellers as s
),
-- What a farmer sold to everybody in the year up to P of the run.
totals as (
  select i.seller_key, sum(i.signed_amount) as amount_yuan
  from invoiced as i
  cross join run_context as c
  where i.seller_key is not null and i.ym between c.p_ym - 11 and c.p_ym
  group by i.seller_key
),
shares as (
  select r.subject_no, sum(r.amount_yuan) as amount_yuan, sum(case when r.place <= 10 then r.amount_yuan end) as top_yuan,
    sum(case when r.place <= 10 and r.is_person then r.amount_yuan end) as top_person_yuan, sum(case when t.amount_yuan > 500000 then r.amount_yuan end) as large_yuan,
    count(*) as seller_count
  from ranked as r
  left join totals as t on t.seller_key = r.seller_key
  group by r.subject_no
),
lines as (
  select b.subject_no, l.ym, l.goods_code, l.signed_amount, l.quantity, u.kilograms
  from bought as b
  join invoice_lines as l on l.invoice_no = b.invoice_no
  left join list_weight_units as u on u.unit = l.unit
),
seasons as (
  select l.subject_no, sum(l.signed_amount) as known_yuan,
    sum(case when (h.month_from <= h.month_to and (mod(l.ym, 12) + 1 < h.month_from or mod(l.ym, 12) + 1 > h.month_to))
      or (h.month_from > h.month_to and mod(l.ym, 12) + 1 < h.month_from and mod(l.ym, 12) + 1 > h.month_to) then l.signed_amount end) as outside_yuan
  from lines as l
  join list_harvest_calendar as h on substr(l.goods_code, 1, length(h.prefix)) = h.prefix
  group by l.subject_no
),
bought_weight as (
  select subject_no, sum(cast(quantity * kilograms as decimal(24,3))) as kilograms from lines where kilograms is not null group by subject_no
),
sold_weight as (
  select b.subject_no, sum(cast(l.quantity * u.kilograms as decimal(24,3))) as kilograms
  from bought_weight as b
  join feat_subject as s on s.subject_no = b.subject_no
  join invoice_lines as l on l.seller_key = s.taxpayer_key and l.ym between s.p_ym - 11 and s.p_ym and l.doc_status = 'normal'
  join list_weight_units as u on u.unit = l.unit
  where coalesce(l.invoice_kind, '') <> 'agri_purchase'
  group by b.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(s.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(s.seller_count as integer) as seller_count,
  cast({{ratio(s.top_person_yuan, s.top_yuan)}} as double) as top_person_share,
  cast({{ratio(coalesce(s.large_yuan, 0), s.amount_yuan)}} as double) as large_seller_share,
  cast({{ratio(coalesce(x.outside_yuan, 0), case when x.known_yuan > 0 then s.amount_yuan end)}} as double) as out_of_season_share,
  cast({{ratio(w.kilograms, k.kilograms)}} as double) as bought_to_sold_weight
from shares as s
left join seasons as x on x.subject_no = s.subject_no
left join bought_weight as w on w.subject_no = s.subject_no
left join sold_weight as k on k.subject_no = s.subject_no
