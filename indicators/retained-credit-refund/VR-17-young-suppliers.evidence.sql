-- Young sellers of short dealings by tax deducted in six months.
with
pairs as (
  select a.subject_no, p.seller_key, p.first_issued_on, p.last_issued_on, p.invoice_count, p.amount_yuan, p.tax_yuan, t.registered_on, t.status_on_r
  from asked as a
  join feat_pair as p on p.buyer_key = a.taxpayer_key
  join feat_taxpayer as t on t.taxpayer_key = p.seller_key
  where p.first_issued_on is not null and {{days_between(p.first_issued_on, p.last_issued_on)}} <= 60
    and {{days_between(t.registered_on, p.last_issued_on)}} <= 180 and {{ym(p.last_issued_on)}} >= a.p_ym - 11
)
select
  cast(p.subject_no as integer) as subject_no,
  cast(row_number() over (partition by p.subject_no order by p.tax_yuan desc nulls last, q.party_id asc nulls last) as integer) as evidence_rank,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(p.registered_on as date) as registered_on,
  cast(p.status_on_r as string) as status,
  cast(p.first_issued_on as date) as first_issued_on,
  cast(p.last_issued_on as date) as last_issued_on,
  cast(p.invoice_count as integer) as invoice_count,
  cast(p.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(p.tax_yuan as decimal(18,2)) as tax_yuan
from pairs as p
join parties as q on q.party_key = p.seller_key
