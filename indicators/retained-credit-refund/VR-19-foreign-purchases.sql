with
group_sizes as (
  select distinct widening, group_key, member_count from feat_code_prevalence
),
levels as (
  select subject_no, 1 as widening, g1 as group_key from feat_peer
  union all
  select subject_no, 2 as widening, g2 as group_key from feat_peer
  union all
  select subject_no, 3 as widening, g3 as group_key from feat_peer
  union all
  select subject_no, 4 as widening, g4 as group_key from feat_peer
  union all
  select subject_no, 5 as widening, g5 as group_key from feat_peer
),
large_levels as (
  select l.subject_no, l.widening, l.group_key, z.member_count
  from levels as l
  join group_sizes as z on z.widening = l.widening and z.group_key = l.group_key
  join params as p on p.subject_no = l.subject_no and z.member_count >= p.members_minimum
),
narrowest as (
  select subject_no, min(widening) as widening from large_levels group by subject_no
),
compared as (
  select l.subject_no, l.widening, l.group_key, l.member_count
  from narrowest as n
  join large_levels as l on l.subject_no = n.subject_no and l.widening = n.widening
),
totals as (
  select subject_no, sum(tax_w12_yuan) as line_tax_yuan, sum(case when code7 <> '' then tax_w12_yuan else 0 end) as coded_tax_yuan
  from feat_deducted_code
  group by subject_no
),
-- A line without a code is no purchase of a foreign kind: it only widens the denominator and narrows the coverage.
foreign_codes as (
  select d.subject_no, d.code7, d.tax_w12_yuan, coalesce(v.buyer_count, 0) as buyer_count,
    row_number() over (partition by d.subject_no order by d.tax_w12_yuan desc nulls last, d.code7 asc nulls last) as largest_first
  from feat_deducted_code as d
  join compared as g on g.subject_no = d.subject_no
  join params as p on p.subject_no = d.subject_no
  left join feat_code_prevalence as v on v.widening = g.widening and v.group_key = g.group_key and v.code7 = d.code7
  where d.code7 <> '' and {{ratio(coalesce(v.buyer_count, 0), g.member_count)}} < p.prevalence_maximum
),
foreign_totals as (
  select subject_no, sum(tax_w12_yuan) as tax_yuan, count(*) as code_count,
    max(case when largest_first = 1 then code7 end) as largest_code7,
    max(case when largest_first = 1 then buyer_count end) as largest_buyer_count
  from foreign_codes
  group by subject_no
),
measured as (
  select s.subject_no, s.p_ym, d.months_since_registration, coalesce(x.deduct_tax_w12_yuan, 0) as deduct_tax_yuan,
    coalesce(t.line_tax_yuan, 0) as line_tax_yuan, coalesce(t.coded_tax_yuan, 0) as coded_tax_yuan,
    g.widening, g.group_key, g.member_count, f.largest_code7, f.largest_buyer_count,
    case when g.member_count is not null then coalesce(f.tax_yuan, 0) end as foreign_tax_yuan,
    case when g.member_count is not null then coalesce(f.code_count, 0) end as foreign_code_count
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_deduction as x on x.subject_no = s.subject_no
  left join totals as t on t.subject_no = s.subject_no
  left join compared as g on g.subject_no = s.subject_no
  left join foreign_totals as f on f.subject_no = s.subject_no
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when m.months_since_registration < p.months_registered_minimum then 'N_TOO_YOUNG'
    when m.deduct_tax_yuan <= 0 then 'N_DENOMINATOR'
    when {{ratio(m.coded_tax_yuan, m.deduct_tax_yuan)}} < p.coverage_minimum then 'N_COVERAGE'
    when m.line_tax_yuan <= 0 then 'N_DENOMINATOR'
    when m.member_count is null then 'N_PEER_SMALL'
  end as string) as not_assessed,
  cast(case when m.line_tax_yuan > 0 then {{ratio(m.foreign_tax_yuan, m.line_tax_yuan)}} end as double) as foreign_share,
  cast(m.foreign_tax_yuan as decimal(18,2)) as foreign_tax_yuan,
  cast(m.line_tax_yuan as decimal(18,2)) as line_tax_yuan,
  cast(m.foreign_code_count as integer) as foreign_code_count,
  cast(m.largest_code7 as string) as largest_code7,
  cast(m.largest_buyer_count as integer) as largest_buyer_count,
  cast({{ratio(m.largest_buyer_count, m.member_count)}} as double) as largest_prevalence,
  cast(m.member_count as integer) as member_count,
  cast(m.widening || ':' || m.group_key as string) as compared_group,
  cast(m.p_ym - 11 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
join params as p on p.subject_no = m.subject_no
