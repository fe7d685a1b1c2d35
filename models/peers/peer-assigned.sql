-- The peer group shown with a taxpayer's grade: the first level of the widening that holds at least thirty members.
with placed as (
    select p.taxpayer_key, p.size_band, p.is_eligible, p.g1, p.g2, p.g3, p.g4, p.g5
    from feat_peer as p
    inner join feat_subject as s on s.subject_no = p.subject_no
    where s.is_primary
),

groups as (
    select 1 as widening, p.g1 as group_key, count(*) as members from placed as p where p.is_eligible and p.g1 is not null group by p.g1
    union all
    select 2 as widening, p.g2 as group_key, count(*) as members from placed as p where p.is_eligible and p.g2 is not null group by p.g2
    union all
    select 3 as widening, p.g3 as group_key, count(*) as members from placed as p where p.is_eligible and p.g3 is not null group by p.g3
    union all
    select 4 as widening, p.g4 as group_key, count(*) as members from placed as p where p.is_eligible and p.g4 is not null group by p.g4
    union all
    select 5 as widening, p.g5 as group_key, count(*) as members from placed as p where p.is_eligible and p.g5 is not null group by p.g5
),

large as (
    select g.widening, g.group_key, g.members from groups as g where g.members >= 30
)

select
    cast(p.taxpayer_key as integer) as taxpayer_key,
    cast(p.size_band as string) as size_band,
    cast(case
        when n1.members is not null then '1:' || p.g1
        when n2.members is not null then '2:' || p.g2
        when n3.members is not null then '3:' || p.g3
        when n4.members is not null then '4:' || p.g4
        when n5.members is not null then '5:' || p.g5
    end as string) as peer_group
from placed as p
left join large as n1 on n1.widening = 1 and n1.group_key = p.g1
left join large as n2 on n2.widening = 2 and n2.group_key = p.g2
left join large as n3 on n3.widening = 3 and n3.group_key = p.g3
left join large as n4 on n4.widening = 4 and n4.group_key = p.g4
left join large as n5 on n5.widening = 5 and n5.group_key = p.g5
