with
paid as (
  select s.subject_no, s.taxpayer_key, a.application_id, a.paid_on, a.paid_amount, date_add(a.paid_on, 365) as until_on
  from feat_subject as s
  cross join run_context as c
  join refund_applications as a on a.taxpayer_key = s.taxpayer_key and a.paid_on is not null and a.paid_amount > 0
    and date_add(a.paid_on, 365) > {{add_months(c.as_of, -12)}}
),
exits as (
  select p.subject_no, p.application_id, min(i.from_on) as exit_on,
    max(case when i.status in ('abnormal', 'absconded') then 1 else 0 end) as has_fled
  from paid as p
  join feat_status_interval as i on i.taxpayer_key = p.taxpayer_key and i.from_on > p.paid_on and i.from_on <= p.until_on
    and i.status in ('deregistering', 'deregistered', 'liquidation', 'bankrupt', 'abnormal', 'absconded')
  group by p.subject_no, p.application_id
),
changes as (
  select p.subject_no, p.application_id, sum(coalesce(k.changed_share, 0)) as changed_share,
    max(case when k.field = 'legal_representative' then 1 else 0 end) as has_representative,
    max(case when k.field = 'shareholder' then 1 else 0 end) as has_shareholder,
    max(case when k.field = 'district_code' then 1 else 0 end) as has_moved
  from paid as p
  join taxpayer_changes as k on k.taxpayer_key = p.taxpayer_key and k.changed_on > p.paid_on and k.changed_on <= p.until_on
  group by p.subject_no, p.application_id
),
-- Nothing sold and nothing bought; a return whose sales columns were not delivered says nothing of its sales.
nil_returns as (
  select p.subject_no, p.application_id, r.ym, r.span_months,
    lag(r.ym) over (partition by p.subject_no, p.application_id order by r.ym asc nulls last) as nil_before_ym
  from paid as p
  join feat_return_month as r on r.taxpayer_key = p.taxpayer_key and r.ym >= {{ym(p.paid_on)}} and r.ym <= {{ym(p.until_on)}}
  where r.is_sales_delivered and r.sales_declared_yuan = 0 and r.input_tax_m12 = 0
),
-- A new run begins where the nil return before did not end just before this one: a period between was busy or not filed.
runs as (
  select subject_no, application_id,
    sum(case when nil_before_ym = ym - span_months then 0 else 1 end) over (
      partition by subject_no, application_id order by ym asc nulls last rows between unbounded preceding and current row
    ) as run_no
  from nil_returns
),
idle as (
  select subject_no, application_id, max(periods) as idle_periods
  from (select subject_no, application_id, run_no, count(*) as periods from runs group by subject_no, application_id, run_no) as r
  group by subject_no, application_id
)
select
  cast(p.subject_no as integer) as subject_no,
  cast(p.application_id as string) as paid_application,
  cast(p.paid_on as date) as paid_on,
  cast(p.paid_amount as decimal(18,2)) as paid_amount_yuan,
  cast(e.exit_on as date) as exit_on,
  cast(coalesce(e.has_fled, 0) = 1 as boolean) as has_fled,
  cast(coalesce(k.changed_share, 0) as double) as changed_share,
  cast(coalesce(k.has_representative, 0) = 1 as boolean) as has_representative_change,
  cast(coalesce(k.has_shareholder, 0) = 1 as boolean) as has_shareholder_change,
  cast(coalesce(i.idle_periods, 0) as integer) as idle_periods,
  cast(coalesce(k.has_moved, 0) = 1 as boolean) as has_moved
from paid as p
left join exits as e on e.subject_no = p.subject_no and e.application_id = p.application_id
left join changes as k on k.subject_no = p.subject_no and k.application_id = p.application_id
left join idle as i on i.subject_no = p.subject_no and i.application_id = p.application_id
