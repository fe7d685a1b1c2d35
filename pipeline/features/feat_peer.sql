with
context as (
  select as_of, {{add_months(as_of, -6)}} as half_year_ago from run_context
),
placed as (
  select s.subject_no, s.taxpayer_key, s.is_primary, t.industry_3, t.industry_2, t.industry_section, t.vat_status_resolved,
    b.size_band,
    case when coalesce(t.export_method, 'none') <> 'none' or d.export_w12_yuan > 0 then 'exporter' else 'domestic' end as exporter,
    s.is_primary and t.status_on_r = 'normal' and not t.is_under_inspection
      and (t.registered_on is null or t.registered_on <= c.half_year_ago) as is_eligible
  from feat_subject as s
  join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  join feat_declared as d on d.subject_no = s.subject_no
  cross join context as c
  left join list_size_bands as b
    on d.sales_ltm_yuan >= b.sales_from_yuan and d.sales_ltm_yuan < b.sales_to_yuan and c.as_of between b.from_on and b.to_on
)
select
  cast(subject_no as integer) as subject_no,
  cast(taxpayer_key as integer) as taxpayer_key,
  cast(size_band as string) as size_band,
  cast(exporter = 'exporter' as boolean) as is_exporter,
  cast(is_eligible as boolean) as is_eligible,
  cast(industry_3 || '|' || size_band || '|' || exporter || '|' || vat_status_resolved as string) as g1,
  cast(industry_2 || '|' || size_band || '|' || exporter || '|' || vat_status_resolved as string) as g2,
  cast(industry_section || '|' || size_band || '|' || exporter || '|' || vat_status_resolved as string) as g3,
  cast(industry_section || '|' || size_band || '|' || vat_status_resolved as string) as g4,
  cast(size_band as string) as g5
from placed
