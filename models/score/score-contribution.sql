-- Points of each hit after damping inside its correlation group and after the cap of its family. The contributions of a
-- scope add up to its points, whatever was damped or capped.
with hits as (
    select i.scope, i.scope_no, i.subject_no, i.taxpayer_key, i.code, i.family, i.correlation_group, i.raw_points
    from score_item as i
    where i.is_hit
),

ranked as (
    select h.*,
        row_number() over (
            partition by h.scope, h.scope_no, h.correlation_group
            order by h.raw_points desc nulls last, h.code asc nulls last
        ) as strength
    from hits as h
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
    select d.*, f.family_points, c.cap,
        case when f.family_points > c.cap
            then cast(d.group_points as double) * {{ratio(c.cap, f.family_points)}}
            else cast(d.group_points as double) end as points
    from damped as d
    inner join families as f on f.scope = d.scope and f.scope_no = d.scope_no and f.family = d.family
    inner join family_cap as c on c.family = d.family
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
    cast(points as decimal(18,6)) as points
from capped
