-- Settled years, newest first, with declared and found figures; then the quarters' balances and the months' headcounts of the newest year.
with
years as (
  select a.subject_no, a.taxpayer_key, y.tax_year, y.declared_staff, y.declared_assets_yuan, y.income_yuan, y.found_staff, y.found_assets_yuan,
    y.source_file_no, y.source_row_no,
    row_number() over (partition by a.subject_no order by y.tax_year desc nulls last) as newest_first
  from asked as a
  join feat_small_profit_year as y on y.taxpayer_key = a.taxpayer_key and y.is_small_profit
),
kinds as (
  select subject_no, 1 as kind_no, '年度汇算 settlement' as row_kind, tax_year * 12 + 11 as ym, declared_staff, found_staff, declared_assets_yuan,
    found_assets_yuan, income_yuan, source_file_no, source_row_no
  from years
  union all
  select y.subject_no, 2 as kind_no, '资产负债表 balance' as row_kind, b.ym, null as declared_staff, null as found_staff, null as declared_assets_yuan,
    b.total_assets as found_assets_yuan, null as income_yuan, b.source_file_no, b.source_row_no
  from years as y
  join balance_sheets as b on b.taxpayer_key = y.taxpayer_key and b.ym between y.tax_year * 12 - 1 and y.tax_year * 12 + 11
  where y.newest_first = 1
  union all
  select y.subject_no, 3 as kind_no, '从业人数 headcount' as row_kind, h.ym, null as declared_staff,
    cast(greatest(h.insured_count, h.pit_count) + coalesce(h.dispatched_count, 0) as double) as found_staff, null as declared_assets_yuan,
    null as found_assets_yuan, null as income_yuan, h.source_file_no, h.source_row_no
  from years as y
  join headcounts as h on h.taxpayer_key = y.taxpayer_key and h.ym between y.tax_year * 12 and y.tax_year * 12 + 11
  where y.newest_first = 1
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.ym desc nulls last, k.source_file_no asc nulls last, k.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.declared_staff as double) as declared_staff,
  cast(k.found_staff as double) as found_staff,
  cast(k.declared_assets_yuan as decimal(18,2)) as declared_assets_yuan,
  cast(k.found_assets_yuan as decimal(18,2)) as found_assets_yuan,
  cast(k.income_yuan as decimal(18,2)) as income_yuan,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
