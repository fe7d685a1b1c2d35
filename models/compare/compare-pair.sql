-- One row per taxpayer of either snapshot, with its grade in both. A side that does not know the taxpayer says absent.
with former_grade as (
    select f.taxpayer_id, f.taxpayer_name, f.district_code, f.industry_code, f.level, f.color, f.score, f.points, f.amount_at_risk
    from former.taxpayer_grades as f
),

latter_grade as (
    select l.taxpayer_id, l.taxpayer_name, l.district_code, l.industry_code, l.level, l.color, l.score, l.points, l.amount_at_risk
    from latter.taxpayer_grades as l
),

-- A taxpayer that moved to another district or industry counts where it is now.
paired as (
    select
        coalesce(l.taxpayer_id, f.taxpayer_id) as taxpayer_id,
        coalesce(l.taxpayer_name, f.taxpayer_name) as taxpayer_name,
        substr(coalesce(l.district_code, f.district_code), 1, 4) as region,
        coalesce(l.industry_code, f.industry_code) as industry_code,
        case when f.taxpayer_id is null then 'absent' else f.level end as former_level,
        case when l.taxpayer_id is null then 'absent' else l.level end as latter_level,
        case when f.taxpayer_id is null then 'absent' else f.color end as former_color,
        case when l.taxpayer_id is null then 'absent' else l.color end as latter_color,
        f.score as former_score, l.score as latter_score, f.points as former_points, l.points as latter_points,
        coalesce(f.amount_at_risk, 0) as former_amount_yuan, coalesce(l.amount_at_risk, 0) as latter_amount_yuan,
        f.taxpayer_id is not null and l.taxpayer_id is not null as is_in_both
    from former_grade as f
    full outer join latter_grade as l on l.taxpayer_id = f.taxpayer_id
)

select
    cast(p.taxpayer_id as string) as taxpayer_id,
    cast(p.taxpayer_name as string) as taxpayer_name,
    cast(coalesce(p.region, '') as string) as region,
    cast(case
        when p.industry_code is null then ''
        when substr(p.industry_code, 1, 1) between 'A' and 'Z' then substr(p.industry_code, 1, 1)
        else substr(p.industry_code, 1, 2)
    end as string) as industry,
    cast(p.former_level as string) as former_level,
    cast(p.latter_level as string) as latter_level,
    cast(p.former_color as string) as former_color,
    cast(p.latter_color as string) as latter_color,
    cast(p.former_score as double) as former_score,
    cast(p.latter_score as double) as latter_score,
    cast(p.former_points as double) as former_points,
    cast(p.latter_points as double) as latter_points,
    cast(p.former_amount_yuan as decimal(18,2)) as former_amount_yuan,
    cast(p.latter_amount_yuan as decimal(18,2)) as latter_amount_yuan,
    cast(p.is_in_both as boolean) as is_in_both,
    cast(p.former_level <> p.latter_level or p.former_color <> p.latter_color as boolean) as is_moved
from paired as p
