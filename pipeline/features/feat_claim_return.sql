with
claims as (
  select subject_no, taxpayer_key, applied_on, claim_ym from feat_subject where has_claim
),
bases as (
  select distinct base_ym from list_lane_rules where base_ym is not null
),
-- A return without a filing day was filed before the claim: a claim comes after its return.
filed as (
  select k.subject_no, r.taxpayer_key, r.ym, coalesce(r.column_group, 'general') as column_group, max(r.version) as version
  from claims as k
  join vat_returns as r on r.taxpayer_key = k.taxpayer_key and r.ym <= k.claim_ym
  where (r.filed_on is null or r.filed_on <= k.applied_on)
    and (r.ym > k.claim_ym - 24 or exists (select 1 from bases as b where b.base_ym = r.ym))
  group by k.subject_no, r.taxpayer_key, r.ym, coalesce(r.column_group, 'general')
)
select
  cast(f.subject_no as integer) as subject_no,
  cast(f.ym as integer) as ym,
  cast(max(coalesce(r.span_months, 1)) as integer) as span_months,
  cast(max(f.version) as integer) as version,
  cast(max(r.filed_on) as date) as filed_on,
  cast(sum(coalesce(r.sales_general_m01, 0) + coalesce(r.sales_simple_m05, 0) + coalesce(r.export_sales_m07, 0)
    + coalesce(r.exempt_sales_m08, 0)) as decimal(18,2)) as sales_declared_yuan,
  cast(bool_or(coalesce(r.sales_general_m01, r.sales_simple_m05, r.export_sales_m07, r.exempt_sales_m08) is not null) as boolean) as is_sales_delivered,
  cast(max(case when f.column_group = 'general' then r.closing_credit_m20 end) as decimal(18,2)) as closing_credit_general_m20
from filed as f
join vat_returns as r
  on r.taxpayer_key = f.taxpayer_key and r.ym = f.ym and coalesce(r.column_group, 'general') = f.column_group and r.version = f.version
group by f.subject_no, f.ym
