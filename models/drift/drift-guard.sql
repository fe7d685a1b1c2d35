-- Guard of the cuts (indicators, section 10.2): scored claimants that are red or orange although no published ring explains it.
with claimants as (
    select distinct c.taxpayer_id from latter.claim_grades as c where c.lane is not null
),

graded as (
    select g.taxpayer_id, g.color,
        exists (select 1 from latter.ring_members as m where m.taxpayer_id = g.taxpayer_id) as is_in_ring
    from latter.taxpayer_grades as g
    inner join claimants as c on c.taxpayer_id = g.taxpayer_id
),

counted as (
    select 'red' as color, sum(case when g.color = 'red' and not g.is_in_ring then 1 else 0 end) as unexplained, count(*) as claimants from graded as g
    union all
    select 'orange' as color, sum(case when g.color = 'orange' and not g.is_in_ring then 1 else 0 end) as unexplained, count(*) as claimants from graded as g
)

select
    cast(c.color as string) as color,
    cast(c.unexplained as bigint) as unexplained,
    cast(c.claimants as bigint) as claimants
from counted as c
where c.claimants > 0
