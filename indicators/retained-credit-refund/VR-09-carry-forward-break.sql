-- Each return of the 24 months to P: does the credit brought forward equal the credit carried over, and do rows 17, 18, 20 add up?
with
months as (
  select s.subject_no, r.ym, r.opening_credit_m13,
    r.break_opening_yuan, r.break_17_yuan, r.break_18_yuan, r.break_20_yuan,
    greatest(abs(r.break_17_yuan), abs(r.break_18_yuan), abs(r.break_20_yuan)) as identity_yuan
  from feat_subject as s
  join feat_return_month as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 23 and s.p_ym
),
testable as (
  select subject_no, count(*) as tested_count, max(abs(break_opening_yuan)) as opening_yuan, max(identity_yuan) as identity_yuan
  from months
  where break_opening_yuan is not null or identity_yuan is not null
  group by subject_no
),
broken as (
  select m.subject_no, m.ym, m.opening_credit_m13, m.break_opening_yuan, m.identity_yuan,
    case
      when abs(m.break_17_yuan) = m.identity_yuan then '17'
      when abs(m.break_18_yuan) = m.identity_yuan then '18'
      else '20'
    end as identity_row,
    row_number() over (
      partition by m.subject_no
      order by abs(m.break_opening_yuan) desc nulls last, m.ym desc nulls last
    ) as opening_rank,
    row_number() over (
      partition by m.subject_no
      order by m.identity_yuan desc nulls last, m.ym desc nulls last
    ) as identity_rank
  from months as m
  join params as p on p.subject_no = m.subject_no
  where greatest(abs(m.break_opening_yuan), m.identity_yuan) > p.break_tolerance_yuan
),
counted as (
  select b.subject_no, count(*) as broken_count from broken as b group by b.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when t.subject_no is null then 'N_COVERAGE' end as string) as not_assessed,
  cast(greatest(t.opening_yuan, t.identity_yuan) as decimal(18,2)) as largest_break_yuan,
  cast(t.opening_yuan as decimal(18,2)) as opening_break_yuan,
  cast(o.ym as integer) as opening_ym,
  cast(o.opening_credit_m13 as decimal(18,2)) as opening_credit_yuan,
  cast(o.break_opening_yuan as decimal(18,2)) as opening_more_yuan,
  cast(t.identity_yuan as decimal(18,2)) as identity_break_yuan,
  cast(i.ym as integer) as identity_ym,
  cast(i.identity_row as string) as identity_row,
  cast(coalesce(t.tested_count, 0) as integer) as tested_count,
  cast(coalesce(c.broken_count, 0) as integer) as broken_count
from feat_subject as s
left join testable as t on t.subject_no = s.subject_no
left join broken as o on o.subject_no = s.subject_no and o.opening_rank = 1
left join broken as i on i.subject_no = s.subject_no and i.identity_rank = 1
left join counted as c on c.subject_no = s.subject_no
