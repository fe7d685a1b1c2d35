-- Why an indicator of a moved taxpayer differs: every cause that the manifests and the figures leave possible. One possible
-- cause is a certain one; with several, a reader is told that they cannot be told apart.
with known as (
    select c.*, r.has_new_data, i.has_new_code, i.has_new_parameters, i.has_new_weight, r.has_new_rules,
        -- Two empty values tell nothing about the data behind them.
        c.former_value is distinct from c.latter_value or c.former_value is null as has_other_value,
        c.former_peer_group is not null or c.latter_peer_group is not null or c.former_state = 25 or c.latter_state = 25 as is_against_peers,
        c.former_threshold is not null and c.latter_threshold is not null and c.former_threshold <> c.latter_threshold
            or c.former_peer_group is not null and c.latter_peer_group is not null and c.former_peer_group <> c.latter_peer_group
            or c.former_peer_count is not null and c.latter_peer_count is not null and c.former_peer_count <> c.latter_peer_count
            or c.former_state <> c.latter_state and (c.former_state = 25 or c.latter_state = 25) as has_other_peers,
        c.former_threshold is not null and c.latter_threshold is not null and c.former_peer_count is not null
            and c.latter_peer_count is not null and c.former_state <> c.latter_state as is_cut_known
    from compare_cell as c
    inner join compare_indicator as i on i.code = c.code
    cross join compare_run as r
),

judged as (
    select k.*,
        k.has_other_outcome and k.has_new_code as may_be_code,
        k.has_other_outcome and k.has_new_parameters
            or not k.has_other_outcome and k.has_other_raw_points and (k.has_new_weight or k.has_new_rules) as may_be_threshold,
        k.has_other_outcome and k.has_new_data and k.is_against_peers
            and (k.has_other_peers or not k.has_other_value and not k.is_cut_known) as may_be_peers
    from known as k
),

-- Equal to the last digit, a value says that its own data stayed; then data is what is left when nothing else explains the cell.
explained as (
    select j.*,
        j.has_other_outcome and j.has_new_data and (
            j.has_other_value
            or j.may_be_peers and not j.has_other_peers
            or not j.may_be_code and not j.may_be_threshold and not j.may_be_peers
        ) as may_be_data
    from judged as j
)

select
    cast(e.taxpayer_id as string) as taxpayer_id,
    cast(e.code as string) as code,
    cast(abs(e.latter_points - e.former_points) as double) as moved_points,
    cast(e.may_be_data as boolean) as may_be_data,
    cast(e.may_be_threshold as boolean) as may_be_threshold,
    cast(e.may_be_peers as boolean) as may_be_peers,
    -- Nothing on record differs, yet the outcome does: some part of the program that no hash covers.
    cast(e.may_be_code or e.has_other_outcome and not e.may_be_data and not e.may_be_threshold and not e.may_be_peers as boolean) as may_be_code,
    -- The indicator itself is as before; its points follow from the other hits of its group or family.
    cast(not e.has_other_outcome and not e.may_be_threshold as boolean) as is_carried,
    cast(e.may_be_code or e.may_be_data or e.may_be_threshold or e.may_be_peers as boolean) as is_explained
from explained as e
