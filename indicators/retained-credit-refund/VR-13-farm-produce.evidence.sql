-- Rows 6, 8a and 12 by period, newest first; then sellers of farm produce by amount.
with
periods as (
  select a.subject_no, 1 as kind_no, '附列资料（二） schedule 2' as row_kind, m.ym, m.r06_tax_yuan, m.r08a_tax_yuan, m.r12_tax_yuan, cast(null as integer) as seller_key,
    cast(null as decimal(18,2)) as amount_yuan, cast(null as integer) as invoice_count, cast(null as date) as first_on, cast(null as date) as last_on
  from asked as a
  join feat_schedule2_month as m on m.taxpayer_key = a.taxpayer_key and m.ym between a.p_ym - 11 and a.p_ym
),
sellers as (
  select a.subject_no, 2 as kind_no, '收购对象 farmer' as row_kind, cast(null as integer) as ym, null as r06_tax_yuan, null as r08a_tax_yuan, null as r12_tax_yuan,
    i.seller_key, sum(i.signed_amount) as amount_yuan, count(*) as invoice_count, min(i.issued_on) as first_on, max(i.issued_on) as last_on
  from asked as a
  join invoices as i on i.buyer_key = a.taxpayer_key and i.invoice_kind = 'agri_purchase' and i.doc_status <> 'void' and i.ym between a.p_ym - 11 and a.p_ym
  group by a.subject_no, i.seller_key
),
kinds as (
  select * from periods
  union all
  select * from sellers
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.ym desc nulls last, k.amount_yuan desc nulls last, k.seller_key asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.r06_tax_yuan as decimal(18,2)) as row6_yuan,
  cast(k.r08a_tax_yuan as decimal(18,2)) as row8a_yuan,
  cast(k.r12_tax_yuan as decimal(18,2)) as row12_yuan,
  cast(q.party_name as string) as seller_name,
  cast(q.party_kind as string) as seller_kind,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.invoice_count as integer) as invoice_count,
  cast(k.first_on as date) as first_on,
  cast(k.last_on as date) as last_on
from kinds as k
left join parties as q on q.party_key = k.seller_key
