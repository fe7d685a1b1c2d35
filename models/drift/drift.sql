-- The drift of a night against the one before: one row a figure, with a verdict. Only an unstable distribution of all scores,
-- an exploding level and an indicator that can suddenly no longer be assessed may stop a run; the rest is to be watched.
with stable as (
    select distinct p.scope, p.former_count, p.latter_count, p.former_mean_score, p.latter_mean_score, p.psi
    from drift_psi as p
),

shares as (
    select s.*,
        coalesce({{ratio(s.former_cases, s.former_total)}}, 0e0) as former,
        coalesce({{ratio(s.latter_cases, s.latter_total)}}, 0e0) as latter,
        {{ratio(s.former_cases + s.latter_cases, s.former_total + s.latter_total)}} as pooled
    from drift_share as s
    where s.former_total + s.latter_total > 0
),

-- Two-proportion z with the pooled share. Both nights hold mostly the same taxpayers, so it understates how unusual a change is.
tested as (
    select h.*, h.latter - h.former as change,
        {{ratio(h.latter - h.former, sqrt(h.pooled * (1e0 - h.pooled) * ({{ratio(1, h.former_total)}} + {{ratio(1, h.latter_total)}})))}} as z
    from shares as h
),

judged as (
    select 'score_psi' as measure, s.scope as code, s.former_mean_score as former, s.latter_mean_score as latter,
        s.latter_mean_score - s.former_mean_score as change, s.psi,
        case
            when s.former_count < r.minimum_taxpayers or s.latter_count < r.minimum_taxpayers then 'none'
            when s.scope = 'all' and s.psi >= r.psi_stop then 'stop'
            when s.psi >= r.psi_watch then 'watch'
            else 'none'
        end as verdict,
        cast(null as double) as z, s.former_count, s.latter_count
    from stable as s
    cross join drift_rule as r
    union all
    select 'score_band' as measure, p.band as code, p.former_share as former, p.latter_share as latter, p.latter_share - p.former_share as change,
        p.psi_term as psi, 'none' as verdict, cast(null as double) as z, p.former_count, p.latter_count
    from drift_psi as p
    where p.scope = 'all'
    union all
    select t.measure, t.code, t.former, t.latter, t.change, cast(null as double) as psi,
        case
            when t.measure in ('level_share', 'color_share') and (t.former_total < r.minimum_taxpayers or t.latter_total < r.minimum_taxpayers) then 'none'
            when t.measure = 'level_share' and t.latter > r.maximum_level_share_ratio * t.former and t.change > r.minimum_level_share_change then 'stop'
            when t.measure = 'lane_share' and (t.former_total < r.minimum_cases or t.latter_total < r.minimum_cases) then 'none'
            when t.measure in ('level_share', 'color_share', 'lane_share') and abs(t.change) > r.minimum_level_share_change and abs(t.z) >= r.watch_z then 'watch'
            when t.measure = 'hit_rate' and t.former_total >= r.minimum_cases and t.latter_total >= r.minimum_cases
                and abs(t.change) >= r.hit_rate_watch and abs(t.z) >= r.watch_z then 'watch'
            when t.measure = 'not_assessed_rate' and t.latter_total >= r.minimum_cases and n.is_large and t.change >= r.not_assessed_stop then 'stop'
            when t.measure = 'not_assessed_rate' and t.latter_total >= r.minimum_cases and n.is_large and t.change >= 0.5e0 * r.not_assessed_stop then 'watch'
            else 'none'
        end as verdict,
        t.z, t.former_total as former_count, t.latter_total as latter_count
    from tested as t
    cross join drift_rule as r
    cross join drift_size as n
    where n.has_former and (t.measure <> 'lane_share' or t.former_total > 0 and t.latter_total > 0)
    union all
    select 'threshold_drift' as measure, g.color as code, cast(null as double) as former, {{ratio(g.unexplained, g.claimants)}} as latter,
        cast(null as double) as change, cast(null as double) as psi,
        -- One taxpayer among few claimants is above any share; it says nothing about the cuts.
        case when g.unexplained > 1 and {{ratio(g.unexplained, g.claimants)}} > case when g.color = 'red' then r.maximum_unexplained_red else r.maximum_unexplained_orange end
            then 'watch' else 'none' end as verdict,
        cast(null as double) as z, cast(null as bigint) as former_count, g.claimants as latter_count
    from drift_guard as g
    cross join drift_rule as r
    union all
    -- A table that came before and not now: what it only sharpens stays assessed, with less to be found in.
    select 'table_delivered' as measure, t.table_name as code, t.former, t.latter, t.latter - t.former as change, cast(null as double) as psi,
        case when t.latter < t.former then 'watch' else 'none' end as verdict,
        cast(null as double) as z, cast(null as bigint) as former_count, cast(null as bigint) as latter_count
    from drift_table as t
    cross join drift_size as n
    where n.has_former and t.former <> t.latter
)

select
    cast(j.measure as string) as measure,
    cast(j.code as string) as code,
    cast(j.former as double) as former,
    cast(j.latter as double) as latter,
    cast(j.change as double) as change,
    cast(j.psi as double) as psi,
    cast(j.verdict as string) as verdict,
    cast(j.z as double) as z,
    cast(j.former_count as bigint) as former_count,
    cast(j.latter_count as bigint) as latter_count
from judged as j
order by j.measure asc nulls last, j.code asc nulls last
