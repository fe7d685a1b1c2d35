with
users as (
  select distinct taxpayer_key from feat_use_month where basis = 'confirmed'
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
    when c.input_basis = 'confirmed' and u.taxpayer_key is null then 'N_NO_ROWS'
    when b.bad_share is null then 'N_DENOMINATOR'
    when {{ratio(b.internal_tax_w24_yuan, b.deduct_tax_w24_yuan)}} < p.known_seller_share_minimum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(b.bad_share as double) as bad_share,
  cast(b.bad_tax_w24_yuan as decimal(18,2)) as bad_tax_yuan,
  cast(b.exit_tax_w24_yuan as decimal(18,2)) as exit_tax_yuan,
  cast(b.rated_d_tax_w24_yuan as decimal(18,2)) as rated_d_tax_yuan,
  cast(b.deduct_tax_w24_yuan as decimal(18,2)) as deduct_tax_yuan,
  cast({{ratio(b.internal_tax_w24_yuan, b.deduct_tax_w24_yuan)}} as double) as known_seller_share,
  cast(b.bad_seller_count as integer) as bad_seller_count,
  cast(b.bad_invoice_count as integer) as bad_invoice_count,
  cast(case c.input_basis when 'confirmed' then '用途确认' else '取得发票' end as string) as basis_zh,
  cast(case c.input_basis when 'confirmed' then 'confirmed uses' else 'invoices received' end as string) as basis_en,
  cast(s.p_ym - 23 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
cross join run_context as c
join params as p on p.subject_no = s.subject_no
join feat_declared as d on d.subject_no = s.subject_no
left join feat_bad_source as b on b.subject_no = s.subject_no
left join users as u on u.taxpayer_key = s.taxpayer_key
