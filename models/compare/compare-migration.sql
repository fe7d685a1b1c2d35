-- How many taxpayers, and how much money at risk on either side, went from one level or colour to another: in all, per
-- region (first four digits of the district) and per industry (section letter, or division where no letter was delivered).
with counted as (
    select 'level' as dimension, '' as place, p.former_level as former, p.latter_level as latter, p.former_amount_yuan, p.latter_amount_yuan
    from compare_pair as p
    union all
    select 'color' as dimension, '' as place, p.former_color as former, p.latter_color as latter, p.former_amount_yuan, p.latter_amount_yuan
    from compare_pair as p
    union all
    select 'region' as dimension, p.region as place, p.former_level as former, p.latter_level as latter, p.former_amount_yuan, p.latter_amount_yuan
    from compare_pair as p
    union all
    select 'industry' as dimension, p.industry as place, p.former_level as former, p.latter_level as latter, p.former_amount_yuan, p.latter_amount_yuan
    from compare_pair as p
)

select
    cast(c.dimension as string) as dimension,
    cast(c.place as string) as place,
    cast(c.former as string) as former,
    cast(c.latter as string) as latter,
    cast(count(*) as bigint) as taxpayers,
    cast(sum(c.former_amount_yuan) as decimal(18,2)) as former_amount_yuan,
    cast(sum(c.latter_amount_yuan) as decimal(18,2)) as latter_amount_yuan
from counted as c
group by c.dimension, c.place, c.former, c.latter
