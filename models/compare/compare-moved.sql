-- One row per moved taxpayer with the cause that carried most of the change. An indicator weighs by the points it moved; one
-- that changed without points (a condition, a ground for suspension, a gap) weighs a thousandth.
with weighed as (
    select c.taxpayer_id, c.moved_points + 0.001e0 as weight, c.may_be_data, c.may_be_threshold, c.may_be_peers, c.may_be_code, c.is_explained,
        case when c.may_be_data then 1 else 0 end + case when c.may_be_threshold then 1 else 0 end
            + case when c.may_be_peers then 1 else 0 end + case when c.may_be_code then 1 else 0 end as possible
    from compare_cause as c
    where not c.is_carried
),

summed as (
    select w.taxpayer_id,
        sum(case when w.may_be_data then w.weight else 0e0 end) as data_weight,
        sum(case when w.may_be_threshold then w.weight else 0e0 end) as threshold_weight,
        sum(case when w.may_be_peers then w.weight else 0e0 end) as peers_weight,
        sum(case when w.may_be_code then w.weight else 0e0 end) as code_weight,
        max(case when w.possible > 1 or not w.is_explained then 1 else 0 end) as is_doubtful
    from weighed as w
    group by w.taxpayer_id
),

-- Without a change of its own indicators a grade moves by the rules of scoring, by facts beside the indicators (status,
-- claims, rings), or by a part of the program that no hash covers.
judged as (
    select p.*,
        not p.is_in_both as is_delivery,
        case when s.taxpayer_id is not null then s.data_weight when r.has_new_data then 1e0 else 0e0 end as data_weight,
        case when s.taxpayer_id is not null then greatest(s.threshold_weight, case when r.has_new_rules then 0.0001e0 else 0e0 end)
            when r.has_new_rules then 2e0 else 0e0 end as threshold_weight,
        case when s.taxpayer_id is not null then s.peers_weight else 0e0 end as peers_weight,
        case when s.taxpayer_id is not null then s.code_weight
            when r.has_new_program or not r.has_new_data and not r.has_new_rules then 0.5e0 else 0e0 end as code_weight,
        case when s.taxpayer_id is not null then s.is_doubtful = 1 or r.has_new_rules and (s.data_weight > 0 or s.peers_weight > 0 or s.code_weight > 0)
            else (case when r.has_new_data then 1 else 0 end + case when r.has_new_rules then 1 else 0 end
                + case when r.has_new_program then 1 else 0 end) <> 1 end as is_doubtful
    from compare_pair as p
    cross join compare_run as r
    left join summed as s on s.taxpayer_id = p.taxpayer_id
    where p.is_moved
),

ranked as (
    select j.*,
        greatest(j.data_weight, j.threshold_weight, j.peers_weight, j.code_weight) as top_weight,
        case j.former_level when 'high' then 4 when 'medium' then 3 when 'low' then 2 when 'absent' then 0 else 1 end as former_rank,
        case j.latter_level when 'high' then 4 when 'medium' then 3 when 'low' then 2 when 'absent' then 0 else 1 end as latter_rank
    from judged as j
)

select
    cast(k.taxpayer_id as string) as taxpayer_id,
    cast(k.taxpayer_name as string) as taxpayer_name,
    cast(k.former_level as string) as former_level,
    cast(k.latter_level as string) as latter_level,
    cast(k.former_color as string) as former_color,
    cast(k.latter_color as string) as latter_color,
    cast(k.former_score as double) as former_score,
    cast(k.latter_score as double) as latter_score,
    cast(k.latter_rank - k.former_rank as integer) as level_steps,
    cast(abs(coalesce(k.latter_points, 0e0) - coalesce(k.former_points, 0e0)) as double) as moved_points,
    cast(k.former_amount_yuan as decimal(18,2)) as former_amount_yuan,
    cast(k.latter_amount_yuan as decimal(18,2)) as latter_amount_yuan,
    cast(case
        when k.is_delivery then 'delivery'
        when k.data_weight = k.top_weight then 'data'
        when k.threshold_weight = k.top_weight then 'threshold'
        when k.peers_weight = k.top_weight then 'peers'
        else 'code'
    end as string) as cause,
    cast(not k.is_delivery and k.data_weight > 0 as boolean) as may_be_data,
    cast(not k.is_delivery and k.threshold_weight > 0 as boolean) as may_be_threshold,
    cast(not k.is_delivery and k.peers_weight > 0 as boolean) as may_be_peers,
    cast(not k.is_delivery and k.code_weight > 0 as boolean) as may_be_code,
    cast(k.is_delivery or not k.is_doubtful as boolean) as is_certain
from ranked as k
