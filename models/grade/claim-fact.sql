-- One row per refund application known on the as-of day: what its grade, its lane and its handling are decided by.
with claims as (
    select a.application_id, a.taxpayer_key, a.claim_period, a.applied_on, a.claimed_amount, a.claimed_credit,
        a.claimed_ratio,
        s.subject_no, s.subject_no is not null as is_under_test, coalesce(s.is_open_claim, false) as is_open_claim
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
    select c.application_id, c.taxpayer_key, c.claim_period, c.applied_on, c.claimed_amount, c.subject_no, c.is_under_test, c.is_open_claim,
        y.taxpayer_id, t.registered_on,
        coalesce(g.color, 'none') as found_color, coalesce(g.color_rule, 'score') as color_rule, coalesce(g.score, 0e0) as score,
        coalesce(g.ineligible, false) as ineligible, coalesce(g.recompute, false) as recompute,
        coalesce(g.suspend, false) as suspend, coalesce(g.has_firm_hit, false) as has_firm_hit,
        y.level as taxpayer_level, y.cautious, y.limited_data, y.coverage_weighted,
        q.rating_on_claim, q.earlier_clean_claims, q.stable_supply_share,
        m.refund_yuan, m.credit_yuan as recomputed_credit_yuan, m.ratio_used as recomputed_ratio,
        c.claimed_credit, c.claimed_ratio,
        coalesce(e.fast_lane_assessed, false) as fast_lane_assessed,
        c.claimed_amount >= r.large_refund_yuan as is_large_amount,
        coalesce(d.place <= r.large_refund_district_share * d.district_claims, false) as is_district_top,
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
)

-- What the fast lane asks (indicators.md 10.4) stands by itself, so that a claimant can be told what was missing.
select
    cast(f.application_id as string) as application_id,
    cast(f.taxpayer_key as integer) as taxpayer_key,
    cast(f.taxpayer_id as string) as taxpayer_id,
    cast(f.subject_no as integer) as subject_no,
    cast(f.claim_period as string) as period,
    cast(f.applied_on as date) as applied_on,
    cast(f.is_under_test as boolean) as is_under_test,
    cast(f.is_open_claim as boolean) as is_open_claim,
    cast(f.taxpayer_level as string) as taxpayer_level,
    cast(f.found_color as string) as found_color,
    cast(f.color_rule as string) as color_rule,
    cast(f.score as double) as score,
    cast(f.claimed_amount as decimal(18,2)) as claimed_yuan,
    cast(f.refund_yuan as decimal(18,2)) as refund_yuan,
    cast(f.claimed_credit as decimal(18,2)) as claimed_credit_yuan,
    cast(f.recomputed_credit_yuan as decimal(18,2)) as recomputed_credit_yuan,
    cast(f.claimed_ratio as double) as claimed_ratio,
    cast(f.recomputed_ratio as double) as recomputed_ratio,
    cast(f.ineligible as boolean) as ineligible,
    cast(f.suspend as boolean) as suspend,
    cast(f.recompute as boolean) as recompute,
    cast(case when f.recompute then greatest(f.claimed_amount - coalesce(f.refund_yuan, 0), 0) else 0 end as decimal(18,2)) as correction_yuan,
    cast(f.is_large_amount as boolean) as is_large_amount,
    cast(f.is_district_top as boolean) as is_district_top,
    cast(f.is_city_review as boolean) as is_city_review,
    cast(f.cautious as boolean) as is_cautious,
    cast(f.found_color <> 'none' as boolean) as has_doubt,
    cast(f.has_firm_hit as boolean) as has_firm_hit,
    cast(not f.fast_lane_assessed as boolean) as is_key_missing,
    cast(coalesce(f.coverage_weighted, 0e0) < r.fast_lane_coverage or f.limited_data as boolean) as is_data_short,
    cast(coalesce(f.rating_on_claim, '') <> r.fast_lane_rating as boolean) as is_rating_short,
    cast(coalesce(f.earlier_clean_claims, 0) < r.minimum_earlier_claims as boolean) as is_history_short,
    cast(coalesce(f.stable_supply_share, 0e0) < r.minimum_stable_supply as boolean) as is_supply_unstable,
    cast(
        f.registered_on is null or f.registered_on > {{add_months(f.applied_on, 0 - r.minimum_months)}} as boolean
    ) as is_young
from facts as f
cross join scoring_rule as r
