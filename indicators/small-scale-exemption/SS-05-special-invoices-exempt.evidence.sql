-- Special invoices of the short periods, newest period first and largest first, with what the buyer deducted; above them the rows of the return.
with
periods as (
  select a.subject_no, a.taxpayer_key, r.ym, r.span_months, r.special_sales_3pct_q02, r.special_sales_5pct_q05, r.exempt_sales_q09
  from asked as a
  join feat_small_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym
),
invoiced as (
  select p.subject_no, p.ym, coalesce(sum(m.special_amount_yuan), 0) as special_yuan
  from periods as p
  left join feat_small_sales_month as m on m.taxpayer_key = p.taxpayer_key and m.ym > p.ym - p.span_months and m.ym <= p.ym
  group by p.subject_no, p.ym
),
short as (
  select p.*, i.special_yuan
  from periods as p
  join invoiced as i on i.subject_no = p.subject_no and i.ym = p.ym
  join params as q on q.subject_no = p.subject_no
  where i.special_yuan - p.special_sales_3pct_q02 - p.special_sales_5pct_q05 > q.gap_tolerance_yuan
),
specials as (
  select h.subject_no, h.ym, i.invoice_no, i.invoice_key, i.buyer_key, i.issued_on, i.signed_amount, i.signed_tax, i.source_file_no, i.source_row_no
  from short as h
  join invoices as i on i.seller_key = h.taxpayer_key and i.ym > h.ym - h.span_months and i.ym <= h.ym
  where i.doc_status <> 'void' and i.invoice_kind = 'special'
),
deducted as (
  select u.invoice_no, sum(u.effective_tax) as tax_yuan
  from input_uses as u
  where u.purpose = 'deduct' and exists (select 1 from specials as s where s.invoice_no = u.invoice_no)
  group by u.invoice_no
),
rows_shown as (
  select subject_no, ym, 0 as kind_no, '所属期 period' as row_kind, special_yuan as amount_yuan, cast(null as decimal(18,2)) as tax_yuan,
    special_sales_3pct_q02, special_sales_5pct_q05, exempt_sales_q09, cast(null as integer) as invoice_no, cast(null as string) as invoice_key,
    cast(null as integer) as buyer_key, cast(null as date) as issued_on, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from short
  union all
  select subject_no, ym, 1 as kind_no, '专用发票 special invoice' as row_kind, signed_amount as amount_yuan, signed_tax as tax_yuan, null as special_sales_3pct_q02,
    null as special_sales_5pct_q05, null as exempt_sales_q09, invoice_no, invoice_key, buyer_key, issued_on, source_file_no, source_row_no
  from specials
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by r.subject_no
    order by r.ym desc nulls last, r.kind_no asc nulls last, r.amount_yuan desc nulls last, r.invoice_key asc nulls last
  ) as integer) as evidence_rank,
  cast(r.row_kind as string) as row_kind,
  cast({{idiv(r.ym, 12)}} * 100 + mod(r.ym, 12) + 1 as integer) as period_yyyymm,
  cast(r.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(r.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(r.special_sales_3pct_q02 as decimal(18,2)) as row2_yuan,
  cast(r.special_sales_5pct_q05 as decimal(18,2)) as row5_yuan,
  cast(r.exempt_sales_q09 as decimal(18,2)) as row9_yuan,
  cast(r.invoice_key as string) as invoice_number,
  cast(r.issued_on as date) as issued_on,
  cast(q.party_id as string) as buyer_id,
  cast(q.party_name as string) as buyer_name,
  cast(d.tax_yuan as decimal(18,2)) as buyer_deducted_tax_yuan,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from rows_shown as r
left join parties as q on q.party_key = r.buyer_key
left join deducted as d on d.invoice_no = r.invoice_no
