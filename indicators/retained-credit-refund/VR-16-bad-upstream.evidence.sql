-- One row per seller with a bad invoice behind the deducted tax of 24 months, by tax.
with
sellers as (
  select a.subject_no, a.taxpayer_key, d.seller_key, sum(d.tax_yuan) as tax_yuan, sum(d.invoice_count) as invoice_count,
    max(case when d.is_exit then 1 else 0 end) as has_exit, max(case when d.is_rated_d then 1 else 0 end) as has_rating_d
  from asked as a
  join feat_deduction_row as d on d.taxpayer_key = a.taxpayer_key and d.ym between a.p_ym - 23 and a.p_ym
  where d.is_bad
  group by a.subject_no, a.taxpayer_key, d.seller_key
),
dealings as (
  select s.taxpayer_key, s.seller_key, min(i.issued_on) as first_issued_on, max(i.issued_on) as last_issued_on
  from (select distinct taxpayer_key, seller_key from sellers) as s
  join invoices as i on i.buyer_key = s.taxpayer_key and i.seller_key = s.seller_key
  where i.doc_status <> 'void'
  group by s.taxpayer_key, s.seller_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (partition by s.subject_no order by s.tax_yuan desc nulls last, q.party_id asc nulls last) as integer) as evidence_rank,
  cast(q.party_id as string) as seller_id,
  cast(q.party_name as string) as seller_name,
  cast(case when s.has_exit = 1 and s.has_rating_d = 1 then '走逃等及D级 exit and rating D' when s.has_exit = 1 then '走逃、非正常或注销 exit'
    else '开票日D级 rating D' end as string) as ground,
  cast(t.status_on_r as string) as status,
  cast(x.first_exit_on as date) as left_on,
  cast(t.rating_on_r as string) as rating,
  cast(x.first_rated_d_from as date) as rated_d_from,
  cast(t.registered_on as date) as registered_on,
  cast(f.first_issued_on as date) as first_invoice_on,
  cast(f.last_issued_on as date) as last_invoice_on,
  cast(s.invoice_count as integer) as invoice_count,
  cast(s.tax_yuan as decimal(18,2)) as tax_yuan,
  cast({{ratio(s.tax_yuan, b.deduct_tax_w24_yuan)}} as double) as tax_share,
  cast(r.source_file_no as integer) as source_file_no,
  cast(r.source_row_no as bigint) as source_row_no
from sellers as s
join parties as q on q.party_key = s.seller_key
join feat_bad_source as b on b.subject_no = s.subject_no
left join feat_taxpayer as t on t.taxpayer_key = s.seller_key
left join taxpayers as r on r.taxpayer_key = s.seller_key
left join feat_suspect_seller as x on x.seller_key = s.seller_key
left join dealings as f on f.taxpayer_key = s.taxpayer_key and f.seller_key = s.seller_key
