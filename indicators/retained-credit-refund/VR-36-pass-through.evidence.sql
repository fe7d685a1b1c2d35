-- The ladder of invoices in and out by day, largest first within a day.
with
ladder as (
  select a.subject_no, '购进 in' as side, i.issued_on, i.seller_key as party_key, i.invoice_no, i.invoice_key, i.signed_amount, i.source_file_no, i.source_row_no
  from asked as a
  join invoices as i on i.buyer_key = a.taxpayer_key and i.ym between a.p_ym - 2 and a.p_ym and i.doc_status <> 'void' and not i.is_self
  union all
  select a.subject_no, '销售 out' as side, i.issued_on, i.buyer_key as party_key, i.invoice_no, i.invoice_key, i.signed_amount, i.source_file_no, i.source_row_no
  from asked as a
  join invoices as i on i.seller_key = a.taxpayer_key and i.ym between a.p_ym - 2 and a.p_ym and i.doc_status <> 'void' and not i.is_self
),
goods as (
  select l.invoice_no, min(l.goods_name) as goods_name
  from invoice_lines as l
  where exists (select 1 from ladder as d where d.invoice_no = l.invoice_no)
  group by l.invoice_no
)
select
  cast(d.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by d.subject_no order by d.issued_on asc nulls last, d.side asc nulls last, d.signed_amount desc nulls last, d.invoice_key asc nulls last
  ) as integer) as evidence_rank,
  cast(d.issued_on as date) as issued_on,
  cast(d.side as string) as side,
  cast(q.party_id as string) as party_id,
  cast(q.party_name as string) as party_name,
  cast(d.signed_amount as decimal(18,2)) as amount_yuan,
  cast(g.goods_name as string) as goods_name,
  cast(d.invoice_key as string) as invoice_number,
  cast(d.source_file_no as integer) as source_file_no,
  cast(d.source_row_no as bigint) as source_row_no
from ladder as d
left join parties as q on q.party_key = d.party_key
left join goods as g on g.invoice_no = d.invoice_no
