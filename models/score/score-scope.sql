-- One row per scope that has a hit or a watch: points, score, colour by the published cuts, and the lanes beside it.
with items as (
    select
        i.scope, i.scope_no,
        sum(case when i.is_doubt then 1 else 0 end) as hits,
        max(case when i.is_red_trigger then 1 else 0 end) as red_trigger,
        max(case when i.is_suspend and i.is_material and i.has_live_claim then 1 else 0 end) as material_suspend,
        max(case when i.is_suspend then 1 else 0 end) as suspend,
        max(case when i.is_ineligible then 1 else 0 end) as ineligible,
        max(case when i.is_recompute then 1 else 0 end) as recompute,
        max(case when i.is_service then 1 else 0 end) as service,
        max(case when i.is_watch and i.code = 'VR-15' and i.is_open_claim then 1 else 0 end) as voucher_watch,
        max(case when i.is_hit and not i.is_administration and i.tier in ('T1', 'T2') then 1 else 0 end) as firm_hit
    from score_item as i
    group by i.scope, i.scope_no
),

-- Two independent heavy reconciliation faults are red by themselves.
pairs as (
    select i.scope, i.scope_no, count(distinct i.correlation_group) as heavy_groups
    from score_item as i
    inner join red_pair_family as f on f.family = i.family
    cross join scoring_rule as r
    where i.is_hit and i.is_material and i.tier = r.red_pair_tier and i.weight = r.red_pair_weight
        and not i.is_ineligible and not i.is_recompute and not i.is_service
    group by i.scope, i.scope_no
),

amounts as (
    select g.scope, g.scope_no, sum(g.amount_yuan) as amount_yuan
    from (
        select i.scope, i.scope_no, i.correlation_group, max(i.amount_yuan) as amount_yuan
        from score_item as i
        where (i.is_doubt or i.is_recompute) and not i.is_service
        group by i.scope, i.scope_no, i.correlation_group
    ) as g
    group by g.scope, g.scope_no
),

points as (
    select c.scope, c.scope_no, sum(c.points) as points
    from score_contribution as c
    group by c.scope, c.scope_no
),

scored as (
    select i.*,
        coalesce(p.points, 0) as points,
        cast(least(coalesce(p.points, 0), r.score_cap) as decimal(18,1)) as score,
        coalesce(h.heavy_groups, 0) >= r.red_pair_hits as has_red_pair,
        a.amount_yuan, r.cut_red, r.cut_orange, r.cut_yellow, r.cut_blue
    from items as i
    left join points as p on p.scope = i.scope and p.scope_no = i.scope_no
    left join pairs as h on h.scope = i.scope and h.scope_no = i.scope_no
    left join amounts as a on a.scope = i.scope and a.scope_no = i.scope_no
    cross join scoring_rule as r
),

colored as (
    select s.*,
        case
            when score >= cut_red or red_trigger = 1 or has_red_pair then 'red'
            when score >= cut_orange or material_suspend = 1 then 'orange'
            when score >= cut_yellow or suspend = 1 or voucher_watch = 1 then 'yellow'
            when score >= cut_blue then 'blue'
            else 'none'
        end as color
    from scored as s
),

-- What gave the colour: the score by itself, or a rule beside it.
ruled as (
    select c.*,
        case
            when color = 'red' and score < cut_red then case when red_trigger = 1 then 'red_trigger' else 'red_pair' end
            when color = 'orange' and score < cut_orange then 'material_suspend'
            when color = 'yellow' and score < cut_yellow then case when suspend = 1 then 'suspend' else 'voucher_watch' end
            else 'score'
        end as color_rule
    from colored as c
)

select
    cast(scope as string) as scope,
    cast(scope_no as integer) as scope_no,
    cast(hits as integer) as hits,
    cast(points as decimal(18,6)) as points,
    cast(score as double) as score,
    cast(color as string) as color,
    cast(color_rule as string) as color_rule,
    cast(ineligible = 1 as boolean) as ineligible,
    cast(recompute = 1 as boolean) as recompute,
    cast(suspend = 1 as boolean) as suspend,
    cast(service = 1 as boolean) as service,
    cast(firm_hit = 1 as boolean) as has_firm_hit,
    cast(coalesce(amount_yuan, 0) as decimal(18,2)) as amount_yuan
from ruled
