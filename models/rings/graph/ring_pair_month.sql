with
span as (
  select min(start_ym) as from_ym, max(end_ym) as to_ym from ring_window
),
-- The tail of a month lies beyond the window that started two months before.
tails as (
  select w.end_ym as ym, max(w.until_on) as until_on from ring_window as w where w.end_ym = w.start_ym + 2 group by w.end_ym
),
-- Buyers without a name stand for many persons; nobody can be followed through them.
unnamed as (
  select party_key from parties where party_kind in ('consumer', 'nameless')
),
branches as (
  select taxpayer_key, head_office_key from feat_taxpayer where head_office_key is not null
)
select
  cast(i.seller_key as integer) as seller_key,
  cast(i.buyer_key as integer) as buyer_key,
  cast(i.ym as integer) as ym,
  cast(coalesce(i.issued_on > t.until_on, false) as boolean) as is_tail,
  cast(sum(i.signed_amount) as decimal(18,2)) as amount_yuan,
  cast(min(case when i.signed_amount > 0 then i.issued_on end) as date) as first_issued_on
from invoices as i
join span as n on i.ym between n.from_ym and n.to_ym
left join tails as t on t.ym = i.ym
left join branches as s on s.taxpayer_key = i.seller_key
left join branches as b on b.taxpayer_key = i.buyer_key
where i.doc_status <> 'void' and i.seller_key <> i.buyer_key and not i.is_self
  and coalesce(s.head_office_key, i.seller_key) <> coalesce(b.head_office_key, i.buyer_key)
  and not exists (select 1 from unnamed as u where u.party_key = i.seller_key)
  and not exists (select 1 from unnamed as u where u.party_key = i.buyer_key)
group by i.seller_key, i.buyer_key, i.ym, coalesce(i.issued_on > t.until_on, false)
