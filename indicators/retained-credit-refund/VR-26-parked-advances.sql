with
balances as (
  select subject_no,
    max(case when months_back = 0 then advances_received_yuan end) as advances_yuan,
    max(case when months_back = 12 then advances_received_yuan end) as advances_before_yuan,
    max(case when months_back = 0 then other_payables_persons_yuan end) as persons_yuan,
    max(case when months_back = 0 then 1 else 0 end) as has_balance
  from feat_balance
  group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(null as string) as not_applicable,
  cast(case
    when d.months_since_registration < 6 then 'N_TOO_YOUNG'
    when not d.is_covered_w12 or coalesce(b.has_balance, 0) = 0 or (b.advances_yuan is null and b.persons_yuan is null) then 'N_COVERAGE'
    when d.sales_ltm_yuan is null or d.sales_ltm_yuan <= 0 then 'N_DENOMINATOR'
    -- High advances beside a credit cannot be judged without the balance of a year ago, unless the other branch hits anyway.
    when cast({{ratio(b.advances_yuan, d.sales_ltm_yuan)}} as decimal(18,9)) > p.advances_share_minimum and d.closing_credit_p_yuan > 0
      and not coalesce(cast({{ratio(b.persons_yuan, d.sales_ltm_yuan)}} as decimal(18,9)) > p.persons_share_minimum, false)
      then case when b.advances_before_yuan is null then 'N_COVERAGE' when b.advances_before_yuan < 0 then 'N_DENOMINATOR' end
  end as string) as not_assessed,
  cast(case when d.sales_ltm_yuan > 0 then cast({{ratio(b.advances_yuan, d.sales_ltm_yuan)}} as decimal(18,9)) end as double) as advances_share,
  -- Nothing a year ago and something now counts as doubled.
  cast(case
    when b.advances_before_yuan > 0 then cast({{ratio(b.advances_yuan, b.advances_before_yuan)}} as decimal(18,9)) - 1
    when b.advances_before_yuan = 0 and b.advances_yuan > 0 then 1
  end as double) as advances_growth,
  cast(case when d.sales_ltm_yuan > 0 then cast({{ratio(b.persons_yuan, d.sales_ltm_yuan)}} as decimal(18,9)) end as double) as persons_share,
  cast(b.advances_yuan as decimal(18,2)) as advances_yuan,
  cast(b.advances_before_yuan as decimal(18,2)) as advances_before_yuan,
  cast(b.persons_yuan as decimal(18,2)) as persons_yuan,
  cast(d.sales_ltm_yuan as decimal(18,2)) as sales_ltm_yuan,
  cast(d.closing_credit_p_yuan as decimal(18,2)) as closing_credit_yuan
from feat_subject as s
join params as p on p.subject_no = s.subject_no
join feat_declared as d on d.subject_no = s.subject_no
left join balances as b on b.subject_no = s.subject_no
