with
measured as (
  select s.subject_no, s.p_ym, t.industry_section, d.months_since_registration, d.is_covered_w6, d.is_py_w6_covered, d.sales_w6_yuan, d.sales_py_w6_yuan,
    e.kwh_w6, e.kwh_py_w6, e.months_w6, e.months_py_w6, e.months_w12, e.is_shared_meter, e.subject_no as energy_no,
    case when d.sales_py_w6_yuan > 0 then cast({{ratio(d.sales_w6_yuan, d.sales_py_w6_yuan)}} as decimal(18,9)) - 1 end as sales_growth,
    case when e.kwh_py_w6 > 0 then cast({{ratio(e.kwh_w6, e.kwh_py_w6)}} as decimal(18,9)) - 1 end as kwh_growth,
    case when e.staff_py_w6 > 0 then cast({{ratio(e.staff_w6, e.staff_py_w6)}} as decimal(18,9)) - 1 end as staff_growth,
    case when d.is_covered_w12 and e.months_w12 = 12 and e.kwh_w12 > 0 then {{ratio(d.sales_w12_yuan, e.kwh_w12)}} end as sales_per_kwh,
    case when d.is_covered_w12 and e.months_w12_before = 12 and e.kwh_w12_before > 0 then {{ratio(e.sales_w12_before_yuan, e.kwh_w12_before)}} end as sales_per_kwh_before
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_taxpayer as t on t.taxpayer_key = s.taxpayer_key
  left join feat_energy as e on e.subject_no = s.subject_no
),
-- The widest peer group: where it is too small, sales per kWh cannot be compared at all.
widest as (
  select q.g5, count(m.sales_per_kwh) as member_count, count(m.sales_per_kwh_before) as member_count_before
  from measured as m
  join feat_peer as q on q.subject_no = m.subject_no
  where q.is_eligible and m.industry_section = 'C'
  group by q.g5
)
select
  cast(m.subject_no as integer) as subject_no,
  cast(case when m.industry_section <> 'C' then 'A_INDUSTRY' end as string) as not_applicable,
  cast(case
    when m.industry_section is null or m.energy_no is null then 'N_NO_ROWS'
    when m.is_shared_meter then 'N_COVERAGE'
    when m.months_since_registration < 6 or not m.is_py_w6_covered then 'N_TOO_YOUNG'
    when not m.is_covered_w6 or m.months_w6 < 6 or m.months_py_w6 < 6 then 'N_COVERAGE'
    when m.sales_growth is null or m.kwh_growth is null then 'N_DENOMINATOR'
    -- A gap between the two limits turns on the peers alone.
    when abs(m.kwh_growth - m.sales_growth) > p.narrow_gap and abs(m.kwh_growth - m.sales_growth) <= p.wide_gap then case
      when m.sales_per_kwh is null or m.sales_per_kwh_before is null then 'N_COVERAGE'
      when least(coalesce(w.member_count, 0), coalesce(w.member_count_before, 0)) < p.peer_members_minimum then 'N_PEER_SMALL' end
  end as string) as not_assessed,
  cast(m.kwh_growth - m.sales_growth as double) as energy_gap,
  cast(m.staff_growth - m.sales_growth as double) as staff_gap,
  cast(m.kwh_growth as double) as kwh_growth,
  cast(m.sales_growth as double) as sales_growth,
  -- Only manufacturers have peers here.
  cast(case when m.industry_section = 'C' then m.sales_per_kwh end as double) as sales_per_kwh,
  cast(case when m.industry_section = 'C' then m.sales_per_kwh_before end as double) as sales_per_kwh_before,
  cast(m.sales_w6_yuan as decimal(18,2)) as sales_yuan,
  cast(m.kwh_w6 as double) as kwh,
  cast(case when m.kwh_growth > m.sales_growth then '相对用电销售偏低' else '销售缺少用电支撑' end as string) as direction_zh,
  cast(case when m.kwh_growth > m.sales_growth then 'sales low for the energy' else 'sales without energy' end as string) as direction_en,
  cast(m.p_ym - 5 as integer) as window_from_ym,
  cast(m.p_ym as integer) as window_to_ym
from measured as m
join params as p on p.subject_no = m.subject_no
left join feat_peer as q on q.subject_no = m.subject_no
left join widest as w on w.g5 = q.g5
