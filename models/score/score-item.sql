-- One row per hit or watch that a scope is judged by. A taxpayer is judged by the primary row of each indicator,
-- a claim under test by the rows of its own subject. Findings about the office and services owed are no doubts: they have
-- lanes of their own and stay out of the taxpayer's file.
with outcomes as (
    select
        o.subject_no, o.taxpayer_key, o.application_id, o.code, o.outcome, o.is_watch, o.is_primary,
        o.tier, o.is_scoring, o.has_ineligible, o.has_recompute, o.has_suspend, o.has_service,
        o.intensity, o.amount_yuan, o.stake_yuan, o.red_trigger
    from indicator_outcome as o
),

scoped as (
    select 'taxpayer' as scope, o.taxpayer_key as scope_no, o.*
    from outcomes as o
    where o.is_primary
    union all
    select 'claim' as scope, o.subject_no as scope_no, o.*
    from outcomes as o
    where o.application_id <> ''
),

-- Supporting hits, each with what stands beside it: hits of other indicators of the families it supports.
supported as (
    select distinct i.scope, i.scope_no, i.code
    from scoped as i
    inner join support_family as f on f.code = i.code
    inner join indicator_catalogue as c on c.family = f.family
    inner join scoped as o on o.scope = i.scope and o.scope_no = i.scope_no and o.code = c.code
    where i.outcome = 'hit' and o.outcome = 'hit' and o.code <> i.code
        and not exists (select 1 from support_family as n where n.code = o.code)
),

supporting as (
    select distinct code from support_family
),

judged as (
    select
        i.scope, i.scope_no, i.subject_no, i.taxpayer_key, i.code, c.family, c.weight, c.policy,
        coalesce(c.correlation_group, i.code) as correlation_group,
        i.outcome = 'hit' as is_hit, i.is_watch, i.tier, i.amount_yuan,
        i.outcome = 'hit' and i.has_ineligible as is_ineligible,
        i.outcome = 'hit' and i.has_recompute as is_recompute,
        i.outcome = 'hit' and i.has_suspend as is_suspend,
        i.outcome = 'hit' and i.has_service as is_service,
        a.family is not null as is_administration,
        i.outcome = 'hit' and (a.family is null or i.has_suspend) as is_doubt,
        i.outcome = 'hit' and coalesce(i.red_trigger, false) as is_red_trigger,
        i.outcome = 'hit' and (
            i.tier = 'T1' or coalesce(i.stake_yuan, 0) >= r.suspend_material_yuan
            or (s.claimed_amount_yuan > 0
                and coalesce(i.stake_yuan, 0) >= r.suspend_material_claim_share * s.claimed_amount_yuan)
        ) as is_material,
        s.is_open_claim or s.is_recent_claim as has_live_claim, s.is_open_claim,
        case when i.outcome = 'hit' and i.is_scoring and f.cap > 0 and (n.code is null or u.code is not null)
            then r.points_per_weight * c.weight * cast(i.intensity as double) else 0e0 end as raw_points
    from scoped as i
    inner join indicator_catalogue as c on c.code = i.code
    inner join family_cap as f on f.family = c.family
    inner join feat_subject as s on s.subject_no = i.subject_no
    cross join scoring_rule as r
    left join authority_family as a on a.family = c.family
    left join supporting as n on n.code = i.code
    left join supported as u on u.scope = i.scope and u.scope_no = i.scope_no and u.code = i.code
)

select
    cast(scope as string) as scope,
    cast(scope_no as integer) as scope_no,
    cast(subject_no as integer) as subject_no,
    cast(taxpayer_key as integer) as taxpayer_key,
    cast(code as string) as code,
    cast(family as string) as family,
    cast(policy as string) as policy,
    cast(weight as integer) as weight,
    cast(correlation_group as string) as correlation_group,
    cast(is_hit as boolean) as is_hit,
    cast(is_watch as boolean) as is_watch,
    cast(is_administration as boolean) as is_administration,
    cast(is_doubt as boolean) as is_doubt,
    cast(tier as string) as tier,
    cast(is_ineligible as boolean) as is_ineligible,
    cast(is_recompute as boolean) as is_recompute,
    cast(is_suspend as boolean) as is_suspend,
    cast(is_service as boolean) as is_service,
    cast(is_red_trigger as boolean) as is_red_trigger,
    cast(coalesce(is_material, false) as boolean) as is_material,
    cast(coalesce(has_live_claim, false) as boolean) as has_live_claim,
    cast(coalesce(is_open_claim, false) as boolean) as is_open_claim,
    cast(amount_yuan as decimal(18,2)) as amount_yuan,
    cast(raw_points as decimal(18,6)) as raw_points
from judged
