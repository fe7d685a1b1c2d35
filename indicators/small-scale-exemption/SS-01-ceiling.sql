-- Greatest sales over at most twelve months in a row that end in W12, one-off sales of intangibles and real property left out.
with
periods as (
  select s.subject_no, s.p_ym, r.ym, r.span_months, r.ym - r.span_months + 1 as start_ym, r.regular_yuan, r.declared_yuan, r.invoiced_yuan,
    r.intangible_yuan + r.property_yuan as one_off_yuan, r.is_declared
  from feat_subject as s
  join feat_small_period as r on r.taxpayer_key = s.taxpayer_key and r.ym between s.p_ym - 22 and s.p_ym
  where s.is_primary
),
running as (
  select p.*, sum(p.regular_yuan) over (
      partition by p.subject_no order by p.start_ym asc nulls last rows between unbounded preceding and current row
    ) as total_yuan
  from periods as p
),
-- The greatest sum that ends here = the running total less its least value before any period that still fits into twelve months.
reaching as (
  select r.*,
    min(r.total_yuan - r.regular_yuan) over (partition by r.subject_no order by r.start_ym asc nulls last range between 9 preceding and current row) as least_quarter_yuan,
    min(r.total_yuan - r.regular_yuan) over (partition by r.subject_no order by r.start_ym asc nulls last range between 11 preceding and current row) as least_month_yuan
  from running as r
),
ended as (
  select r.subject_no, r.ym, r.total_yuan - case when r.span_months = 3 then r.least_quarter_yuan else r.least_month_yuan end as rolling_yuan
  from reaching as r
  where r.ym > r.p_ym - 12
),
-- Nothing declared or invoiced in the first month of W12: the months that end there count all the same, so that not filing makes no sum smaller.
unfiled as (
  select p.subject_no, p.p_ym - 11 as ym, sum(p.regular_yuan) as rolling_yuan
  from periods as p
  where p.start_ym >= p.p_ym - 22 and p.ym <= p.p_ym - 12
    and exists (select 1 from ended as e where e.subject_no = p.subject_no)
    and not exists (select 1 from periods as q where q.subject_no = p.subject_no and q.start_ym <= q.p_ym - 11 and q.ym >= q.p_ym - 11)
  group by p.subject_no, p.p_ym
),
rolled as (
  select subject_no, ym, rolling_yuan from ended
  union all
  select subject_no, ym, rolling_yuan from unfiled
),
greatest_sums as (
  select o.subject_no, max(o.rolling_yuan) as rolling_yuan, min(case when o.rolling_yuan > p.ceiling_yuan then o.ym end) as first_above_ym
  from rolled as o
  join params as p on p.subject_no = o.subject_no
  group by o.subject_no
),
ends as (
  select o.subject_no, max(o.ym) as ends_ym
  from rolled as o
  join greatest_sums as g on g.subject_no = o.subject_no and g.rolling_yuan = o.rolling_yuan
  group by o.subject_no
),
counted as (
  select subject_no, count(*) as period_count, sum(case when is_declared then 1 else 0 end) as declared_count,
    sum(case when ym > p_ym - 12 then one_off_yuan else 0 end) as one_off_yuan
  from periods
  group by subject_no
),
filers as (
  select distinct taxpayer_key from feat_small_month
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.entity_kind = 'natural_person' then 'A_STATUS' end as string) as not_applicable,
  cast(case
    when f.taxpayer_key is null then 'N_NO_ROWS'
    when coalesce(c.period_count, 0) < 2 then 'N_TOO_YOUNG'
    when g.subject_no is null then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(g.rolling_yuan as decimal(18,2)) as rolling_sales_yuan,
  cast(e.ends_ym as integer) as ends_ym,
  cast(g.first_above_ym as integer) as first_above_ym,
  cast(c.one_off_yuan as decimal(18,2)) as one_off_sales_yuan,
  cast(coalesce(t.entity_kind = 'other_unit', false) as boolean) as is_other_unit
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join filers as f on f.taxpayer_key = s.taxpayer_key
left join counted as c on c.subject_no = s.subject_no
left join greatest_sums as g on g.subject_no = s.subject_no
left join ends as e on e.subject_no = s.subject_no
where s.is_primary
