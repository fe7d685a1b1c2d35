-- Loops through the taxpayer in the window of the value, by what went round, each with its hops in the order of days; then trade of the published ring
-- the taxpayer stands in, its longest round first, by its largest invoices.
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
rings as (
  select a.subject_no, m.ring_no, m.ring_id from asked as a join ring_membership as m on m.taxpayer_key = a.taxpayer_key and m.kind = 'closed_loop'
),
ring_trades as (
  select r.subject_no, r.ring_id, t.seller_key, t.buyer_key, t.hop_no, t.amount_yuan, t.first_issued_on, t.invoice_count, k.invoice_key,
    row_number() over (
      partition by r.subject_no order by t.hop_no asc nulls last, t.amount_yuan desc nulls last, t.seller_key asc nulls last, t.buyer_key asc nulls last
    ) as trade_rank
  from rings as r
  left join ring_trade as t on t.ring_no = r.ring_no
  left join ring_ticket as k on k.ring_no = t.ring_no and k.seller_key = t.seller_key and k.buyer_key = t.buyer_key and k.ticket_no = 1
),
ring_invoices as (
  select i.seller_key, i.buyer_key, i.invoice_key, i.invoice_no, i.source_file_no, i.source_row_no
  from invoices as i
  where exists (select 1 from ring_trades as t where t.seller_key = i.seller_key and t.buyer_key = i.buyer_key and t.invoice_key = i.invoice_key)
),
shown as (
  select h.subject_no, 1 as part_no, h.loop_rank, h.hop_no, h.seller_key, h.buyer_key, h.amount_yuan, h.first_issued_on,
    case when h.next_issued_on = h.first_issued_on then '与下一环同日 same day as the next' when h.is_goods_broken then '品名与下一环不相关 goods differ from the next' end as note,
    v.invoice_count, v.invoice_key, v.invoice_no, v.source_file_no, v.source_row_no
  from hops as h
  left join hop_invoices as v on v.seller_key = h.seller_key and v.buyer_key = h.buyer_key and v.largest_first = 1
  union all
  -- At most 120 rows come before.
  select t.subject_no, 2 as part_no, t.trade_rank as loop_rank, t.hop_no, t.seller_key, t.buyer_key, t.amount_yuan, t.first_issued_on,
    '团伙线索 ring ' || t.ring_id as note, t.invoice_count, t.invoice_key, i.invoice_no, i.source_file_no, i.source_row_no
  from ring_trades as t
  left join ring_invoices as i on i.seller_key = t.seller_key and i.buyer_key = t.buyer_key and i.invoice_key = t.invoice_key
  where t.trade_rank <= 80
),
goods as (
  select l.invoice_no, min(l.goods_name) as goods_name
  from invoice_lines as l
  where exists (select 1 from shown as v where v.invoice_no = l.invoice_no)
  group by l.invoice_no
)
select
  cast(h.subject_no as integer) as subject_no,
  cast(row_number() over (partition by h.subject_no order by h.part_no asc nulls last, h.loop_rank asc nulls last, h.hop_no asc nulls last) as integer) as evidence_rank,
  cast(case when h.part_no = 1 then h.loop_rank end as integer) as loop_no,
  cast(h.hop_no as integer) as hop_no,
  cast(s.party_id as string) as seller_id,
  cast(s.party_name as string) as seller_name,
  cast(b.party_id as string) as buyer_id,
  cast(b.party_name as string) as buyer_name,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.first_issued_on as date) as first_issued_on,
  cast(h.note as string) as note,
  cast(h.invoice_count as integer) as invoice_count,
  cast(h.invoice_key as string) as largest_invoice_number,
  cast(g.goods_name as string) as goods_name,
  cast(h.source_file_no as integer) as source_file_no,
  cast(h.source_row_no as bigint) as source_row_no
from shown as h
left join parties as s on s.party_key = h.seller_key
left join parties as b on b.party_key = h.buyer_key
left join goods as g on g.invoice_no = h.invoice_no
