-- Twenty-four months of power, sales and insured persons, newest first.
with
metered as (
  select a.subject_no, e.ym, sum(e.kwh) as kwh, min(e.source_file_no) as source_file_no, min(e.source_row_no) as source_row_no
  from asked as a
  join electricity as e on e.taxpayer_key = a.taxpayer_key and e.ym between a.p_ym - 23 and a.p_ym
  group by a.subject_no, e.ym
)
select
  cast(a.subject_no as integer) as subject_no,
  cast(row_number() over (partition by a.subject_no order by m.ym desc nulls last) as integer) as evidence_rank,
  cast({{idiv(m.ym, 12)}} * 100 + mod(m.ym, 12) + 1 as integer) as period_yyyymm,
  cast(m.kwh as double) as kwh,
  cast(r.sales_declared_yuan as decimal(18,2)) as sales_yuan,
  cast({{ratio(r.sales_declared_yuan, m.kwh)}} as double) as sales_per_kwh,
  cast(h.insured_count as integer) as insured_count,
  cast(m.source_file_no as integer) as source_file_no,
  cast(m.source_row_no as bigint) as source_row_no
from asked as a
join metered as m on m.subject_no = a.subject_no
left join feat_return_month as r on r.taxpayer_key = a.taxpayer_key and r.ym = m.ym
left join feat_staff_month as h on h.taxpayer_key = a.taxpayer_key and h.ym = m.ym
