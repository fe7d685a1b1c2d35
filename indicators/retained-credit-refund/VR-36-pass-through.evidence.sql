-- The ladder of invoices in and out by day, largest first within a day; then the members of the published ring the taxpayer stands in, and its invoices
-- with them.
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
rings as (
  select a.subject_no, a.taxpayer_key, m.ring_no, m.first_on
  from asked as a
  join ring_membership as m on m.taxpayer_key = a.taxpayer_key and m.kind in ('pass_through', 'goods_switch')
),
tickets as (
  select r.subject_no, '团伙内购进 in the ring, in' as side, k.seller_key as party_key, k.seller_key, k.buyer_key, k.invoice_key
  from rings as r
  join ring_ticket as k on k.ring_no = r.ring_no and k.buyer_key = r.taxpayer_key
  union all
  select r.subject_no, '团伙内销售 in the ring, out' as side, k.buyer_key as party_key, k.seller_key, k.buyer_key, k.invoice_key
  from rings as r
  join ring_ticket as k on k.ring_no = r.ring_no and k.seller_key = r.taxpayer_key
),
parts as (
  select d.subject_no, 1 as part_no, d.issued_on, d.side, d.party_key, d.invoice_no, d.invoice_key, d.signed_amount, d.source_file_no, d.source_row_no
  from ladder as d
  union all
  select r.subject_no, 2 as part_no, r.first_on as issued_on, '团伙线索成员 member of the ring' as side, p.party_key, cast(null as integer) as invoice_no,
    cast(null as string) as invoice_key, greatest(p.sold_inside_yuan, p.bought_inside_yuan) as signed_amount, cast(null as integer) as source_file_no,
    cast(null as bigint) as source_row_no
  from rings as r
  join ring_part as p on p.ring_no = r.ring_no
  union all
  select t.subject_no, 3 as part_no, i.issued_on, t.side, t.party_key, i.invoice_no, i.invoice_key, i.signed_amount, i.source_file_no, i.source_row_no
  from tickets as t
  join invoices as i on i.seller_key = t.seller_key and i.buyer_key = t.buyer_key and i.invoice_key = t.invoice_key
),
ranked as (
  select d.*,
    row_number() over (
      partition by d.subject_no, d.part_no
      order by d.issued_on asc nulls last, d.side asc nulls last, d.signed_amount desc nulls last, d.invoice_key asc nulls last, d.party_key asc nulls last
    ) as part_rank
  from parts as d
),
-- Where there is a ring its rows must find their place among the two hundred.
shown as (
  select d.*
  from ranked as d
  left join rings as r on r.subject_no = d.subject_no
  where r.subject_no is null or d.part_rank <= case d.part_no when 1 then 100 when 2 then 40 else 60 end
),
goods as (
  select l.invoice_no, min(l.goods_name) as goods_name
  from invoice_lines as l
  where exists (select 1 from shown as d where d.invoice_no = l.invoice_no)
  group by l.invoice_no
)
select
  cast(d.subject_no as integer) as subject_no,
  cast(row_number() over (partition by d.subject_no order by d.part_no asc nulls last, d.part_rank asc nulls last) as integer) as evidence_rank,
  cast(d.issued_on as date) as issued_on,
  cast(d.side as string) as side,
  cast(q.party_id as string) as party_id,
  cast(q.party_name as string) as party_name,
  cast(d.signed_amount as decimal(18,2)) as amount_yuan,
  cast(g.goods_name as string) as goods_name,
  cast(d.invoice_key as string) as invoice_number,
  cast(d.source_file_no as integer) as source_file_no,
  cast(d.source_row_no as bigint) as source_row_no
from shown as d
left join parties as q on q.party_key = d.party_key
left join goods as g on g.invoice_no = d.invoice_no
