-- One row per scored taxpayer: colour and level, lanes and coverage. Too little data is a level of its own, unless the
-- hits alone already give yellow or more.
with subjects as (
    select s.taxpayer_key, s.has_claim, s.is_open_claim, s.application_id
    from feat_subject as s
    where s.is_primary
),

covered as (
    select
        t.taxpayer_key, i.taxpayer_id, t.district_code, t.industry_code, t.status_on_r,
        coalesce(c.assessed, 0) as assessed,
        coalesce(c.applicable, 0) as applicable,
        {{ratio(c.assessed, c.applicable)}} as coverage,
        {{ratio(c.assessed_weight, c.applicable_weight)}} as coverage_weighted
    from feat_taxpayer as t
    inner join taxpayers as i on i.taxpayer_key = t.taxpayer_key
    left join outcome_coverage as c on c.taxpayer_key = t.taxpayer_key
),

judged as (
    select v.*,
        coalesce(s.hits, 0) as hits, coalesce(s.points, 0) as points, coalesce(s.score, 0e0) as score,
        coalesce(s.color, 'none') as found_color, coalesce(s.color_rule, 'score') as color_rule,
        coalesce(s.ineligible, false) as ineligible, coalesce(s.recompute, false) as recompute,
        coalesce(s.suspend, false) as suspend, coalesce(s.service, false) as service,
        coalesce(s.amount_yuan, 0) as amount_at_risk,
        coalesce(v.coverage_weighted, 0e0) < r.coverage_insufficient
            or v.assessed < r.minimum_assessed as is_insufficient,
        coalesce(v.coverage_weighted, 0e0) < r.coverage_limited as is_limited,
        k.status is not null as cautious
    from covered as v
    left join score_scope as s on s.scope = 'taxpayer' and s.scope_no = v.taxpayer_key
    left join cautious_status as k on k.status = v.status_on_r
    cross join scoring_rule as r
),

leveled as (
    select j.*,
        case
            when j.found_color in ('red', 'orange') then 'high'
            when j.found_color = 'yellow' then 'medium'
            when j.is_insufficient then 'insufficient_data'
            when j.found_color = 'blue' then 'low'
            else 'none'
        end as level
    from judged as j
)

select
    cast(l.taxpayer_key as integer) as taxpayer_key,
    cast(l.taxpayer_id as string) as taxpayer_id,
    cast(l.district_code as string) as district_code,
    cast(l.industry_code as string) as industry_code,
    cast(p.size_band as string) as size_band,
    cast(l.level as string) as level,
    cast(case when l.level = 'insufficient_data' then 'none' else l.found_color end as string) as color,
    cast(l.color_rule as string) as color_rule,
    cast(l.score as double) as score,
    cast(l.points as double) as points,
    cast(l.hits as integer) as hits,
    cast(l.assessed as integer) as assessed,
    cast(l.applicable as integer) as applicable,
    cast(l.coverage as double) as coverage,
    cast(l.coverage_weighted as double) as coverage_weighted,
    cast(l.is_limited or l.is_insufficient as boolean) as limited_data,
    cast(l.ineligible as boolean) as ineligible,
    cast(l.recompute as boolean) as recompute,
    cast(l.suspend as boolean) as suspend,
    cast(l.cautious as boolean) as cautious,
    cast(l.service as boolean) as service,
    cast(l.amount_at_risk as decimal(18,2)) as amount_at_risk,
    cast(p.peer_group as string) as peer_group
from leveled as l
inner join subjects as s on s.taxpayer_key = l.taxpayer_key
left join peer_assigned as p on p.taxpayer_key = l.taxpayer_key
