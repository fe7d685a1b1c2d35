-- Relief taken under an identity that had ended, had not begun or was settled otherwise.
with
rows_of as (
  select s.subject_no, f.ym, f.tax_item, f.relief_yuan, f.claimed_identity, f.settlement_year,
    f.claimed_identity = 'small_scale' and f.is_general_by_then as is_past_small,
    f.is_before_settlement and f.is_general_by_then and not f.is_within_new_limits as is_large_new,
    f.claimed_identity = 'small_profit' and not f.is_settled_small_profit as is_settled_otherwise,
    (f.claimed_identity = 'small_scale' and t.general_from is not null) or (f.is_before_settlement and f.is_within_new_limits is not null)
      or (f.claimed_identity = 'small_profit' and f.is_settled_small_profit is not null) as is_testable
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_six_tax as f on f.taxpayer_key = s.taxpayer_key and f.ym between s.p_ym - 35 and s.p_ym and f.relief_yuan > 0
  where s.is_primary
),
summed as (
  select subject_no, count(*) as row_count, sum(case when is_testable then 1 else 0 end) as testable_count,
    coalesce(sum(case when is_past_small then relief_yuan end), 0) as past_small_yuan, max(case when is_past_small then ym end) as past_small_ym,
    coalesce(sum(case when is_large_new then relief_yuan end), 0) as large_new_yuan, max(case when is_large_new then ym end) as large_new_ym,
    coalesce(sum(case when is_settled_otherwise then relief_yuan end), 0) as settled_yuan, max(case when is_settled_otherwise then ym end) as settled_ym,
    max(case when is_settled_otherwise then settlement_year end) as settlement_year,
    coalesce(sum(case when is_past_small or is_large_new or is_settled_otherwise then relief_yuan end), 0) as wrong_yuan
  from rows_of
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when r.subject_no is null then 'A_PERIOD' end as string) as not_applicable,
  cast(case when r.testable_count = 0 then 'N_COVERAGE' end as string) as not_assessed,
  cast(r.wrong_yuan as decimal(18,2)) as wrong_relief_yuan,
  cast(r.past_small_yuan as decimal(18,2)) as past_small_yuan,
  cast(r.past_small_ym as integer) as past_small_ym,
  cast(t.general_from as date) as general_from_on,
  cast(r.large_new_yuan as decimal(18,2)) as large_new_yuan,
  cast(r.large_new_ym as integer) as large_new_ym,
  cast(r.settled_yuan as decimal(18,2)) as settled_yuan,
  cast(r.settled_ym as integer) as settled_ym,
  cast(cast(r.settlement_year as integer) as string) as settlement_year_text
from feat_subject as s
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join summed as r on r.subject_no = s.subject_no
where s.is_primary
