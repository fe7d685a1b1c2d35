-- Periods declared exempt although their sales, real property left out where the rule allows, exceed the limit of the period.
with
periods as (
  select s.subject_no, r.ym, r.exempt_yuan, r.limit_yuan, r.is_full_exemption, w.rate,
    case when r.ym < 2026 * 12 or p.is_property_left_out_2026 then r.limit_sales_without_property_yuan else r.limit_sales_yuan end as limit_sales_yuan
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym <= s.p_ym and r.is_declared
  left join list_small_scale_rates as w on r.ym between w.from_ym and w.to_ym
  where s.is_primary
),
tested as (
  select p.subject_no, p.ym, p.exempt_yuan, p.limit_yuan, p.limit_sales_yuan, p.rate, p.limit_sales_yuan > p.limit_yuan and p.exempt_yuan > 0 as is_over
  from periods as p
  where p.limit_yuan is not null and not p.is_full_exemption
),
summed as (
  select subject_no, sum(case when is_over then 1 else 0 end) as over_count, coalesce(sum(case when is_over then exempt_yuan end), 0) as exempt_yuan,
    coalesce(sum(case when is_over then cast(cast(exempt_yuan as double) * rate as decimal(18,2)) end), 0) as tax_short_yuan,
    max(case when is_over then ym end) as latest_ym
  from tested
  group by subject_no
),
filers as (
  select distinct taxpayer_key from feat_small_month
),
small_filers as (
  select distinct taxpayer_key from feat_small_period where is_declared
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'general' and h.taxpayer_key is null then 'A_STATUS' end as string) as not_applicable,
  cast(case when f.taxpayer_key is null then 'N_NO_ROWS' when m.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(m.exempt_yuan as decimal(18,2)) as exempt_sales_yuan,
  cast(m.tax_short_yuan as decimal(18,2)) as tax_short_yuan,
  cast(m.over_count as integer) as over_count,
  cast(m.latest_ym as integer) as latest_ym,
  cast(l.limit_sales_yuan as decimal(18,2)) as latest_sales_yuan,
  cast(l.limit_yuan as decimal(18,2)) as latest_limit_yuan
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join small_filers as h on h.taxpayer_key = s.taxpayer_key
left join summed as m on m.subject_no = s.subject_no
left join tested as l on l.subject_no = m.subject_no and l.ym = m.latest_ym
where s.is_primary
