with
-- Pairs whose whole trade took 60 days at most: few, so that only their deductions are looked at.
short_pairs as (
  select p.buyer_key, p.seller_key, t.registered_on
  from feat_pair as p
  join feat_taxpayer as t on t.taxpayer_key = p.seller_key
  cross join run_context as c
  where p.buyer_key <= c.taxpayer_count and p.first_issued_on is not null and t.registered_on is not null
    and {{days_between(p.first_issued_on, p.last_issued_on)}} <= 60 and {{days_between(t.registered_on, p.last_issued_on)}} <= 180
),
deducted as (
  select s.subject_no, u.seller_key, sum(u.effective_tax) as tax_yuan, count(*) as invoice_count
  from input_uses as u
  join short_pairs as p on p.buyer_key = u.taxpayer_key and p.seller_key = u.seller_key
  join feat_subject as s on s.taxpayer_key = u.taxpayer_key and u.ym between s.p_ym - 5 and s.p_ym
  cross join run_context as c
  where u.purpose = 'deduct' and c.input_basis = 'confirmed'
  group by s.subject_no, u.seller_key
  union all
  select s.subject_no, i.seller_key, sum(i.signed_tax) as tax_yuan, count(*) as invoice_count
  from invoices as i
  join short_pairs as p on p.buyer_key = i.buyer_key and p.seller_key = i.seller_key
  join feat_subject as s on s.taxpayer_key = i.buyer_key and i.ym between s.p_ym - 5 and s.p_ym
  cross join run_context as c
  where c.input_basis = 'received'
    and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0))
  group by s.subject_no, i.seller_key
)
select
  cast(subject_no as integer) as subject_no,
  cast(count(*) as integer) as seller_count,
  cast(sum(invoice_count) as integer) as invoice_count,
  cast(sum(tax_yuan) as decimal(18,2)) as tax_w6_yuan
from deducted
group by subject_no
