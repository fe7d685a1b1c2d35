-- How many refund applications, and how much money claimed, went from one lane or level to another. not_tested: the
-- application is known, but is not under test on that night.
with paired as (
    select
        case when f.application_id is null then 'absent' else coalesce(f.lane, 'not_tested') end as former_lane,
        case when l.application_id is null then 'absent' else coalesce(l.lane, 'not_tested') end as latter_lane,
        case when f.application_id is null then 'absent' else coalesce(f.level, 'not_tested') end as former_level,
        case when l.application_id is null then 'absent' else coalesce(l.level, 'not_tested') end as latter_level,
        coalesce(f.claimed, 0) as former_claimed_yuan,
        coalesce(l.claimed, 0) as latter_claimed_yuan
    from former.claim_grades as f
    full outer join latter.claim_grades as l on l.application_id = f.application_id
),

counted as (
    select 'lane' as dimension, p.former_lane as former, p.latter_lane as latter, p.former_claimed_yuan, p.latter_claimed_yuan
    from paired as p
    union all
    select 'level' as dimension, p.former_level as former, p.latter_level as latter, p.former_claimed_yuan, p.latter_claimed_yuan
    from paired as p
)

select
    cast(c.dimension as string) as dimension,
    cast(c.former as string) as former,
    cast(c.latter as string) as latter,
    cast(count(*) as bigint) as claims,
    cast(sum(c.former_claimed_yuan) as decimal(18,2)) as former_claimed_yuan,
    cast(sum(c.latter_claimed_yuan) as decimal(18,2)) as latter_claimed_yuan
from counted as c
group by c.dimension, c.former, c.latter
