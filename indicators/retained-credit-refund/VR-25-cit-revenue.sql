with
compared as (
  select s.subject_no, y.tax_year, y.revenue_yuan, y.sales_yuan, greatest(y.revenue_yuan, y.sales_yuan) as greater_yuan
  from feat_subject as s
  left join feat_settled_sales as y on y.subject_no = s.subject_no
)
select
  cast(c.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when c.tax_year is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(case when c.greater_yuan > 0 then cast({{ratio(c.revenue_yuan - c.sales_yuan, c.greater_yuan)}} as decimal(18,9)) when c.tax_year is not null then 0 end
    as double) as gap_ratio,
  cast(c.revenue_yuan - c.sales_yuan as decimal(18,2)) as gap_yuan,
  cast(c.revenue_yuan as decimal(18,2)) as revenue_yuan,
  cast(c.sales_yuan as decimal(18,2)) as sales_yuan,
  cast(cast(c.tax_year as integer) as string) as tax_year_text
from compared as c
