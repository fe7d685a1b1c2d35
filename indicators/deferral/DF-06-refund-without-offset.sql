-- Claims approved within twelve months while tax was owed that neither the decision nor row 21 set off.
with
decided as (
  select s.subject_no, s.taxpayer_key, a.application_id, a.decided_on, a.arrears_offset_yuan as offset_amount, a.decided_ym
  from feat_subject as s
  join feat_refund_claim as a on a.taxpayer_key = s.taxpayer_key
  where s.is_primary
),
filed as (
  select d.subject_no, d.application_id, r.arrears_m33, row_number() over (partition by d.subject_no, d.application_id order by r.ym desc nulls last) as newest_first
  from decided as d
  join feat_return_month as r on r.taxpayer_key = d.taxpayer_key and r.filed_on < d.decided_on and r.ym < d.decided_ym
),
deferred as (
  select d.subject_no, d.application_id,
    sum(case when f.paid_on is null or f.paid_on > d.decided_on then f.deferred_amount_yuan else f.open_yuan end) as open_yuan
  from decided as d
  join feat_deferral as f on f.taxpayer_key = d.taxpayer_key and f.tax_item = 'vat' and f.extended_due_on < d.decided_on
  group by d.subject_no, d.application_id
),
posted as (
  select d.subject_no, d.application_id, sum(m.r21_tax_yuan) as offset_yuan
  from decided as d
  join feat_schedule2_month as m on m.taxpayer_key = d.taxpayer_key and m.ym between d.decided_ym and d.decided_ym + 1
  group by d.subject_no, d.application_id
),
compared as (
  select d.subject_no, d.application_id, d.decided_on, f.arrears_m33 is null and not t.is_delivered as is_unknown,
    coalesce(f.arrears_m33, 0) + coalesce(e.open_yuan, 0) as arrears_yuan, d.offset_amount + coalesce(p.offset_yuan, 0) as offset_yuan
  from decided as d
  left join filed as f on f.subject_no = d.subject_no and f.application_id = d.application_id and f.newest_first = 1
  left join deferred as e on e.subject_no = d.subject_no and e.application_id = d.application_id
  left join posted as p on p.subject_no = d.subject_no and p.application_id = d.application_id
  join delivered_tables as t on t.table_name = 'deferrals'
),
ranked as (
  select c.*, row_number() over (
      partition by c.subject_no order by c.arrears_yuan - c.offset_yuan desc nulls last, c.decided_on desc nulls last, c.application_id asc nulls last
    ) as worst_first
  from compared as c
  where not c.is_unknown
),
counted as (
  select subject_no, count(*) as claim_count, sum(case when is_unknown then 1 else 0 end) as unknown_count from compared group by subject_no
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when n.subject_no is null then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case when n.unknown_count = n.claim_count then 'N_COVERAGE' end as string) as not_assessed,
  cast(greatest(0, w.arrears_yuan - w.offset_yuan) as decimal(18,2)) as unset_yuan,
  cast(w.application_id as string) as decided_application,
  cast(w.decided_on as date) as decided_on,
  cast(w.arrears_yuan as decimal(18,2)) as arrears_yuan,
  cast(w.offset_yuan as decimal(18,2)) as offset_yuan
from feat_subject as s
left join counted as n on n.subject_no = s.subject_no
left join ranked as w on w.subject_no = s.subject_no and w.worst_first = 1
where s.is_primary
