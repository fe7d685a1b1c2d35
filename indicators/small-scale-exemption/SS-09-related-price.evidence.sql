-- Prices between the two of a pair beside those to others, by amount; then resale invoices of the small-scale taxpayer.
with
pairs as (
  select a.subject_no, r.seller_key, r.buyer_key
  from asked as a
  join ring_related_pair as r on r.buyer_key = a.taxpayer_key or r.seller_key = a.taxpayer_key
),
prices as (
  select p.subject_no, 1 as part_no, '比价 price' as row_kind, r.seller_key, r.buyer_key, r.goods_code, r.unit, r.line_count, r.price_yuan, r.amount_yuan, r.other_line_count,
    r.other_price_yuan, r.resold_line_count, r.resold_price_yuan, cast(null as date) as issued_on, cast(null as string) as invoice_key,
    cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from pairs as p
  join ring_related_price as r on r.seller_key = p.seller_key and r.buyer_key = p.buyer_key
),
codes as (
  select distinct p.subject_no, p.seller_key as from_key, p.buyer_key as holder_key, r.goods_code, r.unit
  from pairs as p
  join ring_related_price as r on r.seller_key = p.seller_key and r.buyer_key = p.buyer_key
),
resold as (
  select c.subject_no, l.invoice_no, l.seller_key, l.buyer_key, l.goods_code, l.unit, l.unit_price, l.signed_amount, l.issued_on, l.line_no, l.source_file_no, l.source_row_no,
    row_number() over (partition by c.subject_no order by l.signed_amount desc nulls last, l.invoice_no asc nulls last, l.line_no asc nulls last) as largest_first
  from codes as c
  join run_context as k on k.p_ym > 0
  join invoice_lines as l on l.seller_key = c.holder_key and l.goods_code = c.goods_code and l.unit = c.unit and coalesce(l.buyer_key, 0) <> c.from_key
    and l.ym between k.p_ym - 11 and k.p_ym
  where l.doc_status = 'normal' and l.unit_price > 0
),
shown as (
  select subject_no, part_no, row_kind, seller_key, buyer_key, goods_code, unit, line_count, price_yuan, amount_yuan, other_line_count, other_price_yuan, resold_line_count,
    resold_price_yuan, issued_on, invoice_key, source_file_no, source_row_no
  from prices
  union all
  select r.subject_no, 2 as part_no, '转售 resale' as row_kind, r.seller_key, r.buyer_key, r.goods_code, r.unit, 1 as line_count, cast(r.unit_price as double) as price_yuan,
    r.signed_amount as amount_yuan, cast(null as integer) as other_line_count, cast(null as double) as other_price_yuan, cast(null as integer) as resold_line_count,
    cast(null as double) as resold_price_yuan, r.issued_on, i.invoice_key, r.source_file_no, r.source_row_no
  from resold as r
  join invoices as i on i.invoice_no = r.invoice_no
  where r.largest_first <= 50
)
select
  cast(h.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by h.subject_no
    order by h.part_no asc nulls last, h.amount_yuan desc nulls last, h.seller_key asc nulls last, h.buyer_key asc nulls last, h.goods_code asc nulls last,
      h.unit asc nulls last, h.source_file_no asc nulls last, h.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(h.row_kind as string) as row_kind,
  cast(s.party_id as string) as seller_id,
  cast(s.party_name as string) as seller_name,
  cast(b.party_id as string) as buyer_id,
  cast(b.party_name as string) as buyer_name,
  cast(h.goods_code as string) as goods_code,
  cast(h.unit as string) as unit,
  cast(h.line_count as integer) as line_count,
  cast(h.price_yuan as double) as price_yuan,
  cast(h.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(h.other_line_count as integer) as other_line_count,
  cast(h.other_price_yuan as double) as other_price_yuan,
  cast(h.resold_line_count as integer) as resold_line_count,
  cast(h.resold_price_yuan as double) as resold_price_yuan,
  cast(h.issued_on as date) as issued_on,
  cast(h.invoice_key as string) as invoice_number,
  cast(h.source_file_no as integer) as source_file_no,
  cast(h.source_row_no as bigint) as source_row_no
from shown as h
left join parties as s on s.party_key = h.seller_key
left join parties as b on b.party_key = h.buyer_key
