-- Loops through the taxpayer in the window of the value, by what went round; each with its hops in the order of days.
with
windows as (
  select a.subject_no, a.taxpayer_key, l.window_no, w.from_on, w.until_on
  from asked as a
  join ring_loop_share as l on l.subject_no = a.subject_no
  join ring_window as w on w.window_no = l.window_no
),
loops as (
  select w.subject_no, w.from_on, w.until_on, l.window_no, l.loop_no, l.smallest_yuan,
    row_number() over (partition by w.subject_no order by l.smallest_yuan desc nulls last, l.loop_no asc nulls last) as loop_rank
  from windows as w
  join ring_loop_hop as h on h.window_no = w.window_no and h.seller_key = w.taxpayer_key
  join ring_loop as l on l.window_no = h.window_no and l.loop_no = h.loop_no
  where not l.is_processing
),
hops as (
  select l.subject_no, l.loop_rank, h.hop_no, h.seller_key, h.buyer_key, h.amount_yuan, h.first_issued_on, h.is_goods_broken, l.from_on, l.until_on,
    n.first_issued_on as next_issued_on
  from loops as l
  join ring_loop_hop as h on h.window_no = l.window_no and h.loop_no = l.loop_no
  left join ring_loop_hop as n on n.window_no = h.window_no and n.loop_no = h.loop_no and n.hop_no = h.hop_no + 1
  where l.loop_rank <= 20
),
pairs as (
  select distinct seller_key, buyer_key, from_on, until_on from hops
),
hop_invoices as (
  select p.seller_key, p.buyer_key, i.invoice_no, i.invoice_key, i.source_file_no, i.source_row_no,
    count(*) over (partition by p.seller_key, p.buyer_key) as invoice_count,
    row_number() over (partition by p.seller_key, p.buyer_key order by i.signed_amount desc nulls last, i.invoice_key asc nulls last) as largest_first
  from pairs as p
  join invoices as i on i.seller_key = p.seller_key and i.buyer_key = p.buyer_key and i.issued_on between p.from_on and p.until_on and i.doc_status <> 'void'
),
goods as (
  select l.invoice_no, min(l.goods_name) as goods_name
  from invoice_lines as l
  where exists (select 1 from hop_invoices as v where v.invoice_no = l.invoice_no and v.largest_first = 1)
  group by l.invoice_no
)
select
  cast(h.subject_no as integer) as subject_no,
  cast(row_number() over (partition by h.subject_no order by h.loop_rank asc nulls last, h.hop_no asc nulls last) as integer) as evidence_rank,
  cast(h.loop_rank as integer) as loop_no,
  cast(h.hop_no as integer) as hop_no,
  cast(s.party_id as string) as seller_id,
  cast(s.party_name as string) as seller_name,
  cast(b.party_id as string) as buyer_id,
  cast(b.party_name as string) as buyer_name,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.first_issued_on as date) as first_issued_on,
  cast(case when h.next_issued_on = h.first_issued_on then '与下一环同日 same day as the next' when h.is_goods_broken then '品名与下一环不相关 goods differ from the next' end as string) as note,
  cast(v.invoice_count as integer) as invoice_count,
  cast(v.invoice_key as string) as largest_invoice_number,
  cast(g.goods_name as string) as goods_name,
  cast(v.source_file_no as integer) as source_file_no,
  cast(v.source_row_no as bigint) as source_row_no
from hops as h
join parties as s on s.party_key = h.seller_key
join parties as b on b.party_key = h.buyer_key
left join hop_invoices as v on v.seller_key = h.seller_key and v.buyer_key = h.buyer_key and v.largest_first = 1
left join goods as g on g.invoice_no = v.invoice_no
