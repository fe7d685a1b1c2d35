-- How many taxpayers have a score in each fixed band, in all and per level, on both nights. Every band stands for every scope,
-- also where it is empty: 0, above 0 and below 10, from 10 and below 20, …, from 90 and below 100, 100.
with scored as (
    select 'former' as side, g.level, coalesce(g.score, 0e0) as score from former.taxpayer_grades as g
    union all
    select 'latter' as side, g.level, coalesce(g.score, 0e0) as score from latter.taxpayer_grades as g
),

banded as (
    select s.side, s.level, cast(s.score as decimal(18,1)) as score,
        case when s.score <= 0 then 0 when s.score >= 100 then 11 else 1 + {{idiv(s.score, 10)}} end as band_no
    from scored as s
),

scoped as (
    select 'all' as scope, b.side, b.band_no, b.score from banded as b
    union all
    select b.level as scope, b.side, b.band_no, b.score from banded as b
),

grid as (
    select s.scope, d.band_no, d.band
    from (select distinct c.scope from scoped as c) as s
    cross join drift_band as d
)

select
    cast(g.scope as string) as scope,
    cast(g.band_no as integer) as band_no,
    cast(g.band as string) as band,
    cast(sum(case when s.side = 'former' then 1 else 0 end) as bigint) as former_count,
    cast(sum(case when s.side = 'latter' then 1 else 0 end) as bigint) as latter_count,
    cast(coalesce(sum(case when s.side = 'former' then s.score end), 0) as decimal(18,2)) as former_score_sum,
    cast(coalesce(sum(case when s.side = 'latter' then s.score end), 0) as decimal(18,2)) as latter_score_sum
from grid as g
left join scoped as s on s.scope = g.scope and s.band_no = g.band_no
group by g.scope, g.band_no, g.band
