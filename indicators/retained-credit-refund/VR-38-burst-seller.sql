with
users as (
  select distinct taxpayer_key from feat_use_month where basis = 'confirmed'
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when coalesce(b.is_burst_self, false) then null
    when d.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
    when c.input_basis = 'confirmed' and u.taxpayer_key is null then 'N_NO_ROWS'
    when b.burst_share is null then 'N_DENOMINATOR'
    when {{ratio(b.internal_tax_w12_yuan, b.deduct_tax_w12_yuan)}} < p.known_seller_share_minimum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(coalesce(b.is_burst_self, false) as boolean) as is_self,
  cast(b.burst_share as double) as burst_share,
  cast(coalesce(b.burst_tax_w12_yuan, 0) as decimal(18,2)) as burst_tax_yuan,
  cast(b.deduct_tax_w12_yuan as decimal(18,2)) as deduct_tax_yuan,
  cast({{ratio(b.internal_tax_w12_yuan, b.deduct_tax_w12_yuan)}} as double) as known_seller_share,
  cast(b.burst_seller_count as integer) as burst_seller_count,
  cast(b.burst_invoice_count as integer) as burst_invoice_count,
  cast(case c.input_basis when 'confirmed' then '用途确认' else '取得发票' end as string) as basis_zh,
  cast(case c.input_basis when 'confirmed' then 'confirmed uses' else 'invoices received' end as string) as basis_en,
  cast(v.registered_on as date) as own_registered_on,
  cast(v.first_issued_on as date) as own_first_issued_on,
  cast(v.last_issued_on as date) as own_last_issued_on,
  cast(v.normal_count as integer) as own_invoice_count,
  cast(v.amount_yuan as decimal(18,2)) as own_amount_yuan,
  cast(v.unfiled_months as integer) as own_unfiled_months,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
cross join run_context as c
join params as p on p.subject_no = s.subject_no
join feat_declared as d on d.subject_no = s.subject_no
left join feat_burst_source as b on b.subject_no = s.subject_no
left join feat_burst_seller as v on v.party_key = s.taxpayer_key and v.is_burst
left join users as u on u.taxpayer_key = s.taxpayer_key
