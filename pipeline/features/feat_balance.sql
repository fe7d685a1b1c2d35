with
anchors as (
  select 0 as months_back
  union all
  select 3 as months_back
  union all
  select 12 as months_back
  union all
  select 36 as months_back
),
asked as (
  select s.subject_no, s.taxpayer_key, a.months_back, s.p_ym - a.months_back as anchor_ym
  from feat_subject as s
  cross join anchors as a
),
found as (
  select a.subject_no, a.months_back, b.ym, b.inventory, b.total_assets, b.advances_received, b.payables, b.other_payables, b.other_payables_persons,
    coalesce(b.fixed_assets, 0) + coalesce(b.construction_in_progress, 0) + coalesce(b.intangible_assets, 0) as long_term_assets,
    b.fixed_assets is null and b.construction_in_progress is null and b.intangible_assets is null as has_no_long_term_assets,
    row_number() over (partition by a.subject_no, a.months_back order by b.ym desc nulls last) as newest_first
  from asked as a
  join balance_sheets as b on b.taxpayer_key = a.taxpayer_key and b.ym between a.anchor_ym - 3 and a.anchor_ym
)
select
  cast(subject_no as integer) as subject_no,
  cast(months_back as integer) as months_back,
  cast(ym as integer) as ym,
  cast(inventory as decimal(18,2)) as inventory_yuan,
  cast(total_assets as decimal(18,2)) as total_assets_yuan,
  cast(advances_received as decimal(18,2)) as advances_received_yuan,
  cast(payables as decimal(18,2)) as payables_yuan,
  cast(other_payables as decimal(18,2)) as other_payables_yuan,
  cast(other_payables_persons as decimal(18,2)) as other_payables_persons_yuan,
  cast(case when has_no_long_term_assets then null else long_term_assets end as decimal(18,2)) as long_term_assets_yuan
from found
where newest_first = 1
