-- Relief taken in the 36 months to P by a taxpayer that was neither small-scale, individual, small-profit nor new and small.
with
reliefs as (
  select s.subject_no, f.ym, f.relief_yuan, f.is_qualified, f.identity_basis, f.settlement_year, f.tax_item, f.claimed_identity
  from feat_subject as s
  join feat_six_tax as f on f.taxpayer_key = s.taxpayer_key and f.ym between s.p_ym - 35 and s.p_ym
  where s.is_primary
),
summed as (
  select subject_no, sum(case when relief_yuan > 0 then 1 else 0 end) as relief_count,
    sum(case when relief_yuan > 0 and is_qualified is null then 1 else 0 end) as unknown_count,
    sum(case when relief_yuan > 0 and not is_qualified then 1 else 0 end) as unentitled_count,
    coalesce(sum(case when relief_yuan > 0 and not is_qualified then relief_yuan end), 0) as unentitled_yuan,
    min(case when relief_yuan > 0 and not is_qualified then ym end) as first_ym,
    max(case when relief_yuan > 0 and not is_qualified then ym end) as latest_ym,
    max(case when relief_yuan > 0 and not is_qualified then settlement_year end) as settlement_year
  from reliefs
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when t.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when t.relief_count > 0 and t.unknown_count = t.relief_count then 'N_COVERAGE' end as string) as not_assessed,
  cast(t.unentitled_yuan as decimal(18,2)) as unentitled_relief_yuan,
  cast(t.unentitled_count as integer) as unentitled_count,
  cast(t.unknown_count as integer) as unknown_count,
  cast(t.first_ym as integer) as first_ym,
  cast(t.latest_ym as integer) as latest_ym,
  cast(t.settlement_year as string) as settlement_year_text,
  cast(y.general_from as date) as general_from_on
from feat_subject as s
left join feat_taxpayer as y on y.taxpayer_key = s.taxpayer_key
left join summed as t on t.subject_no = s.subject_no
where s.is_primary
