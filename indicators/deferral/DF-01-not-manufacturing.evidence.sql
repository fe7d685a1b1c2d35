-- The deferred amounts with the industry of their day; then the industries of the taxpayer; then goods sold and bought.
with
programmes as (
  select programme_code, min(industry_on) as industry_on from list_deferral_programmes group by programme_code
),
deferred as (
  select a.subject_no, 1 as kind_no, '缓缴 deferral' as row_kind, f.programme_code, f.tax_item, f.ym, f.deferred_amount_yuan as amount_yuan,
    p.industry_on as on_day, i.industry_code, i.section, cast(null as string) as code7, f.source_file_no, f.source_row_no
  from asked as a
  join feat_deferral as f on f.taxpayer_key = a.taxpayer_key
  left join programmes as p on p.programme_code = f.programme_code
  left join feat_industry_interval as i on i.taxpayer_key = a.taxpayer_key and p.industry_on >= i.from_on and p.industry_on < i.until_on
),
industries as (
  select a.subject_no, 2 as kind_no, '行业登记 registered industry' as row_kind, cast(null as string) as programme_code, cast(null as string) as tax_item,
    cast(null as integer) as ym, cast(null as decimal(18,2)) as amount_yuan, i.from_on as on_day, i.industry_code, i.section,
    cast(null as string) as code7, cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_industry_interval as i on i.taxpayer_key = a.taxpayer_key
),
goods as (
  select a.subject_no, case g.side when 'sold' then 3 else 4 end as kind_no, case g.side when 'sold' then '销售货物 goods sold' else '购进货物 goods bought' end as row_kind,
    cast(null as string) as programme_code, cast(null as string) as tax_item, cast(null as integer) as ym, sum(g.w12_amount_yuan) as amount_yuan,
    cast(null as date) as on_day, cast(null as string) as industry_code, cast(null as string) as section, g.code7,
    cast(null as integer) as source_file_no, cast(null as bigint) as source_row_no
  from asked as a
  join feat_goods_side as g on g.subject_no = a.subject_no and g.is_goods
  group by a.subject_no, g.side, g.code7
),
kinds as (
  select * from deferred
  union all
  select * from industries
  union all
  select * from goods
)
select
  cast(k.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by k.subject_no
    order by k.kind_no asc nulls last, k.amount_yuan desc nulls last, k.on_day desc nulls last, k.ym desc nulls last, k.programme_code asc nulls last,
      k.tax_item asc nulls last, k.code7 asc nulls last
  ) as integer) as evidence_rank,
  cast(k.row_kind as string) as row_kind,
  cast(k.programme_code as string) as programme,
  cast(n.name_zh as string) as tax_item,
  cast({{idiv(k.ym, 12)}} * 100 + mod(k.ym, 12) + 1 as integer) as period_yyyymm,
  cast(k.amount_yuan as decimal(18,2)) as amount_yuan,
  cast(k.on_day as date) as on_day,
  cast(k.industry_code as string) as industry_code,
  cast(k.section as string) as industry_section,
  cast(k.code7 as string) as goods_code,
  cast(k.source_file_no as integer) as source_file_no,
  cast(k.source_row_no as bigint) as source_row_no
from kinds as k
left join list_tax_item_names as n on n.tax_item = k.tax_item
