-- Cases and totals behind every share and rate that is compared: levels and colours of taxpayers, lanes of claims under test,
-- hits among the assessed, not assessed among the applicable, per indicator.
with graded as (
    select 'former' as side, g.level, g.color from former.taxpayer_grades as g
    union all
    select 'latter' as side, g.level, g.color from latter.taxpayer_grades as g
),

laned as (
    select 'former' as side, c.lane from former.claim_grades as c where c.lane is not null
    union all
    select 'latter' as side, c.lane from latter.claim_grades as c where c.lane is not null
),

marked as (
    select 'level_share' as measure, g.level as code, g.side from graded as g
    union all
    select 'color_share' as measure, g.color as code, g.side from graded as g
    union all
    select 'lane_share' as measure, l.lane as code, l.side from laned as l
),

counted as (
    select m.measure, m.code,
        sum(case when m.side = 'former' then 1 else 0 end) as former_cases, sum(case when m.side = 'latter' then 1 else 0 end) as latter_cases
    from marked as m
    group by m.measure, m.code
),

totals as (
    select c.measure, sum(c.former_cases) as former_total, sum(c.latter_cases) as latter_total
    from counted as c
    group by c.measure
),

rates as (
    select 'hit_rate' as measure, f.code, f.hits as former_cases, f.assessed as former_total, l.hits as latter_cases, l.assessed as latter_total
    from drift_state as f
    inner join drift_state as l on l.code = f.code and l.side = 'latter'
    where f.side = 'former'
    union all
    select 'not_assessed_rate' as measure, f.code, f.not_assessed as former_cases, f.assessed + f.not_assessed as former_total,
        l.not_assessed as latter_cases, l.assessed + l.not_assessed as latter_total
    from drift_state as f
    inner join drift_state as l on l.code = f.code and l.side = 'latter'
    where f.side = 'former'
),

compared as (
    select c.measure, c.code, c.former_cases, t.former_total, c.latter_cases, t.latter_total
    from counted as c
    inner join totals as t on t.measure = c.measure
    union all
    select r.measure, r.code, r.former_cases, r.former_total, r.latter_cases, r.latter_total
    from rates as r
)

select
    cast(c.measure as string) as measure,
    cast(c.code as string) as code,
    cast(c.former_cases as bigint) as former_cases,
    cast(c.former_total as bigint) as former_total,
    cast(c.latter_cases as bigint) as latter_cases,
    cast(c.latter_total as bigint) as latter_total
from compared as c
