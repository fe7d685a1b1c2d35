with
scheduled as (
  select s.subject_no, sum(r.span_months) as months, max(case when m.ym = s.p_ym then 1 else 0 end) as has_p, sum(m.uninvoiced_sales_c05) as uninvoiced_yuan, sum(m.total_sales_c09) as total_yuan
  from feat_subject as s
  join feat_schedule1_month as m on m.taxpayer_key = s.taxpayer_key and m.ym between s.p_ym - 11 and s.p_ym
  join feat_return_month as r on r.taxpayer_key = m.taxpayer_key and r.ym = m.ym
  group by s.subject_no
),
-- Codes may come without their letter; the levels of feat_taxpayer carry it. A level that is too short to tell is unknown.
industries as (
  select s.subject_no, s.rule_on, coalesce(t.industry_3, t.industry_2, t.industry_section) as industry
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
),
consumer_trades as (
  select i.subject_no,
    max(case when substr(i.industry, 1, length(b.prefix)) = b.prefix then 1 else 0 end) as is_consumer,
    max(case when substr(b.prefix, 1, length(i.industry)) = i.industry and length(i.industry) < length(b.prefix) then 1 else 0 end) as is_unclear
  from industries as i
  join list_b2c_industries as b on i.rule_on between b.from_on and b.to_on
  group by i.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when i.industry is not null and coalesce(c.is_consumer, 0) = 0 and coalesce(c.is_unclear, 0) = 0 then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when i.industry is null or (c.is_consumer = 0 and c.is_unclear = 1) then 'N_NO_ROWS'
    when d.months_since_registration < 6 or not d.is_py_w12_covered then 'N_TOO_YOUNG'
    when not d.is_covered_w12 or m.subject_no is null or m.has_p = 0 or 4 * m.months < 3 * least(12, coalesce(d.months_since_registration, 12)) then 'N_COVERAGE'
    when m.total_yuan <= 0 or coalesce(d.input_py_w12_yuan, 0) <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  -- Only consumer trades have a share: a group widened beyond its section must not measure a shop against factories.
  cast(case when c.is_consumer = 1 and m.total_yuan > 0 then {{ratio(m.uninvoiced_yuan, m.total_yuan)}} end as double) as uninvoiced_share,
  cast(case when d.input_py_w12_yuan > 0 then cast({{ratio(d.input_w12_yuan, d.input_py_w12_yuan)}} as decimal(18,9)) - 1 end as double) as input_growth,
  cast(m.uninvoiced_yuan as decimal(18,2)) as uninvoiced_yuan,
  cast(m.total_yuan as decimal(18,2)) as total_yuan,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
join industries as i on i.subject_no = s.subject_no
left join consumer_trades as c on c.subject_no = s.subject_no
left join scheduled as m on m.subject_no = s.subject_no
