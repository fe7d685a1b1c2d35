-- One row per refund application known on the as-of day. Claims under test get a grade and a lane (first that applies);
-- the others keep their facts with an empty lane.
with laned as (
    select f.*,
        case
            when f.taxpayer_level = 'insufficient_data' and f.found_color in ('none', 'blue') then 'none'
            else f.found_color
        end as color,
        case
            when not f.is_under_test then null
            when f.ineligible then 'condition_not_met'
            when f.suspend or f.found_color in ('orange', 'red') then 'suspend'
            when f.recompute then 'amount_correction'
            when f.is_cautious or f.is_large_amount or f.is_district_top or f.has_doubt or f.has_firm_hit or f.is_key_missing
                or f.is_data_short or f.is_rating_short or f.is_history_short or f.is_supply_unstable or f.is_young
                then 'normal'
            else 'fast'
        end as lane
    from claim_fact as f
),

-- The money expected to be wrong: all of a claim whose condition is not met; else what the correction takes off and, of the rest, the
-- share that claims of this colour were found to be wrong.
expected as (
    select l.*,
        case
            when not l.is_under_test then null
            when l.ineligible then l.claimed_yuan
            else cast(l.correction_yuan as double) + s.expected_share * cast(l.claimed_yuan - l.correction_yuan as double)
        end as expected_yuan
    from laned as l
    inner join color_share as s on s.color = l.color
),

-- Open claims queue by the money that is at stake, not by score alone; of two alike, the one that has waited longer comes first.
queued as (
    select e.application_id,
        row_number() over (
            order by cast(e.expected_yuan as decimal(18,2)) desc nulls last, e.applied_on asc nulls last, e.application_id asc nulls last
        ) as queue_rank
    from expected as e
    where e.is_open_claim
)

select
    cast(e.application_id as string) as application_id,
    cast(e.taxpayer_key as integer) as taxpayer_key,
    cast(e.taxpayer_id as string) as taxpayer_id,
    cast(e.subject_no as integer) as subject_no,
    cast(e.period as string) as period,
    cast(e.is_under_test as boolean) as is_under_test,
    cast(e.is_open_claim as boolean) as is_open_claim,
    cast(case
        when not e.is_under_test then null
        when e.color in ('red', 'orange') then 'high'
        when e.color = 'yellow' then 'medium'
        when e.taxpayer_level = 'insufficient_data' then 'insufficient_data'
        when e.color = 'blue' then 'low'
        else 'none'
    end as string) as level,
    cast(case when e.is_under_test then e.color end as string) as color,
    cast(case when e.is_under_test then e.color_rule end as string) as color_rule,
    cast(case when e.is_under_test then e.score end as double) as score,
    cast(e.lane as string) as lane,
    cast(case
        when not e.is_under_test then null
        when (e.is_large_amount or e.is_district_top) and e.color in ('none', 'blue') then 'yellow'
        else e.color
    end as string) as handled_as,
    cast(e.claimed_yuan as decimal(18,2)) as claimed,
    cast(e.refund_yuan as decimal(18,2)) as recomputed,
    cast(case
        when e.lane in ('condition_not_met', 'suspend') then e.claimed_yuan
        when e.lane = 'amount_correction' then e.correction_yuan
        when e.lane is not null then 0
    end as decimal(18,2)) as amount_at_risk,
    cast(e.expected_yuan as decimal(18,2)) as expected_yuan,
    cast(q.queue_rank as integer) as queue_rank,
    cast(e.is_large_amount or e.is_district_top as boolean) as is_large_refund,
    cast(e.is_city_review as boolean) as is_city_review
from expected as e
left join queued as q on q.application_id = e.application_id
