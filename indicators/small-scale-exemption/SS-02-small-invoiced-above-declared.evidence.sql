-- The periods invoiced beyond the return, newest first, each with its three largest invoices.
with
periods as (
  select a.subject_no, a.taxpayer_key, r.ym, r.span_months, r.version, r.filed_on, r.declared_yuan
  from asked as a
  join feat_small_period as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym and r.is_declared
  join delivered_tables as d on d.table_name = 'invoices' and d.from_ym <= r.ym - r.span_months + 1 and d.to_ym >= r.ym
),
compared as (
  select p.subject_no, p.taxpayer_key, p.ym, p.span_months, p.version, p.filed_on, p.declared_yuan, coalesce(sum(m.amount_yuan), 0) as invoiced_yuan,
    coalesce(greatest(0, sum(m.set_apart_amount_yuan)) + sum(m.untaxed_amount_yuan), 0) as set_apart_yuan
  from periods as p
  left join feat_small_sales_month as m on m.taxpayer_key = p.taxpayer_key and m.ym > p.ym - p.span_months and m.ym <= p.ym
  group by p.subject_no, p.taxpayer_key, p.ym, p.span_months, p.version, p.filed_on, p.declared_yuan
),
short as (
  select c.*, c.invoiced_yuan - c.set_apart_yuan - c.declared_yuan as gap_yuan
  from compared as c
  join params as p on p.subject_no = c.subject_no
  where c.invoiced_yuan - c.set_apart_yuan - c.declared_yuan
    > greatest(p.gap_tolerance_yuan, p.gap_tolerance_share * cast(c.invoiced_yuan - c.set_apart_yuan as double))
),
invoiced as (
  select h.subject_no, h.ym, i.invoice_key, i.buyer_key, i.issued_on, i.signed_amount, i.source_file_no, i.source_row_no,
    row_number() over (partition by h.subject_no, h.ym order by i.signed_amount desc nulls last, i.invoice_key asc nulls last) as place
  from short as h
  join invoices as i on i.seller_key = h.taxpayer_key and i.ym > h.ym - h.span_months and i.ym <= h.ym
  where i.doc_status <> 'void' and coalesce(i.invoice_kind, '') <> 'agri_purchase' and not i.issued_by_authority and not i.difference_method
),
rows_shown as (
  select subject_no, ym, 0 as place, '所属期 period' as row_kind, invoiced_yuan, set_apart_yuan, declared_yuan, gap_yuan, version, filed_on,
    cast(null as string) as invoice_key, cast(null as date) as issued_on, cast(null as integer) as buyer_key,
    cast(null as decimal(18,2)) as amount_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from short
  union all
  select subject_no, ym, place, '发票 invoice' as row_kind, null as invoiced_yuan, null as set_apart_yuan, null as declared_yuan, null as gap_yuan,
    null as version, null as filed_on, invoice_key, issued_on, buyer_key, signed_amount as amount_yuan, source_file_no, source_row_no
  from invoiced
  where place <= 3
)
select
  cast(r.subject_no as integer) as subject_no,
  cast(row_number() over (partition by r.subject_no order by r.ym desc nulls last, r.place asc nulls last) as integer) as evidence_rank,
  cast(r.row_kind as string) as row_kind,
  cast({{idiv(r.ym, 12)}} * 100 + mod(r.ym, 12) + 1 as integer) as period_yyyymm,
  cast(r.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(r.set_apart_yuan as decimal(18,2)) as set_apart_yuan,
  cast(r.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(r.gap_yuan as decimal(18,2)) as gap_yuan,
  cast(r.version as integer) as version,
  cast(r.filed_on as date) as filed_on,
  cast(r.invoice_key as string) as invoice_number,
  cast(r.issued_on as date) as issued_on,
  cast(q.party_id as string) as buyer_id,
  cast(r.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from rows_shown as r
left join parties as q on q.party_key = r.buyer_key
