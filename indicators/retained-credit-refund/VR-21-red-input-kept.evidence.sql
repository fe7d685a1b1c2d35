-- Pairs of red and blue invoices by tax, then row 20 of each period.
with
pairs as (
  select a.subject_no, 1 as kind_no, '红字发票 red invoice' as row_kind, r.invoice_no, r.blue_invoice_no, r.seller_key, r.ym, r.deducted_ym,
    r.red_tax_yuan as tax_yuan
  from asked as a
  join feat_red_received as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym and r.deducted_ym is not null
),
transferred as (
  select a.subject_no, 2 as kind_no, '附列资料（二）第20栏 row 20' as row_kind, cast(null as integer) as invoice_no, cast(null as integer) as blue_invoice_no,
    cast(null as integer) as seller_key, m.ym, cast(null as integer) as deducted_ym, m.r20_tax_yuan as tax_yuan
  from asked as a
  join feat_schedule2_month as m on m.taxpayer_key = a.taxpayer_key and m.ym between a.p_ym - 23 and a.p_ym and m.r20_tax_yuan <> 0
),
kinds as (
  select * from pairs
  union all
  select * from transferred
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no = 2 then k.ym end desc nulls last, k.tax_yuan desc nulls last, i.invoice_key asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(i.invoice_key as string) as red_invoice_number,
  cast(i.red_confirmed_on as date) as red_confirmed_on,
  cast(i.issued_on as date) as red_issued_on,
  cast(i.red_reason as string) as red_reason,
  cast(b.invoice_key as string) as blue_invoice_number,
  cast(b.issued_on as date) as blue_issued_on,
  cast({{idiv(k.deducted_ym, 12)}} * 100 + mod(k.deducted_ym, 12) + 1 as integer) as deducted_yyyymm,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(i.source_file_no as integer) as source_file_no,
  cast(i.source_row_no as bigint) as source_row_no
from kinds as k
left join invoices as i on i.invoice_no = k.invoice_no
left join invoices as b on b.invoice_no = k.blue_invoice_no
left join parties as q on q.party_key = k.seller_key
