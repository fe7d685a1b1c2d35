with
months as (
  select distinct p_ym from feat_subject
),
rules as (
  select r.window_days from run_context as c join list_ring_rules as r on c.as_of between r.from_on and r.to_on
),
-- A window that starts two to five months before P ends within W6 and serves every P it lies before; the last two are cut off at the end of P.
starts as (
  select distinct m.p_ym - b.months as start_ym
  from months as m
  cross join (select 2 as months union all select 3 union all select 4 union all select 5) as b
),
whole as (
  select s.start_ym, s.start_ym + 2 as end_ym, least(date_add({{month_start(s.start_ym)}}, r.window_days - 1), date_add({{month_start(s.start_ym + 3)}}, -1)) as until_on,
    s.start_ym + 2 as first_p_ym, s.start_ym + 5 as last_p_ym
  from starts as s
  cross join rules as r
),
cut as (
  select m.p_ym - b.months as start_ym, m.p_ym as end_ym, date_add({{month_start(m.p_ym + 1)}}, -1) as until_on, m.p_ym as first_p_ym, m.p_ym as last_p_ym
  from months as m
  cross join (select 0 as months union all select 1) as b
),
windows as (
  select start_ym, end_ym, until_on, first_p_ym, last_p_ym from whole
  union all
  select start_ym, end_ym, until_on, first_p_ym, last_p_ym from cut
)
select
  cast(row_number() over (order by start_ym asc nulls last, end_ym asc nulls last, last_p_ym asc nulls last) as integer) as window_no,
  cast(start_ym as integer) as start_ym,
  cast(end_ym as integer) as end_ym,
  cast({{month_start(start_ym)}} as date) as from_on,
  cast(until_on as date) as until_on,
  cast(first_p_ym as integer) as first_p_ym,
  cast(last_p_ym as integer) as last_p_ym
from windows
