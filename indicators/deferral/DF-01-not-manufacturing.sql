-- Amounts deferred by a taxpayer whose industry, on the day the programme goes by, was not manufacturing.
with
programmes as (
  select programme_code, min(industry_on) as industry_on from list_deferral_programmes group by programme_code
),
rows_of as (
  select s.subject_no, s.taxpayer_key, f.programme_code, f.deferred_amount_yuan, p.industry_on
  from feat_subject as s
  join feat_deferral as f on f.taxpayer_key = s.taxpayer_key
  left join programmes as p on p.programme_code = f.programme_code
  where s.is_primary and f.deferred_amount_yuan > 0
),
judged as (
  select r.subject_no, r.programme_code, r.deferred_amount_yuan, r.industry_on, i.industry_code, i.section
  from rows_of as r
  left join feat_industry_interval as i on i.taxpayer_key = r.taxpayer_key and r.industry_on >= i.from_on and r.industry_on < i.until_on
),
summed as (
  select subject_no, count(section) as known_count, sum(case when section <> 'C' then 1 else 0 end) as outside_count,
    coalesce(sum(case when section <> 'C' then deferred_amount_yuan end), 0) as outside_yuan, sum(deferred_amount_yuan) as deferred_yuan,
    max(case when section <> 'C' then industry_on end) as industry_on, max(case when section <> 'C' then industry_code end) as industry_code
  from judged
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when t.known_count = 0 then 'N_NO_ROWS' end as string) as not_assessed,
  cast(t.outside_yuan as decimal(18,2)) as outside_yuan,
  cast(t.outside_count as integer) as outside_count,
  cast(t.deferred_yuan as decimal(18,2)) as deferred_yuan,
  cast(t.industry_on as date) as industry_on,
  cast(t.industry_code as string) as industry_code,
  cast(case when t.outside_count = 0 and g.input_tested_share_w12 >= p.tested_share_minimum then 1 - g.unsupported_share_w12 end as double) as made_share
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join summed as t on t.subject_no = s.subject_no
left join feat_goods_match as g on g.subject_no = s.subject_no
where s.is_primary
