with
context as (
  select p_ym from run_context
)
select
  cast(i.seller_key as integer) as seller_key,
  cast(coalesce(i.buyer_key, 0) as integer) as buyer_key,
  cast(coalesce(min(p.party_kind), 'consumer') in ('internal', 'external', 'person') as boolean) as is_named,
  cast(sum(i.signed_amount) as decimal(18,2)) as amount_yuan
from invoices as i
join ring_cluster_member as m on m.taxpayer_key = i.seller_key
join context as c on i.ym between c.p_ym - 11 and c.p_ym
left join parties as p on p.party_key = i.buyer_key
where i.doc_status <> 'void' and not i.is_self and (i.invoice_kind is null or i.invoice_kind <> 'agri_purchase')
group by i.seller_key, coalesce(i.buyer_key, 0)
