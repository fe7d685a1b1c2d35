-- Periods whose declared sales lie just under the exemption limit, among the last four and the last eight quarters.
with
periods as (
  select s.subject_no, r.ym, r.span_months, r.declared_yuan, r.limit_yuan, r.ym > s.p_ym - 12 as is_last_year,
    r.declared_yuan <= r.limit_yuan and r.declared_yuan >= p.band_share * cast(r.limit_yuan as double) as is_near
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym and r.is_declared
  where s.is_primary and r.limit_yuan > 0 and not r.is_full_exemption
),
counted as (
  select subject_no, sum(case when is_last_year then span_months else 0 end) as months_12, sum(span_months) as months_24,
    sum(case when is_last_year and is_near then span_months else 0 end) as near_months_12,
    sum(case when is_near then span_months else 0 end) as near_months_24,
    max(case when is_near then ym end) as latest_ym,
    cast(sum(case when is_last_year and is_near then declared_yuan end) as decimal(18,2)) as near_sales_yuan
  from periods
  group by subject_no
),
filers as (
  select distinct taxpayer_key from feat_small_month
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.vat_status_resolved = 'general' then 'A_STATUS' end as string) as not_applicable,
  cast(case
    when f.taxpayer_key is null then 'N_NO_ROWS'
    when coalesce(c.months_12, 0) < 12 then 'N_TOO_YOUNG'
  end as string) as not_assessed,
  -- Three months near the monthly limit count as one quarter.
  cast({{ratio(c.near_months_12, 3)}} as double) as near_quarters,
  cast(c.near_months_12 as integer) as near_months,
  cast(case when c.months_24 >= 24 then {{ratio(c.near_months_24, c.months_24)}} end as double) as near_share,
  cast(c.near_sales_yuan as decimal(18,2)) as near_sales_yuan,
  cast(l.ym as integer) as latest_ym,
  cast(l.declared_yuan as decimal(18,2)) as latest_declared_yuan,
  cast(l.limit_yuan as decimal(18,2)) as latest_limit_yuan
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join counted as c on c.subject_no = s.subject_no
left join periods as l on l.subject_no = c.subject_no and l.ym = c.latest_ym
where s.is_primary
