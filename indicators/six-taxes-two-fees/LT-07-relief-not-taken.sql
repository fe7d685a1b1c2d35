-- Relief the taxpayer was entitled to and did not take: six taxes and two fees, and exempt sales of small-scale periods.
with
filings as (
  select s.subject_no, count(*) as row_count, sum(case when f.is_qualified is null then 1 else 0 end) as unknown_count,
    coalesce(sum(case when f.is_qualified then greatest(0, f.cap_yuan - f.relief_yuan) end), 0) as relief_yuan
  from feat_subject as s
  join feat_six_tax as f on f.taxpayer_key = s.taxpayer_key and f.ym between s.p_ym - 35 and s.p_ym
  where s.is_primary
  group by s.subject_no
),
small_periods as (
  select s.subject_no, r.ym,
    case when r.limit_sales_yuan <= r.limit_yuan and not r.is_full_exemption and m.sales_3pct_q01 > m.special_sales_3pct_q02 and m.limit_exempt_sales_yuan = 0
      then cast(cast(m.sales_3pct_q01 - m.special_sales_3pct_q02 as double)
        * {{ratio(greatest(0, m.tax_payable_q15 - coalesce(m.tax_reduction_q16, 0)), m.sales_3pct_q01)}} as decimal(18,2))
      else 0 end as tax_yuan
  from feat_subject as s
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 35 and s.p_ym and r.is_declared
  join feat_small_month as m on m.taxpayer_key = r.taxpayer_key and m.ym = r.ym
  where s.is_primary
),
small as (
  select subject_no, coalesce(sum(tax_yuan), 0) as tax_yuan, sum(case when tax_yuan > 0 then 1 else 0 end) as period_count
  from small_periods
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when f.subject_no is null and m.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when f.unknown_count = f.row_count and m.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(coalesce(f.relief_yuan, 0) + coalesce(m.tax_yuan, 0) as decimal(18,2)) as due_back_yuan,
  cast(coalesce(f.relief_yuan, 0) as decimal(18,2)) as relief_yuan,
  cast(coalesce(m.tax_yuan, 0) as decimal(18,2)) as small_tax_yuan,
  cast(coalesce(m.period_count, 0) as integer) as small_period_count
from feat_subject as s
left join filings as f on f.subject_no = s.subject_no
left join small as m on m.subject_no = s.subject_no
where s.is_primary
