-- One row per indicator of a moved taxpayer whose state, points or grounds differ between the snapshots, with both sides.
with former_result as (
    select r.taxpayer_id, r.code, r.points, r.raw_points, r.intensity, r.threshold, r.branch, r.tier, r.suspend, r.ineligible, r.recompute,
        r.tax_at_stake, r.peer_group, r.peer_count
    from former.indicator_results as r
    where r.is_primary
),

latter_result as (
    select r.taxpayer_id, r.code, r.points, r.raw_points, r.intensity, r.threshold, r.branch, r.tier, r.suspend, r.ineligible, r.recompute,
        r.tax_at_stake, r.peer_group, r.peer_count
    from latter.indicator_results as r
    where r.is_primary
),

joined as (
    select
        s.taxpayer_id, s.code, s.former_state, s.latter_state, s.former_value, s.latter_value,
        coalesce(f.points, 0e0) as former_points, coalesce(l.points, 0e0) as latter_points,
        coalesce(f.threshold, fc.threshold) as former_threshold, coalesce(l.threshold, lc.threshold) as latter_threshold,
        f.peer_group as former_peer_group, l.peer_group as latter_peer_group,
        coalesce(f.peer_count, fc.peer_count) as former_peer_count, coalesce(l.peer_count, lc.peer_count) as latter_peer_count,
        s.former_state is distinct from s.latter_state
            or f.intensity is distinct from l.intensity or f.branch is distinct from l.branch or f.tier is distinct from l.tier
            or f.suspend is distinct from l.suspend or f.ineligible is distinct from l.ineligible
            or f.recompute is distinct from l.recompute or f.tax_at_stake is distinct from l.tax_at_stake as has_other_outcome,
        coalesce(f.raw_points, 0e0) <> coalesce(l.raw_points, 0e0) as has_other_raw_points
    from compare_state as s
    left join former_result as f on f.taxpayer_id = s.taxpayer_id and f.code = s.code
    left join latter_result as l on l.taxpayer_id = s.taxpayer_id and l.code = s.code
    left join compare_cut as fc on f.taxpayer_id is null and fc.side = 'former' and fc.code = l.code and fc.branch = l.branch and fc.peer_group = l.peer_group
    left join compare_cut as lc on l.taxpayer_id is null and lc.side = 'latter' and lc.code = f.code and lc.branch = f.branch and lc.peer_group = f.peer_group
)

select
    cast(j.taxpayer_id as string) as taxpayer_id,
    cast(j.code as string) as code,
    cast(j.former_state as integer) as former_state,
    cast(j.latter_state as integer) as latter_state,
    cast(j.former_value as double) as former_value,
    cast(j.latter_value as double) as latter_value,
    cast(j.former_points as double) as former_points,
    cast(j.latter_points as double) as latter_points,
    cast(j.former_threshold as double) as former_threshold,
    cast(j.latter_threshold as double) as latter_threshold,
    cast(j.former_peer_group as string) as former_peer_group,
    cast(j.latter_peer_group as string) as latter_peer_group,
    cast(j.former_peer_count as bigint) as former_peer_count,
    cast(j.latter_peer_count as bigint) as latter_peer_count,
    cast(j.has_other_outcome as boolean) as has_other_outcome,
    cast(j.has_other_raw_points as boolean) as has_other_raw_points
from joined as j
where j.has_other_outcome or j.former_points <> j.latter_points
