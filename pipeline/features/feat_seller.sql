-- One group per seller: cheaper read from the invoices than carried through every month.
select
  cast(seller_key as integer) as seller_key,
  cast(sum(case when doc_status = 'normal' then 1 else 0 end) as integer) as normal_count,
  cast(sum(signed_amount) as decimal(18,2)) as amount_yuan,
  cast(min(case when signed_amount > 0 then issued_on end) as date) as first_issued_on,
  cast(max(case when signed_amount > 0 then issued_on end) as date) as last_issued_on
from invoices
where seller_key is not null and (invoice_kind is null or invoice_kind <> 'agri_purchase')
group by seller_key
