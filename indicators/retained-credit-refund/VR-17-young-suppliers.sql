with
measured as (
  select s.subject_no, s.p_ym, t.registered_on, d.months_since_registration, f.deduct_tax_w6_yuan, f.internal_tax_w6_yuan, y.seller_count, y.invoice_count,
    coalesce(y.tax_w6_yuan, 0) as young_tax_yuan,
    {{days_between(t.registered_on, date_add({{month_start(s.p_ym + 1)}}, -1))}} as age_days
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join feat_deduction as f on f.subject_no = s.subject_no
  left join feat_young_source as y on y.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when m.age_days < p.buyer_age_days_minimum then 'N_TOO_YOUNG'
    when m.deduct_tax_w6_yuan <= 0 then 'N_DENOMINATOR'
    when {{ratio(m.internal_tax_w6_yuan, m.deduct_tax_w6_yuan)}} < p.known_share_minimum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(case when m.deduct_tax_w6_yuan > 0 then {{ratio(m.young_tax_yuan, m.deduct_tax_w6_yuan)}} end as double) as young_share,
  cast(m.young_tax_yuan as decimal(18,2)) as young_tax_yuan,
  cast(m.deduct_tax_w6_yuan as decimal(18,2)) as deduct_tax_yuan,
  cast(coalesce(m.seller_count, 0) as integer) as seller_count,
  cast(coalesce(m.invoice_count, 0) as integer) as invoice_count,
  cast(m.p_ym - 5 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
join params as p on p.subject_no = m.subject_no
