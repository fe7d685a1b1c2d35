-- Every period of the two years to P with the sales that count and the twelve-month sum that ends in it, newest first. From 2026 general
-- rules apply from the first day of the first period above the ceiling: what was sold since then is added up beside.
with
periods as (
  select a.subject_no, a.p_ym, r.ym, r.span_months, r.ym - r.span_months + 1 as start_ym, r.is_declared, r.filed_on, r.declared_yuan, r.invoiced_yuan,
    r.intangible_yuan, r.property_yuan, r.regular_yuan, p.ceiling_yuan
  from asked as a
  join params as p on p.subject_no = a.subject_no
  join feat_small_period as r on r.taxpayer_key = a.taxpayer_key and r.ym between a.p_ym - 22 and a.p_ym
),
running as (
  select p.*, sum(p.regular_yuan) over (
      partition by p.subject_no order by p.start_ym asc nulls last rows between unbounded preceding and current row
    ) as total_yuan
  from periods as p
),
reaching as (
  select r.*,
    min(r.total_yuan - r.regular_yuan) over (partition by r.subject_no order by r.start_ym asc nulls last range between 9 preceding and current row) as least_quarter_yuan,
    min(r.total_yuan - r.regular_yuan) over (partition by r.subject_no order by r.start_ym asc nulls last range between 11 preceding and current row) as least_month_yuan
  from running as r
),
-- Nothing declared or invoiced in the first month of W12: the months that end there count all the same (see the indicator).
unfiled as (
  select p.subject_no, p.p_ym - 11 as ym, min(p.ceiling_yuan) as ceiling_yuan, sum(p.regular_yuan) as rolling_yuan
  from periods as p
  where p.start_ym >= p.p_ym - 22 and p.ym <= p.p_ym - 12
    and exists (select 1 from periods as e where e.subject_no = p.subject_no and e.ym > e.p_ym - 12)
    and not exists (select 1 from periods as q where q.subject_no = p.subject_no and q.start_ym <= q.p_ym - 11 and q.ym >= q.p_ym - 11)
  group by p.subject_no, p.p_ym
),
rolled as (
  select r.subject_no, r.ym, r.span_months, r.start_ym, r.is_declared, r.filed_on, r.declared_yuan, r.invoiced_yuan, r.intangible_yuan, r.property_yuan,
    r.regular_yuan, r.ceiling_yuan, r.total_yuan - case when r.span_months = 3 then r.least_quarter_yuan else r.least_month_yuan end as rolling_yuan
  from reaching as r
  union all
  select subject_no, ym, 1 as span_months, ym as start_ym, false as is_declared, cast(null as date) as filed_on, cast(0 as decimal(18,2)) as declared_yuan,
    cast(0 as decimal(18,2)) as invoiced_yuan, cast(0 as decimal(18,2)) as intangible_yuan, cast(0 as decimal(18,2)) as property_yuan,
    cast(0 as decimal(18,2)) as regular_yuan, ceiling_yuan, rolling_yuan
  from unfiled
),
first_above as (
  select subject_no, min(ym) as ym
  from rolled
  where ym >= 2026 * 12 and cast(rolling_yuan as double) > ceiling_yuan
  group by subject_no
),
since as (
  select r.*, case when r.ym >= f.ym then sum(case when r.ym >= f.ym then r.regular_yuan else 0 end) over (
      partition by r.subject_no order by r.start_ym asc nulls last rows between unbounded preceding and current row
    ) end as since_above_yuan
  from rolled as r
  left join first_above as f on f.subject_no = r.subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(row_number() over (partition by s.subject_no order by s.ym desc nulls last, s.span_months desc nulls last) as integer) as evidence_rank,
  cast(cast({{idiv(s.ym, 12)}} as string) || '-' || lpad(cast(mod(s.ym, 12) + 1 as string), 2, '0') as string) as period,
  cast(s.span_months as integer) as span_months,
  cast(case when s.is_declared then s.filed_on end as date) as filed_on,
  cast(s.declared_yuan as decimal(18,2)) as declared_yuan,
  cast(s.invoiced_yuan as decimal(18,2)) as invoiced_yuan,
  cast(s.intangible_yuan as decimal(18,2)) as intangible_yuan,
  cast(s.property_yuan as decimal(18,2)) as property_yuan,
  cast(s.regular_yuan as decimal(18,2)) as counted_yuan,
  cast(s.rolling_yuan as decimal(18,2)) as rolling_12_months_yuan,
  cast(cast(s.rolling_yuan as double) > s.ceiling_yuan as boolean) as is_above_ceiling,
  cast(s.since_above_yuan as decimal(18,2)) as since_above_yuan
from since as s
