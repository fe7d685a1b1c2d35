-- Rows with relief, those under a wrong identity first, newest first, with what decided the identity.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no
    order by case when (f.claimed_identity = 'small_scale' and f.is_general_by_then) or (f.is_before_settlement and not f.is_within_new_limits)
        or (f.claimed_identity = 'small_profit' and not f.is_settled_small_profit) then 0 else 1 end asc nulls last,
      f.ym desc nulls last, f.relief_yuan desc nulls last, f.tax_item asc nulls last
  ) as integer) as evidence_rank,
  cast({{idiv(f.ym, 12)}} * 100 + mod(f.ym, 12) + 1 as integer) as period_yyyymm,
  cast(n.name_zh as string) as tax_item,
  cast(f.filed_on as date) as filed_on,
  cast(f.relief_yuan as decimal(18,2)) as relief_yuan,
  cast(f.claimed_identity as string) as claimed_identity,
  cast(f.identity_basis as string) as identity_found,
  cast(t.general_from as date) as general_from,
  cast(f.settlement_year as integer) as settlement_year,
  cast(f.is_settled_small_profit as boolean) as is_small_profit,
  cast(f.is_within_new_limits as boolean) as is_within_limits,
  cast(f.source_file_no as integer) as source_file_no,
  cast(f.source_row_no as bigint) as source_row_no
from asked as a
join feat_taxpayer as t on t.taxpayer_key = a.taxpayer_key
join feat_six_tax as f on f.taxpayer_key = a.taxpayer_key and f.ym between a.p_ym - 35 and a.p_ym and f.relief_yuan > 0
left join list_tax_item_names as n on n.tax_item = f.tax_item
