with
ranked as (
  select t.ring_no, t.seller_key, t.buyer_key, i.invoice_key, i.invoice_no,
    row_number() over (partition by t.ring_no, t.seller_key, t.buyer_key order by i.signed_amount desc nulls last, i.invoice_no asc nulls last) as largest_first
  from ring_trade as t
  join ring_score as s on s.ring_no = t.ring_no and s.is_published
  join invoices as i on i.seller_key = t.seller_key and i.buyer_key = t.buyer_key
  where i.doc_status <> 'void' and i.signed_amount > 0
)
select
  cast(ring_no as integer) as ring_no,
  cast(seller_key as integer) as seller_key,
  cast(buyer_key as integer) as buyer_key,
  cast(largest_first as integer) as ticket_no,
  cast(invoice_key as string) as invoice_key
from ranked
where largest_first <= 20
