select
  cast(buyer_key as integer) as buyer_key,
  cast(seller_key as integer) as seller_key,
  cast(count(*) as integer) as invoice_count,
  cast(sum(signed_amount) as decimal(18,2)) as amount_yuan,
  cast(sum(signed_tax) as decimal(18,2)) as tax_yuan,
  cast(min(issued_on) as date) as first_issued_on,
  cast(max(issued_on) as date) as last_issued_on
from invoices
where doc_status <> 'void' and buyer_key is not null and seller_key is not null
group by buyer_key, seller_key
