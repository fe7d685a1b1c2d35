-- Goods by code on both sides, then large sales lines with the purchase line nearest in time and amount.
with
codes as (
  select a.subject_no, a.taxpayer_key, a.p_ym, g.code7,
    sum(case when g.side = 'bought' then g.w6_amount_yuan else 0 end) as bought_w6, sum(case when g.side = 'sold' then g.w6_amount_yuan else 0 end) as sold_w6,
    sum(case when g.side = 'bought' then g.w12_amount_yuan else 0 end) as bought_w12, sum(case when g.side = 'sold' then g.w12_amount_yuan else 0 end) as sold_w12
  from asked as a
  join feat_goods_side as g on g.subject_no = a.subject_no and g.is_goods
  group by a.subject_no, a.taxpayer_key, a.p_ym, g.code7
),
placed as (
  select c.*,
    row_number() over (partition by c.subject_no order by greatest(c.bought_w6, c.sold_w6) desc nulls last, c.code7 asc nulls last) as place
  from codes as c
),
lines as (
  select a.subject_no, case when l.seller_key = a.taxpayer_key then 'sold' else 'bought' end as side, l.invoice_no, l.line_no, l.issued_on, l.goods_code, l.goods_name,
    l.signed_amount as amount, l.source_file_no, l.source_row_no,
    row_number() over (
      partition by a.subject_no, l.seller_key = a.taxpayer_key
      order by l.signed_amount desc nulls last, l.invoice_no asc nulls last, l.line_no asc nulls last
    ) as place
  from asked as a
  join invoice_lines as l on (l.seller_key = a.taxpayer_key or l.buyer_key = a.taxpayer_key) and l.ym between a.p_ym - 5 and a.p_ym and l.doc_status = 'normal'
  join feat_goods_code as g on g.goods_code = l.goods_code and g.is_goods
),
pairs as (
  select s.subject_no, s.place, s.invoice_no, s.goods_code, s.goods_name, s.issued_on, s.amount, s.source_file_no, s.source_row_no, b.invoice_no as bought_invoice_no,
    b.goods_code as bought_code, b.goods_name as bought_name, b.issued_on as bought_on, b.amount as bought_amount,
    row_number() over (
      partition by s.subject_no, s.place
      order by abs({{days_between(b.issued_on, s.issued_on)}}) asc nulls last, abs(b.amount - s.amount) asc nulls last, b.place asc nulls last
    ) as nearest_first
  from lines as s
  join lines as b on b.subject_no = s.subject_no and b.side = 'bought' and b.place <= 200
  where s.side = 'sold' and s.place <= 40
),
kinds as (
  select subject_no, 1 as kind_no, place, '品名汇总 goods by code' as row_kind, code7 as goods_code, cast(null as string) as goods_name, sold_w6 as sold_yuan,
    sold_w12 as sold_year_yuan, bought_w6 as bought_yuan, bought_w12 as bought_year_yuan, cast(null as integer) as sold_invoice_no, cast(null as date) as sold_on,
    cast(null as integer) as bought_invoice_no, cast(null as date) as bought_on, cast(null as string) as bought_name, cast(null as integer) as source_file_no,
    cast(null as bigint) as source_row_no
  from placed
  where place <= 60
  union all
  select subject_no, 2 as kind_no, place, '购销对照 sale and nearest purchase' as row_kind, substr(goods_code, 1, 7) as goods_code, goods_name, amount as sold_yuan,
    cast(null as decimal(18,2)) as sold_year_yuan, bought_amount as bought_yuan, cast(null as decimal(18,2)) as bought_year_yuan, invoice_no as sold_invoice_no,
    issued_on as sold_on, bought_invoice_no, bought_on, bought_name, source_file_no, source_row_no
  from pairs
  where nearest_first = 1
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (partition by k.subject_no order by k.kind_no asc nulls last, k.place asc nulls last) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.goods_code as string) as goods_code,
  cast(k.goods_name as string) as goods_name,
  cast(k.sold_yuan as decimal(18,2)) as sold_yuan,
  cast(k.sold_year_yuan as decimal(18,2)) as sold_year_yuan,
  cast(k.bought_yuan as decimal(18,2)) as bought_yuan,
  cast(k.bought_year_yuan as decimal(18,2)) as bought_year_yuan,
  cast(i.invoice_key as string) as sold_invoice,
  cast(k.sold_on as date) as sold_on,
  cast(q.party_id as string) as buyer_id,
  cast(b.invoice_key as string) as bought_invoice,
  cast(k.bought_on as date) as bought_on,
  cast(k.bought_name as string) as bought_goods_name,
  cast(v.party_id as string) as seller_id,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
left join invoices as i on i.invoice_no = k.sold_invoice_no
left join invoices as b on b.invoice_no = k.bought_invoice_no
left join parties as q on q.party_key = i.buyer_key
left join parties as v on v.party_key = b.seller_key
