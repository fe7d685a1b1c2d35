-- Points of each hit after damping inside its correlation group and after the cap of its family. The contributions of a
-- scope add up to its points, whatever was damped or capped.
with ranked as (
    select h.scope, h.scope_no, h.subject_no, h.taxpayer_key, h.code, h.family, h.correlation_group, h.raw_points,
        row_number() over (
            partition by h.scope, h.scope_no, h.correlation_group
            order by case when l.code is not null then 0 else 1 end asc nulls last, h.strength asc nulls last
        ) as strength
    from score_hit as h
    left join group_leader as l
        on l.scope = h.scope and l.scope_no = h.scope_no and l.correlation_group = h.correlation_group and l.code = h.code
),

damped as (
    select k.*,
        cast(case when k.strength = 1 then cast(k.raw_points as double)
            else r.damping * cast(k.raw_points as double) end as decimal(18,6)) as group_points
    from ranked as k
    cross join scoring_rule as r
),

families as (
    select d.scope, d.scope_no, d.family, sum(d.group_points) as family_points
    from damped as d
    group by d.scope, d.scope_no, d.family
),

capped as (
    select d.*, f.family_points > c.cap as is_capped, cast(c.cap as decimal(18,6)) as cap,
        cast(case when f.family_points > c.cap
            then cast(d.group_points as double) * {{ratio(c.cap, f.family_points)}}
            else cast(d.group_points as double) end as decimal(18,6)) as points,
        row_number() over (
            partition by d.scope, d.scope_no, d.family order by d.group_points desc nulls last, d.code asc nulls last
        ) as family_rank
    from damped as d
    inner join families as f on f.scope = d.scope and f.scope_no = d.scope_no and f.family = d.family
    inner join family_cap as c on c.family = d.family
),

-- What rounding to six decimals leaves over goes to the strongest of the family, so that a capped family comes to its cap exactly.
settled as (
    select k.*,
        k.points + case when k.is_capped and k.family_rank = 1
            then k.cap - sum(k.points) over (partition by k.scope, k.scope_no, k.family) else 0 end as settled_points
    from capped as k
)

select
    cast(scope as string) as scope,
    cast(scope_no as integer) as scope_no,
    cast(subject_no as integer) as subject_no,
    cast(taxpayer_key as integer) as taxpayer_key,
    cast(code as string) as code,
    cast(family as string) as family,
    cast(correlation_group as string) as correlation_group,
    cast(strength as integer) as group_rank,
    cast(raw_points as decimal(18,6)) as raw_points,
    cast(group_points as decimal(18,6)) as group_points,
    cast(settled_points as decimal(18,6)) as points
from settled
