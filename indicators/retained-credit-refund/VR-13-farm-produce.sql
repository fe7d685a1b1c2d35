with
industries as (
  select t.taxpayer_key, max(case when substr(t.industry_code, 1, length(a.prefix)) = a.prefix then 1 else 0 end) as is_farm_buyer
  from feat_taxpayer as t
  cross join list_agri_industries as a
  group by t.taxpayer_key
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not d.is_covered_w12 or coalesce(m.periods_w12, 0) = 0 then 'N_COVERAGE'
    when m.input_w12_yuan <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast({{ratio(m.farm_w12_yuan + m.farm_extra_w12_yuan, m.input_w12_yuan)}} as double) as farm_share,
  cast(m.farm_w12_yuan + m.farm_extra_w12_yuan as decimal(18,2)) as farm_tax_yuan,
  cast(m.input_w12_yuan as decimal(18,2)) as input_tax_yuan,
  cast(coalesce(i.is_farm_buyer, 0) = 1 as boolean) as is_farm_buyer,
  cast(t.industry_code is not null as boolean) as has_industry,
  cast(coalesce(t.industry_code, '—') as string) as industry_code,
  cast(f.top_person_share as double) as top_person_share,
  cast(f.large_seller_share as double) as large_seller_share,
  cast(f.out_of_season_share as double) as out_of_season_share,
  cast(f.bought_to_sold_weight as double) as weight_ratio,
  cast(s.p_ym - 11 as integer) as window_from_ym,
  cast(s.p_ym as integer) as window_to_ym
from feat_subject as s
join feat_declared as d on d.subject_no = s.subject_no
left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
left join industries as i on i.taxpayer_key = s.taxpayer_key
left join feat_input_mix as m on m.subject_no = s.subject_no
left join feat_farm_purchase as f on f.subject_no = s.subject_no
