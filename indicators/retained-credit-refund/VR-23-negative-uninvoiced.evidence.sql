-- The running balance of uninvoiced sales, newest first; void and red counts of three months; their red invoices by amount.
with
balances as (
  select a.subject_no, 1 as kind_no, '未开票余额 uninvoiced balance' as row_kind, u.ym, u.uninvoiced_sales_c05, u.balance_before_yuan,
    u.excess_negative_yuan, cast(null as integer) as invoice_no, cast(null as decimal(18,2)) as amount_yuan, cast(null as integer) as invoice_count,
    cast(null as integer) as void_count
  from asked as a
  join feat_uninvoiced_month as u on u.taxpayer_key = a.taxpayer_key and u.ym <= a.p_ym
),
months as (
  select a.subject_no, 2 as kind_no, '当月开票与作废 invoices and voids' as row_kind, m.ym, cast(null as decimal(18,2)) as uninvoiced_sales_c05,
    cast(null as decimal(18,2)) as balance_before_yuan, cast(null as decimal(18,2)) as excess_negative_yuan, cast(null as integer) as invoice_no,
    m.normal_amount_yuan as amount_yuan, m.invoice_count, m.void_count
  from asked as a
  join feat_seller_month as m on m.seller_key = a.taxpayer_key and m.ym between a.p_ym - 2 and a.p_ym
),
reds as (
  select a.subject_no, 3 as kind_no, '红字发票 red invoice' as row_kind, i.ym, cast(null as decimal(18,2)) as uninvoiced_sales_c05,
    cast(null as decimal(18,2)) as balance_before_yuan, cast(null as decimal(18,2)) as excess_negative_yuan, i.invoice_no,
    abs(i.signed_amount) as amount_yuan, cast(null as integer) as invoice_count, cast(null as integer) as void_count
  from asked as a
  join invoices as i on i.seller_key = a.taxpayer_key and i.ym between a.p_ym - 2 and a.p_ym and i.doc_status = 'red'
),
kinds as (
  select * from balances
  union all
  select * from months
  union all
  select * from reds
),
deducted as (
  select u.invoice_no, sum(u.effective_tax) as deducted_tax
  from input_uses as u
  where u.purpose = 'deduct' and exists (select 1 from reds as r join invoices as b on b.invoice_no = r.invoice_no where b.blue_invoice_no = u.invoice_no)
  group by u.invoice_no
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no < 3 then k.ym end desc nulls last, k.amount_yuan desc nulls last, i.invoice_key asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.uninvoiced_sales_c05 as decimal(18,2)) as uninvoiced_sales_yuan,
  cast(k.balance_before_yuan as decimal(18,2)) as balance_before_yuan,
  cast(k.excess_negative_yuan as decimal(18,2)) as excess_negative_yuan,
  cast(k.invoice_count as integer) as invoice_count,
  cast(k.void_count as integer) as void_count,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(i.invoice_key as string) as invoice_number,
  cast(i.issued_on as date) as issued_on,
  cast(q.party_id as string) as buyer_id,
  cast(i.red_reason as string) as red_reason,
  cast(b.issued_on as date) as blue_issued_on,
  cast(d.deducted_tax as decimal(18,2)) as buyer_deducted_tax_yuan,
  cast(i.source_file_no as integer) as source_file_no,
  cast(i.source_row_no as bigint) as source_row_no
from kinds as k
left join invoices as i on i.invoice_no = k.invoice_no
left join invoices as b on b.invoice_no = i.blue_invoice_no
left join parties as q on q.party_key = i.buyer_key
left join deducted as d on d.invoice_no = i.blue_invoice_no
