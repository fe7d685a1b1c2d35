-- Points of each hit when the strongest of its correlation group counts in full and the others are damped; where a family is then above its
-- cap although a group reaches into several families, another of the group may be worth more in full: the scope is contested.
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

over_cap as (
    select d.scope, d.scope_no
    from (
        select k.scope, k.scope_no, k.family,
            sum(case when k.strength = 1 then cast(k.raw_points as double) else r.damping * cast(k.raw_points as double) end) as family_points
        from ranked as k
        cross join scoring_rule as r
        group by k.scope, k.scope_no, k.family
    ) as d
    inner join family_cap as c on c.family = d.family
    where d.family_points > c.cap
    group by d.scope, d.scope_no
),

reaching as (
    select g.scope, g.scope_no
    from (
        select h.scope, h.scope_no, h.correlation_group
        from hits as h
        where h.raw_points > 0
        group by h.scope, h.scope_no, h.correlation_group
        having count(distinct h.family) > 1
    ) as g
    group by g.scope, g.scope_no
)

select
    cast(k.scope as string) as scope,
    cast(k.scope_no as integer) as scope_no,
    cast(k.subject_no as integer) as subject_no,
    cast(k.taxpayer_key as integer) as taxpayer_key,
    cast(k.code as string) as code,
    cast(k.family as string) as family,
    cast(k.correlation_group as string) as correlation_group,
    cast(k.raw_points as decimal(18,6)) as raw_points,
    cast(k.strength as integer) as strength,
    cast(o.scope_no is not null and a.scope_no is not null as boolean) as is_contested
from ranked as k
left join over_cap as o on o.scope = k.scope and o.scope_no = k.scope_no
left join reaching as a on a.scope = k.scope and a.scope_no = k.scope_no
