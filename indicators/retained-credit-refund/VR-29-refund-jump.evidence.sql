-- Fifteen months of sales, input and credit; earlier claims; then the buyers of the year before that buy no longer.
with
returns as (
  select a.subject_no, 1 as kind_no, '申报 return' as row_kind, r.ym, r.sales_declared_yuan as sales_yuan, r.input_tax_m12 as input_yuan,
    r.closing_credit_m20 as credit_yuan, cast(null as integer) as party_key, cast(null as string) as detail
  from asked as a
  join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 14 and a.p_ym
),
claims as (
  select a.subject_no, 2 as kind_no, '以前申请 earlier claim' as row_kind, c.claim_ym as ym, cast(null as decimal(18,2)) as sales_yuan,
    cast(null as decimal(18,2)) as input_yuan, c.claimed_amount as credit_yuan, cast(null as integer) as party_key, c.application_id as detail
  from asked as a
  join refund_applications as c on c.taxpayer_key = a.taxpayer_key and c.application_id <> a.application_id and c.applied_on < a.applied_on
    and c.applied_on > {{add_months(a.applied_on, -24)}}
),
buyers as (
  select a.subject_no, i.buyer_key, sum(case when i.ym < a.p_ym - 2 then i.signed_amount else 0 end) as before_yuan,
    sum(case when i.ym >= a.p_ym - 2 then i.signed_amount else 0 end) as now_yuan, max(i.ym) as last_ym
  from asked as a
  join invoices as i on i.seller_key = a.taxpayer_key and i.doc_status <> 'void' and i.buyer_key is not null
    and (i.ym between a.p_ym - 2 and a.p_ym or i.ym between a.p_ym - 14 and a.p_ym - 12)
  group by a.subject_no, i.buyer_key
),
kinds as (
  select * from returns
  union all
  select * from claims
  union all
  select subject_no, 3 as kind_no, '停止开票的购方 buyer gone' as row_kind, last_ym as ym, before_yuan as sales_yuan, null as input_yuan, null as credit_yuan,
    buyer_key as party_key, null as detail
  from buyers
  where before_yuan > 0 and now_yuan <= 0
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, case when k.kind_no < 3 then k.ym end desc nulls last, k.sales_yuan desc nulls last, k.detail asc nulls last,
      k.party_key asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(k.input_yuan as decimal(18,2)) as input_tax_yuan,
  cast(k.credit_yuan as decimal(18,2)) as credit_yuan,
  cast(q.party_id as string) as buyer_id,
  cast(q.party_name as string) as buyer_name,
  cast(k.detail as string) as application
from kinds as k
left join parties as q on q.party_key = k.party_key
