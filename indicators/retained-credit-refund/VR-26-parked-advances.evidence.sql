-- The balance sheets of fifteen months, newest first.
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (
    partition by a.subject_no order by b.ym desc nulls last, b.source_file_no asc nulls last, b.source_row_no asc nulls last
  ) as integer) as evidence_rank,
  cast(b.period as string) as period,
  cast(b.advances_received as decimal(18,2)) as advances_yuan,
  cast(b.other_payables as decimal(18,2)) as other_payables_yuan,
  cast(b.other_payables_persons as decimal(18,2)) as persons_yuan,
  cast(d.sales_ltm_yuan as decimal(18,2)) as sales_ltm_yuan,
  cast(b.source_file_no as integer) as source_file_no,
  cast(b.source_row_no as bigint) as source_row_no
from asked as a
join feat_declared as d on d.subject_no = a.subject_no
join balance_sheets as b on b.taxpayer_key = a.taxpayer_key and b.ym between a.p_ym - 15 and a.p_ym
