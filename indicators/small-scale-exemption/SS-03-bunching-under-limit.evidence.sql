-- The periods of 24 months with their limit, newest first; beside each what was invoiced in its last three days and in the first three after it.
with
periods as (
  select a.subject_no, a.taxpayer_key, r.ym, r.span_months, r.version, r.filed_on, r.declared_yuan, r.invoiced_yuan, r.limit_yuan, r.is_full_exemption,
    date_add({{month_start(r.ym + 1)}}, -1) as last_day,
    r.declared_yuan <= r.limit_yuan and r.declared_yuan >= p.band_share * cast(r.limit_yuan as double) and not r.is_full_exemption as is_near
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_small_period as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 23 and a.p_ym and r.is_declared
),
edges as (
  select p.subject_no, p.ym,
    sum(case when i.issued_on <= p.last_day then i.signed_amount else 0 end) as last_days_yuan,
    sum(case when i.issued_on > p.last_day then i.signed_amount else 0 end) as first_days_yuan
  from periods as p
  join invoices as i on i.seller_key = p.taxpayer_key and i.issued_on between date_add(p.last_day, -2) and date_add(p.last_day, 3)
  where i.doc_status <> 'void' and coalesce(i.invoice_kind, '') <> 'agri_purchase'
  group by p.subject_no, p.ym
)
select
  cast(p.subject_no as integer) as subject_no,
  cast(row_number() over (partition by p.subject_no order by p.ym desc nulls last) as integer) as evidence_rank,
  cast({{idiv(p.ym, 12)}} * 100 + mod(p.ym, 12) + 1 as integer) as period_yyyymm,
  cast(p.span_months as integer) as span_months,
  cast(p.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(p.limit_yuan as decimal(18,2)) as limit_yuan,
  cast({{ratio(p.declared_yuan, p.limit_yuan)}} as double) as limit_share,
  cast(case when p.is_full_exemption then '全额免税期 all exempt' when p.is_near then '临界 just under' else '' end as string) as band,
  cast(p.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(coalesce(e.last_days_yuan, 0) as decimal(18,2)) as last_days_yuan,
  cast(coalesce(e.first_days_yuan, 0) as decimal(18,2)) as first_days_yuan,
  cast(case when e.last_days_yuan > 0 then {{ratio(e.first_days_yuan, e.last_days_yuan)}} end as double) as shift_ratio,
  cast(p.version as integer) as version,
  cast(p.filed_on as date) as filed_on
from periods as p
left join edges as e on e.subject_no = p.subject_no and e.ym = p.ym
