-- One row per refund application known on the as-of day. Claims under test get a grade and a lane (first that applies);
-- the others keep their facts with an empty lane.
with claims as (
    select a.application_id, a.taxpayer_key, a.claim_ym, a.claim_period, a.applied_on, a.claimed_amount, a.decision,
        s.subject_no, s.subject_no is not null as is_under_test
    from refund_applications as a
    left join feat_subject as s on s.taxpayer_key = a.taxpayer_key and s.application_id = a.application_id
),

-- The largest claims of a district over the twelve months before the as-of day are handled like large ones.
district_rank as (
    select c.application_id,
        row_number() over (
            partition by t.district_code
            order by c.claimed_amount desc nulls last, c.application_id asc nulls last
        ) as place,
        count(*) over (partition by t.district_code) as district_claims
    from claims as c
    inner join feat_taxpayer as t on t.taxpayer_key = c.taxpayer_key
    cross join run_context as x
    where c.applied_on > {{add_months(x.as_of, -12)}}
),

facts as (
    select c.*, y.taxpayer_id, t.registered_on,
        coalesce(g.color, 'none') as found_color, coalesce(g.score, 0e0) as score,
        coalesce(g.ineligible, false) as ineligible, coalesce(g.recompute, false) as recompute,
        coalesce(g.suspend, false) as suspend, coalesce(g.has_firm_hit, false) as has_firm_hit,
        y.level as taxpayer_level, y.cautious, y.limited_data, y.coverage_weighted,
        q.rating_on_claim, q.earlier_clean_claims, q.stable_supply_share,
        m.refund_yuan,
        coalesce(e.fast_lane_assessed, false) as fast_lane_assessed,
        c.claimed_amount >= r.large_refund_yuan
            or coalesce(d.place <= r.large_refund_district_share * d.district_claims, false) as is_large_refund,
        c.claimed_amount >= r.city_review_yuan as is_city_review
    from claims as c
    inner join feat_taxpayer as t on t.taxpayer_key = c.taxpayer_key
    inner join grade_taxpayer as y on y.taxpayer_key = c.taxpayer_key
    left join score_scope as g on g.scope = 'claim' and g.scope_no = c.subject_no
    left join district_rank as d on d.application_id = c.application_id
    left join feat_claim_history as q on q.subject_no = c.subject_no
    left join feat_refund_amount as m on m.subject_no = c.subject_no
    left join outcome_coverage as e on e.taxpayer_key = c.taxpayer_key
    cross join scoring_rule as r
),

laned as (
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
            when f.cautious or f.is_large_refund or f.found_color <> 'none' or f.limited_data
                or f.has_firm_hit or not f.fast_lane_assessed
                or coalesce(f.coverage_weighted, 0e0) < r.fast_lane_coverage
                or coalesce(f.rating_on_claim, '') <> r.fast_lane_rating
                or coalesce(f.earlier_clean_claims, 0) < r.minimum_earlier_claims
                or coalesce(f.stable_supply_share, 0e0) < r.minimum_stable_supply
                or f.registered_on is null
                or f.registered_on > {{add_months(f.applied_on, 0 - r.minimum_months)}} then 'normal'
            else 'fast'
        end as lane
    from facts as f
    cross join scoring_rule as r
)

select
    cast(l.application_id as string) as application_id,
    cast(l.taxpayer_key as integer) as taxpayer_key,
    cast(l.taxpayer_id as string) as taxpayer_id,
    cast(l.subject_no as integer) as subject_no,
    cast(l.claim_period as string) as period,
    cast(l.is_under_test as boolean) as is_under_test,
    cast(case
        when not l.is_under_test then null
        when l.color in ('red', 'orange') then 'high'
        when l.color = 'yellow' then 'medium'
        when l.taxpayer_level = 'insufficient_data' then 'insufficient_data'
        when l.color = 'blue' then 'low'
        else 'none'
    end as string) as level,
    cast(case when l.is_under_test then l.color end as string) as color,
    cast(case when l.is_under_test then l.score end as double) as score,
    cast(l.lane as string) as lane,
    cast(l.claimed_amount as decimal(18,2)) as claimed,
    cast(l.refund_yuan as decimal(18,2)) as recomputed,
    cast(case
        when l.lane in ('condition_not_met', 'suspend') then l.claimed_amount
        when l.lane = 'amount_correction' then greatest(l.claimed_amount - coalesce(l.refund_yuan, 0), 0)
        when l.lane is not null then 0
    end as decimal(18,2)) as amount_at_risk,
    cast(l.is_large_refund as boolean) as is_large_refund,
    cast(l.is_city_review as boolean) as is_city_review
from laned as l
