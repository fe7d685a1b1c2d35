-- The waterfall: bars of each scope that add up to its score, to the last decimal. Every hit stands with its raw points; what a
-- correlation group damps, a family cap cuts off, the cap of the score cuts off and rounding changes are bars of their own.
with hit_bars as (
    select c.scope, c.scope_no, c.taxpayer_key, 1 as kind_no, 'hit' as kind, c.code as name, c.raw_points as points
    from score_contribution as c
    where c.raw_points > 0
),

damping_bars as (
    select c.scope, c.scope_no, c.taxpayer_key, 2 as kind_no, 'damping' as kind, c.correlation_group as name,
        sum(c.group_points) - sum(c.raw_points) as points
    from score_contribution as c
    group by c.scope, c.scope_no, c.taxpayer_key, c.correlation_group
),

family_bars as (
    select c.scope, c.scope_no, c.taxpayer_key, 3 as kind_no, 'family_cap' as kind, c.family as name,
        sum(c.points) - sum(c.group_points) as points
    from score_contribution as c
    group by c.scope, c.scope_no, c.taxpayer_key, c.family
),

totals as (
    select c.scope, c.scope_no, c.taxpayer_key, sum(c.points) as points
    from score_contribution as c
    group by c.scope, c.scope_no, c.taxpayer_key
),

capped as (
    select t.scope, t.scope_no, t.taxpayer_key, t.points, least(t.points, cast(r.score_cap as decimal(18,6))) as capped_points
    from totals as t
    cross join scoring_rule as r
),

bars as (
    select * from hit_bars
    union all
    select * from damping_bars where points <> 0
    union all
    select * from family_bars where points <> 0
    union all
    select k.scope, k.scope_no, k.taxpayer_key, 4 as kind_no, 'score_cap' as kind, 'score' as name, k.capped_points - k.points as points
    from capped as k
    where k.capped_points <> k.points
    union all
    select k.scope, k.scope_no, k.taxpayer_key, 5 as kind_no, 'rounding' as kind, 'score' as name,
        cast(s.score as decimal(18,6)) - k.capped_points as points
    from capped as k
    inner join score_scope as s on s.scope = k.scope and s.scope_no = k.scope_no
    where cast(s.score as decimal(18,6)) <> k.capped_points
)

select
    cast(scope as string) as scope,
    cast(scope_no as integer) as scope_no,
    cast(taxpayer_key as integer) as taxpayer_key,
    cast(row_number() over (
        partition by scope, scope_no
        order by kind_no asc nulls last, abs(points) desc nulls last, name asc nulls last
    ) as integer) as bar_no,
    cast(kind as string) as kind,
    cast(name as string) as name,
    cast(points as decimal(18,6)) as points
from bars
