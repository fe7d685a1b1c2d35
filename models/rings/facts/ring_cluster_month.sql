with
context as (
  select c.input_basis from run_context as c
),
inside as (
  select i.seller_key, i.buyer_key, i.ym, i.signed_amount as amount_yuan,
    case when c.input_basis = 'received' and (i.invoice_kind in ('special', 'motor_vehicle', 'toll', 'air', 'rail') or (i.invoice_kind is null and i.tax <> 0))
      then i.signed_tax else 0 end as deduct_tax_yuan
  from invoices as i
  join ring_cluster_member as s on s.taxpayer_key = i.seller_key
  join ring_cluster_member as b on b.taxpayer_key = i.buyer_key and b.cluster_no = s.cluster_no
  cross join context as c
  where i.doc_status <> 'void' and i.seller_key <> i.buyer_key and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
  union all
  select u.seller_key, u.taxpayer_key as buyer_key, u.ym, 0 as amount_yuan, u.effective_tax as deduct_tax_yuan
  from input_uses as u
  join ring_cluster_member as s on s.taxpayer_key = u.seller_key
  join ring_cluster_member as b on b.taxpayer_key = u.taxpayer_key and b.cluster_no = s.cluster_no
  cross join context as c
  where c.input_basis = 'confirmed' and u.purpose = 'deduct' and u.seller_key <> u.taxpayer_key
)
select
  cast(seller_key as integer) as seller_key,
  cast(buyer_key as integer) as buyer_key,
  cast(ym as integer) as ym,
  cast(sum(amount_yuan) as decimal(18,2)) as amount_yuan,
  cast(sum(deduct_tax_yuan) as decimal(18,2)) as deduct_tax_yuan
from inside
group by seller_key, buyer_key, ym
