with
estimated as (
  select s.subject_no, y.from_ym, s.p_ym, y.covered_months, y.schedule_periods, y.barred_share, y.direct_tax_yuan, y.transferred_tax_yuan, y.input_tax_yuan,
    y.capital_tax_yuan, greatest(0, y.input_tax_yuan - y.capital_tax_yuan - y.direct_tax_yuan) as common_tax_yuan,
    cast(cast(greatest(0, y.input_tax_yuan - y.capital_tax_yuan - y.direct_tax_yuan) as double) * coalesce(y.barred_share, 0) as decimal(18,2)) + y.direct_tax_yuan
      as expected_tax_yuan
  from feat_subject as s
  left join feat_nondeductible_year as y on y.subject_no = s.subject_no
)
select
  cast(e.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case when coalesce(e.covered_months, 0) < 6 or coalesce(e.schedule_periods, 0) = 0 then 'N_COVERAGE' when e.barred_share is null and e.direct_tax_yuan = 0 then 'N_DENOMINATOR' end as string)
    as not_assessed,
  cast(e.expected_tax_yuan - e.transferred_tax_yuan as decimal(18,2)) as gap_tax_yuan,
  cast(e.expected_tax_yuan as decimal(18,2)) as expected_tax_yuan,
  cast(e.transferred_tax_yuan as decimal(18,2)) as transferred_tax_yuan,
  cast(e.barred_share as double) as barred_share,
  cast(e.direct_tax_yuan as decimal(18,2)) as direct_tax_yuan,
  cast(e.common_tax_yuan as decimal(18,2)) as common_tax_yuan,
  cast(e.from_ym as integer) as window_from_ym,
  cast(e.p_ym as integer) as window_to_ym
from estimated as e
