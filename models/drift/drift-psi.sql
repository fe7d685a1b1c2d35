-- Population stability index of the scores: the sum over bands of (q − p) · ln(q / p), p and q the shares of the former and the
-- latter night (the symmetric divergence of Jeffreys 1946; customary in credit scoring, Siddiqi 2006). A band counts half a case
-- more than it holds, so that an empty one has a logarithm: (n + 1/2) / (N + k/2) for k bands (Krichevsky and Trofimov 1981).
with totals as (
    select b.scope, sum(b.former_count) as former_count, sum(b.latter_count) as latter_count, count(*) as bands,
        sum(b.former_score_sum) as former_score_sum, sum(b.latter_score_sum) as latter_score_sum
    from drift_score_band as b
    group by b.scope
),

shares as (
    select b.scope, b.band_no, b.band, t.former_count, t.latter_count, t.former_score_sum, t.latter_score_sum,
        {{ratio(b.former_count, t.former_count)}} as former_share,
        {{ratio(b.latter_count, t.latter_count)}} as latter_share,
        {{ratio(b.former_count + 0.5e0, t.former_count + 0.5e0 * t.bands)}} as p,
        {{ratio(b.latter_count + 0.5e0, t.latter_count + 0.5e0 * t.bands)}} as q
    from drift_score_band as b
    inner join totals as t on t.scope = b.scope
    where t.former_count > 0 and t.latter_count > 0
)

-- Nine decimals, so that the sum does not depend on the order of the bands.
select
    cast(s.scope as string) as scope,
    cast(s.band_no as integer) as band_no,
    cast(s.band as string) as band,
    cast(s.former_count as bigint) as former_count,
    cast(s.latter_count as bigint) as latter_count,
    cast({{ratio(s.former_score_sum, s.former_count)}} as double) as former_mean_score,
    cast({{ratio(s.latter_score_sum, s.latter_count)}} as double) as latter_mean_score,
    cast(s.former_share as double) as former_share,
    cast(s.latter_share as double) as latter_share,
    cast(cast((s.q - s.p) * ln({{ratio(s.q, s.p)}}) as decimal(18,9)) as double) as psi_term,
    cast(cast(sum(cast((s.q - s.p) * ln({{ratio(s.q, s.p)}}) as decimal(18,9))) over (partition by s.scope) as decimal(18,6)) as double) as psi
from shares as s
