with
lines_known as (
  select distinct subject_no from feat_goods_side where side = 'bought'
),
from_lines as (
  select s.subject_no,
    sum(case when k.ym > s.p_ym - 3 then k.capital_tax_yuan end) as tax_w3,
    sum(case when k.ym > s.p_ym - 12 then k.capital_tax_yuan end) as tax_w12,
    sum(k.capital_tax_yuan) as tax_w36
  from feat_subject as s
  join feat_capital_month as k on k.taxpayer_key = s.taxpayer_key and k.ym between s.p_ym - 35 and s.p_ym
  group by s.subject_no
),
assets as (
  select subject_no,
    max(case when months_back = 0 then long_term_assets_yuan end) as at_p,
    max(case when months_back = 3 then long_term_assets_yuan end) as before_w3,
    max(case when months_back = 12 then long_term_assets_yuan end) as before_w12,
    max(case when months_back = 36 then long_term_assets_yuan end) as before_w36
  from feat_balance
  group by subject_no
),
-- Without lines: 13 % of the increase of long-term assets stands for the tax on them.
measured as (
  select s.subject_no, l.subject_no is not null as is_from_lines, f.tax_w3, f.tax_w12, f.tax_w36,
    cast(0.13 as double) * cast(greatest(0, case when a.before_w3 is not null then a.at_p - a.before_w3 end) as double) as rise_w3,
    cast(0.13 as double) * cast(greatest(0, case when a.before_w12 is not null then a.at_p - a.before_w12 end) as double) as rise_w12,
    cast(0.13 as double) * cast(greatest(0, case when a.before_w36 is not null then a.at_p - a.before_w36 end) as double) as rise_w36,
    a.at_p is not null and a.before_w3 is not null as has_w3,
    a.at_p is not null and a.before_w12 is not null as has_w12,
    a.at_p is not null and a.before_w36 is not null as has_w36
  from feat_subject as s
  left join lines_known as l on l.subject_no = s.subject_no
  left join from_lines as f on f.subject_no = s.subject_no
  left join assets as a on a.subject_no = s.subject_no
)
select
  cast(subject_no as integer) as subject_no,
  cast(case when is_from_lines then 'lines' when has_w3 or has_w12 or has_w36 then 'balance' end as string) as source,
  cast(case when is_from_lines then coalesce(tax_w3, 0) when has_w3 then rise_w3 end as decimal(18,2)) as capital_tax_w3_yuan,
  cast(case when is_from_lines then coalesce(tax_w12, 0) when has_w12 then rise_w12 end as decimal(18,2)) as capital_tax_w12_yuan,
  cast(case when is_from_lines then coalesce(tax_w36, 0) when has_w36 then rise_w36 end as decimal(18,2)) as capital_tax_w36_yuan
from measured
