-- The taxpayer itself if it is a burst seller, then the burst sellers behind its deducted tax of twelve months, by tax.
with
sellers as (
  select a.subject_no, d.seller_key, sum(d.tax_yuan) as tax_yuan, sum(d.invoice_count) as invoice_count
  from asked as a
  join feat_deduction_row as d on d.taxpayer_key = a.taxpayer_key and d.ym between a.p_ym - 11 and a.p_ym
  where d.is_burst
  group by a.subject_no, d.seller_key
),
shown as (
  select subject_no, seller_key, false as is_self, tax_yuan, invoice_count from sellers
  union all
  select a.subject_no, a.taxpayer_key as seller_key, true as is_self, cast(null as decimal(18,2)) as tax_yuan, cast(null as integer) as invoice_count
  from asked as a
  join feat_burst_seller as v on v.party_key = a.taxpayer_key and v.is_burst
),
buyers as (
  select i.seller_key, count(distinct i.buyer_key) as buyer_count
  from invoices as i
  where i.doc_status <> 'void' and i.buyer_key is not null and exists (select 1 from shown as s where s.seller_key = i.seller_key)
  group by i.seller_key
),
filings as (
  select taxpayer_key, period from vat_returns
  union all
  select taxpayer_key, period from small_scale_returns
),
last_filings as (
  select f.taxpayer_key, max(f.period) as last_period
  from filings as f
  where exists (select 1 from shown as s where s.seller_key = f.taxpayer_key)
  group by f.taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by s.subject_no
    order by s.is_self desc nulls last, s.tax_yuan desc nulls last, q.party_id asc nulls last
  ) as integer) as evidence_rank,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(case when s.is_self then '本户 the taxpayer itself' else '上游 seller' end as string) as part,
  cast(v.registered_on as date) as registered_on,
  cast(v.first_issued_on as date) as first_invoice_on,
  cast(v.last_issued_on as date) as last_invoice_on,
  cast(v.normal_count as integer) as invoices_issued,
  cast(v.amount_yuan as decimal(18,2)) as sales_yuan,
  cast(v.quota_yuan as decimal(18,2)) as quota_yuan,
  cast(b.buyer_count as integer) as buyer_count,
  cast(v.unfiled_months as integer) as unfiled_months,
  cast(f.last_period as string) as last_filed_period,
  cast(v.status_on_r as string) as status,
  cast(v.deregistered_on as date) as deregistered_on,
  cast(s.invoice_count as integer) as vouchers_deducted,
  cast(s.tax_yuan as decimal(18,2)) as tax_yuan,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from shown as s
join feat_burst_seller as v on v.party_key = s.seller_key
join parties as q on q.party_key = s.seller_key
left join taxpayers as r on r.taxpayer_key = s.seller_key
left join buyers as b on b.seller_key = s.seller_key
left join last_filings as f on f.taxpayer_key = s.seller_key
