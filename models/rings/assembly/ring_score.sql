with
-- A product of many factors as the exponential of the sum of their logarithms, in billionths, so that the order of the rows does not matter.
gaps as (
  select ring_no, sum(cast(floor(1e9 * ln(greatest(1 - weight * least(share, 1e0), 1e-6))) as bigint)) as billionths from ring_sign_share group by ring_no
),
damped as (
  select ring_no, sum(cast(floor(1e9 * ln(factor)) as bigint)) as billionths from ring_damper group by ring_no
),
cuts as (
  select ring_no, max(is_cut) as is_cut from ring_found_kind group by ring_no
),
-- Without lines the loops that stand in were searched for instead of rounds.
cut_parties as (
  select party_key from round_cut
  union
  select l.party_key from loop_cut as l join delivered_tables as d on d.table_name = 'invoice_lines' and not d.is_delivered
),
searched as (
  select distinct a.ring_no
  from ring_found as a
  join ring_found_kind as k on k.ring_no = a.ring_no and k.kind_no = 1
  join cut_parties as c on c.party_key = a.party_key
),
scored as (
  select s.ring_no,
    (1 - (1 - k.base_score) * exp({{ratio(coalesce(g.billionths, 0), 1e9)}})) * exp({{ratio(coalesce(d.billionths, 0), 1e9)}}) as score,
    case when h.ring_no is null then x.is_cut else 1 end as is_cut, f.publish_score
  from ring_sign as s
  cross join run_context as c
  join list_ring_kinds as k on k.kind_no = s.main_kind_no and c.as_of between k.from_on and k.to_on
  join list_ring_finding_rules as f on c.as_of between f.from_on and f.to_on
  join cuts as x on x.ring_no = s.ring_no
  left join searched as h on h.ring_no = s.ring_no
  left join gaps as g on g.ring_no = s.ring_no
  left join damped as d on d.ring_no = s.ring_no
),
-- What is shown decides what is published: a ring at exactly the limit does not hang on the last digit of a logarithm.
rounded as (
  select ring_no, {{ratio(floor(1e4 * score + 0.5), 1e4)}} as score, is_cut, publish_score from scored
)
select
  cast(ring_no as integer) as ring_no,
  cast(score as double) as score,
  cast(score >= publish_score as boolean) as is_published,
  cast(is_cut = 1 as boolean) as is_truncated
from rounded
