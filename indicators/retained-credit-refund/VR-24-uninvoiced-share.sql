with
scheduled as (
  select s.subject_no, sum(m.uninvoiced_sales_c05) as uninvoiced_yuan, sum(m.total_sales_c09) as total_yuan
  from feat_subject as s
  join feat_schedule1_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 11 and s.p_ym
  group by s.subject_no
),
consumer_trades as (
  select t.taxpayer_key, max(case when substr(t.industry_code, 1, length(b.prefix)) = b.prefix then 1 else 0 end) as is_consumer
  from feat_taxpayer as t
  cross join list_b2c_industries as b
  group by t.taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when coalesce(c.is_consumer, 0) = 0 and t.industry_code is not null then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when t.industry_code is null then 'N_NO_ROWS'
    when d.months_since_registration < 6 or not d.is_py_w12_covered then 'N_TOO_YOUNG'
    when not d.is_covered_w12 or m.subject_no is null then 'N_COVERAGE'
    when m.total_yuan <= 0 or coalesce(d.input_py_w12_yuan, 0) <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(case when m.total_yuan > 0 then {{ratio(m.uninvoiced_yuan, m.total_yuan)}} end as double) as uninvoiced_share,
  cast(case when d.input_py_w12_yuan > 0 then cast({{ratio(d.input_w12_yuan, d.input_py_w12_yuan)}} as decimal(18,9)) - 1 end as double) as input_growth,
  cast(m.uninvoiced_yuan as decimal(18,2)) as uninvoiced_yuan,
  cast(m.total_yuan as decimal(18,2)) as total_yuan,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join consumer_trades as c on c.taxpayer_key = s.taxpayer_key
left join scheduled as m on m.subject_no = s.subject_no
