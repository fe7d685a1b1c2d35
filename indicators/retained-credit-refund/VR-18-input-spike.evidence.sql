-- Three kinds of rows: the input of fifteen months, sellers first seen in the last three, capital goods of the last three.
with
returns as (
  select a.subject_no, 1 as kind_no, '申报进项 declared input' as row_kind, r.ym, v.period, cast(null as date) as first_on, v.filed_on as last_on,
    cast(null as integer) as party_key, cast(null as string) as invoice_key, coalesce(v.column_group, 'general') as subject_of_row,
    v.input_tax_m12 as tax_yuan, v.source_file_no, v.source_row_no
  from asked as a
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 14 and a.p_ym
  join vat_returns as v on v.taxpayer_key = r.taxpayer_key and v.ym = r.ym and v.version = r.version
),
bought as (
  select a.subject_no, a.p_ym, i.seller_key, i.ym, i.issued_on, i.signed_tax
  from asked as a
  join invoices as i on i.buyer_key = a.taxpayer_key and i.doc_status <> 'void' and i.seller_key is not null
),
first_dealings as (
  select subject_no, seller_key, min(issued_on) as first_issued_on from bought group by subject_no, seller_key
),
new_sellers as (
  select b.subject_no, 2 as kind_no, '新供应商 new seller' as row_kind, b.p_ym as ym, cast(null as string) as period, min(q.first_issued_on) as first_on,
    max(b.issued_on) as last_on, b.seller_key as party_key, cast(null as string) as invoice_key, cast(count(*) as string) as subject_of_row,
    sum(b.signed_tax) as tax_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from bought as b
  join first_dealings as q on q.subject_no = b.subject_no and q.seller_key = b.seller_key and {{ym(q.first_issued_on)}} >= b.p_ym - 2
  where b.ym between b.p_ym - 2 and b.p_ym
  group by b.subject_no, b.p_ym, b.seller_key
),
capital_lines as (
  select a.subject_no, 3 as kind_no, '长期资产 capital goods' as row_kind, l.ym, cast(null as string) as period, l.issued_on as first_on,
    l.issued_on as last_on, l.seller_key as party_key, i.invoice_key, l.goods_name as subject_of_row, l.signed_tax as tax_yuan, l.source_file_no, l.source_row_no
  from asked as a
  join invoice_lines as l on l.buyer_key = a.taxpayer_key and l.ym between a.p_ym - 2 and a.p_ym
  join feat_goods_code as g on g.goods_code = l.goods_code and g.is_capital
  join invoices as i on i.invoice_no = l.invoice_no
),
kinds as (
  select * from returns
  union all
  select * from new_sellers
  union all
  select * from capital_lines
),
ranked as (
  select k.*,
    row_number() over (
      partition by k.subject_no, k.kind_no
      order by case when k.kind_no = 1 then k.ym end desc nulls last, k.tax_yuan desc nulls last, k.party_key asc nulls last,
        k.invoice_key asc nulls last, k.source_file_no asc nulls last, k.source_row_no asc nulls last
    ) as place
  from kinds as k
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(row_number() over (partition by r.subject_no order by r.kind_no asc nulls last, r.place asc nulls last) as integer) as evidence_rank,
  cast(r.row_kind as string) as row_kind,
  cast(r.period as string) as period,
  cast(r.first_on as date) as first_on,
  cast(r.last_on as date) as last_on,
  cast(q.party_id as string) as party_id,
  cast(q.party_name as string) as party_name,
  cast(r.invoice_key as string) as invoice_number,
  cast(r.subject_of_row as string) as detail,
  cast(r.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from ranked as r
left join parties as q on q.party_key = r.party_key
-- Places are kept for each kind.
where r.place <= 60
