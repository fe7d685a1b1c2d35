with
measured as (
  select s.subject_no, s.p_ym, d.months_pre_w3_12, d.is_covered_w3, d.exposure_yuan, d.input_w3_yuan, d.input_py_w3_yuan, d.is_py_w3_covered,
    c.capital_tax_w3_yuan, c.source as capital_source,
    {{ratio(d.input_pre_w3_12_yuan, d.months_pre_w3_12)}} as mean_before_yuan,
    {{ratio(d.input_w3_yuan, 3)}} as mean_w3_yuan
  from feat_subject as s
  join feat_declared as d on d.subject_no = s.subject_no
  left join feat_capital as c on c.subject_no = s.subject_no
),
spiked as (
  select m.*,
    {{ratio(m.mean_w3_yuan, greatest(m.mean_before_yuan, p.mean_floor_yuan))}} as spike_times,
    case when m.is_py_w3_covered and m.input_py_w3_yuan > 0 then {{ratio(m.input_w3_yuan, m.input_py_w3_yuan)}} end as season_times,
    cast(m.input_w3_yuan as double) - 3 * m.mean_before_yuan as extra_input_yuan
  from measured as m
  join params as p on p.subject_no = m.subject_no
)
select
  cast(subject_no as integer) as subject_no,
  cast(case when exposure_yuan <= 0 then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case
    when months_pre_w3_12 < 12 then 'N_TOO_YOUNG'
    when not is_covered_w3 or exposure_yuan is null then 'N_COVERAGE'
    when is_py_w3_covered and coalesce(input_py_w3_yuan, 0) <= 0 then 'N_DENOMINATOR'
  end as string) as not_assessed,
  cast(spike_times as double) as spike_times,
  cast(season_times as double) as season_times,
  cast(input_w3_yuan as decimal(18,2)) as input_w3_yuan,
  cast(mean_before_yuan as decimal(18,2)) as mean_before_yuan,
  cast(extra_input_yuan as decimal(18,2)) as extra_input_yuan,
  cast(capital_tax_w3_yuan as decimal(18,2)) as capital_tax_w3_yuan,
  cast(case capital_source when 'lines' then '已按发票明细扣除长期资产进项' when 'balance' then '已按资产负债表估算并扣除长期资产进项'
    else '未扣除长期资产进项' end as string) as capital_note_zh,
  cast(case capital_source when 'lines' then 'capital goods netted by invoice lines' when 'balance' then 'capital goods netted by balance sheets'
    else 'capital goods not netted' end as string) as capital_note_en,
  cast(extra_input_yuan - coalesce(cast(capital_tax_w3_yuan as double), 0) as decimal(18,2)) as net_input_yuan,
  cast(exposure_yuan as decimal(18,2)) as exposure_yuan,
  cast(p_ym - 2 as integer) as window_from_ym,
  cast(p_ym as integer) as window_to_ym
from spiked
