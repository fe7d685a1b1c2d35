-- The terms that explain the credit, then balances of fifteen months, then the twenty largest purchases of twelve months.
with
balances as (
  select a.subject_no, 2 as kind_no, '资产负债表 balance' as row_kind, b.ym, b.inventory as amount_yuan, cast(null as decimal(18,2)) as tax_yuan,
    cast(null as integer) as party_key, cast(null as string) as detail, b.source_file_no, b.source_row_no
  from asked as a
  join balance_sheets as b on b.taxpayer_key = a.taxpayer_key and b.ym between a.p_ym - 15 and a.p_ym
),
purchases as (
  select a.subject_no, i.ym, i.signed_amount, i.signed_tax, i.seller_key, i.invoice_key, i.source_file_no, i.source_row_no,
    row_number() over (partition by a.subject_no order by i.signed_amount desc nulls last, i.invoice_key asc nulls last) as place
  from asked as a
  join invoices as i on i.buyer_key = a.taxpayer_key and i.ym between a.p_ym - 11 and a.p_ym and i.doc_status = 'normal'
),
terms as (
  select a.subject_no, 1 as kind_no, '期末留抵 closing credit' as row_kind, a.p_ym as ym, cast(null as decimal(18,2)) as amount_yuan, d.closing_credit_p_yuan as tax_yuan
  from asked as a
  join feat_declared as d on d.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '存货及其进项 stock and its tax' as row_kind, a.p_ym as ym, k.inventory_yuan as amount_yuan,
    cast(cast(k.inventory_yuan as double) * k.input_rate as decimal(18,2)) as tax_yuan
  from asked as a
  join feat_stock_control as k on k.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '36个月长期资产进项 capital tax of 36 months' as row_kind, a.p_ym as ym, null as amount_yuan, c.capital_tax_w36_yuan as tax_yuan
  from asked as a
  join feat_capital as c on c.subject_no = a.subject_no
  union all
  select a.subject_no, 1 as kind_no, '营业成本(12个月) cost of twelve months' as row_kind, a.p_ym as ym, k.cost_w12_yuan as amount_yuan, null as tax_yuan
  from asked as a
  join feat_stock_control as k on k.subject_no = a.subject_no
),
kinds as (
  select subject_no, kind_no, row_kind, ym, amount_yuan, tax_yuan, cast(null as integer) as party_key, cast(null as string) as detail,
    cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from terms
  union all
  select * from balances
  union all
  select subject_no, 3 as kind_no, '大额购进 purchase' as row_kind, ym, signed_amount as amount_yuan, signed_tax as tax_yuan, seller_key as party_key,
    invoice_key as detail, source_file_no, source_row_no
  from purchases
  where place <= 20
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no = 2 then k.ym end desc nulls last, k.tax_yuan desc nulls last, k.amount_yuan desc nulls last,
      k.row_kind asc nulls last, k.detail asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(k.detail as string) as invoice_number,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
left join parties as q on q.party_key = k.party_key
