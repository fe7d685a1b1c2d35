-- The bridge of each tax, then the filings of the window, newest first.
with
bridges as (
  select a.subject_no, 1 as kind_no, '城建税及附加 surcharges' as row_kind, a.p_ym as ym, cast(null as string) as item, b.vat_paid_yuan as other_data_yuan,
    least(b.urban_base_yuan, b.education_base_yuan, b.local_education_base_yuan) as base_yuan, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_tax_base as b on b.subject_no = a.subject_no
  union all
  select a.subject_no, 2 as kind_no, '印花税 stamp' as row_kind, b.stamp_to_ym as ym, null as item, b.stamp_trade_yuan as other_data_yuan, b.stamp_base_yuan as base_yuan,
    null as source_file_no, null as source_row_no
  from asked as a
  join feat_tax_base as b on b.subject_no = a.subject_no
  union all
  select a.subject_no, 3 as kind_no, '房产税(出租) property, rent' as row_kind, a.p_ym as ym, null as item, b.rent_yuan as other_data_yuan, b.property_base_yuan as base_yuan,
    null as source_file_no, null as source_row_no
  from asked as a
  join feat_tax_base as b on b.subject_no = a.subject_no
  union all
  select a.subject_no, 4 as kind_no, '申报 filing' as row_kind, f.ym, n.name_zh as item, null as other_data_yuan, coalesce(f.base_parts, f.tax_base) as base_yuan,
    f.source_file_no, f.source_row_no
  from asked as a
  join feat_six_tax as f on f.taxpayer_key = a.taxpayer_key and f.ym between a.p_ym - 13 and a.p_ym
    and f.tax_item in ('urban_construction', 'education', 'local_education', 'stamp', 'property')
  left join list_tax_item_names as n on n.tax_item = f.tax_item
)
select
  cast(b.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by b.subject_no
    order by b.kind_no asc nulls last, b.ym desc nulls last, b.base_yuan desc nulls last, b.item asc nulls last, b.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(b.row_kind as string) as row_kind,
  cast({{idiv(b.ym, 12)}} * 100 + mod(b.ym, 12) + 1 as integer) as period_yyyymm,
  cast(b.item as string) as tax_item,
  cast(b.other_data_yuan as decimal(18,2)) as other_data_yuan,
  cast(b.base_yuan as decimal(18,2)) as base_yuan,
  cast(b.other_data_yuan - b.base_yuan as decimal(18,2)) as gap_yuan,
  cast(b.source_file_no as integer) as source_file_no,
  cast(b.source_row_no as bigint) as source_row_no
from bridges as b
