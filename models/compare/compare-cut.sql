-- The cut that the peers of a group set for a branch, where hits and watches of that night agree on it. It tells what the
-- cut was on the side on which a taxpayer was clear and left no row of its own.
with cuts as (
    select 'former' as side, r.code, r.branch, r.peer_group, r.threshold, r.peer_count
    from former.indicator_results as r
    where r.peer_group is not null and r.threshold is not null
    union all
    select 'latter' as side, r.code, r.branch, r.peer_group, r.threshold, r.peer_count
    from latter.indicator_results as r
    where r.peer_group is not null and r.threshold is not null
)

select
    cast(c.side as string) as side,
    cast(c.code as string) as code,
    cast(c.branch as string) as branch,
    cast(c.peer_group as string) as peer_group,
    cast(min(c.threshold) as double) as threshold,
    cast(min(c.peer_count) as bigint) as peer_count
from cuts as c
group by c.side, c.code, c.branch, c.peer_group
having min(c.threshold) = max(c.threshold) and min(c.peer_count) = max(c.peer_count)
