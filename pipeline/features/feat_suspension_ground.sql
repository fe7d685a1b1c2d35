with
days as (
  select s.subject_no, s.taxpayer_key, s.is_open_claim, s.decision = 'approved' as is_approved,
    case when s.is_open_claim then c.as_of else s.decided_on end as on_day
  from feat_subject as s
  cross join run_context as c
  where s.has_claim
),
cases as (
  select d.subject_no, count(*) as case_count, min(i.opened_on) as opened_on
  from days as d
  join inspection_cases as i on i.taxpayer_key = d.taxpayer_key and i.opened_on <= d.on_day and (i.closed_on is null or i.closed_on > d.on_day)
  group by d.subject_no
),
comparisons as (
  select d.subject_no, count(*) as comparison_count, min(f.found_on) as found_on
  from days as d
  join filing_comparisons as f on f.taxpayer_key = d.taxpayer_key and f.found_on <= d.on_day and (f.resolved_on is null or f.resolved_on > d.on_day)
  group by d.subject_no
),
statuses as (
  select d.subject_no, i.status
  from days as d
  join feat_status_interval as i on i.taxpayer_key = d.taxpayer_key and i.from_on <= d.on_day and d.on_day < i.until_on
  where i.status in ('abnormal', 'absconded', 'liquidation', 'bankrupt')
)
select
  cast(d.subject_no as integer) as subject_no,
  cast(d.is_open_claim as boolean) as is_open_claim,
  cast(coalesce(d.is_approved, false) as boolean) as is_approved,
  cast(d.on_day as date) as on_day,
  cast(coalesce(k.case_count, 0) as integer) as case_count,
  cast(coalesce(m.comparison_count, 0) as integer) as comparison_count,
  cast(t.status as string) as ground_status,
  -- What listed vouchers left open on an earlier day cannot be told from today's returns: only for claims still open.
  cast(case when d.is_open_claim then coalesce(e.exception_tax_yuan, 0) else 0 end as decimal(18,2)) as exception_tax_yuan
from days as d
left join cases as k on k.subject_no = d.subject_no
left join comparisons as m on m.subject_no = d.subject_no
left join statuses as t on t.subject_no = d.subject_no
left join feat_exception as e on e.taxpayer_key = d.taxpayer_key
