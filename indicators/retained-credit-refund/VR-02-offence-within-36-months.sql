with
dated as (
  select s.subject_no, s.applied_on, {{add_months(s.applied_on, 0 - p.window_months)}} as after_on, p.date_basis, v.violation_id, v.decided_on,
    v.violation_type in ('retained_credit_fraud', 'export_refund_fraud', 'false_special_invoice') as is_major,
    v.violation_type = 'evasion_penalty' as is_evasion,
    case v.violation_type when 'retained_credit_fraud' then '骗取留抵退税' when 'export_refund_fraud' then '骗取出口退税'
      when 'false_special_invoice' then '虚开增值税专用发票' when 'evasion_penalty' then '偷税处罚' end as type_zh,
    case v.violation_type when 'retained_credit_fraud' then 'retained-credit refund fraud' when 'export_refund_fraud' then 'export refund fraud'
      when 'false_special_invoice' then 'false special invoices' when 'evasion_penalty' then 'penalty for evasion' end as type_en,
    case when p.date_basis = 'act_to' then v.act_to else v.decided_on end as counted_on
  from feat_subject as s
  join params as p on p.subject_no = s.subject_no
  join feat_violation as v on v.taxpayer_key = s.taxpayer_key
  where s.has_claim and not v.is_revoked
    and v.violation_type in ('retained_credit_fraud', 'export_refund_fraud', 'false_special_invoice', 'evasion_penalty')
),
-- An act ends before its decision: without the day of the act, a decision inside the window may count, an older one cannot.
placed as (
  select d.*, coalesce(d.counted_on > d.after_on and d.counted_on <= d.applied_on, false) as is_counted,
    d.counted_on is null and d.decided_on > d.after_on as is_open
  from dated as d
),
counts as (
  select subject_no, sum(case when is_counted and is_major then 1 else 0 end) as major_count,
    sum(case when is_counted and is_evasion then 1 else 0 end) as evasion_count,
    sum(case when is_open and is_major then 1 else 0 end) as open_major_count,
    sum(case when is_open and is_evasion then 1 else 0 end) as open_evasion_count
  from placed
  group by subject_no
),
newest as (
  select p.*,
    row_number() over (
      partition by p.subject_no, p.is_major
      order by p.counted_on desc nulls last, p.violation_id asc nulls last
    ) as newest_first
  from placed as p
  where p.is_counted
)
select
  cast(s.subject_no as integer) as subject_no,
  cast(case when not s.has_claim then 'A_NO_CLAIM' end as string) as not_applicable,
  cast(case
    when c.major_count >= p.major_offences_minimum or c.evasion_count >= p.evasion_penalties_minimum then null
    when c.major_count + c.open_major_count >= p.major_offences_minimum
      or c.evasion_count + c.open_evasion_count >= p.evasion_penalties_minimum then 'N_COVERAGE'
  end as string) as not_assessed,
  cast(coalesce(c.major_count, 0) as integer) as major_offence_count,
  cast(coalesce(c.evasion_count, 0) as integer) as evasion_penalty_count,
  cast(s.applied_on as date) as claim_on,
  cast({{add_months(s.applied_on, 0 - p.window_months)}} as date) as window_after_on,
  cast(m.type_zh as string) as last_major_zh,
  cast(m.type_en as string) as last_major_en,
  cast(m.violation_id as string) as last_major_id,
  cast(m.counted_on as date) as last_major_on,
  cast(e.violation_id as string) as last_evasion_id,
  cast(e.counted_on as date) as last_evasion_on,
  cast(case when p.date_basis = 'act_to' then '违法行为终止日' else '决定日' end as string) as basis_zh,
  cast(case when p.date_basis = 'act_to' then 'end of the act' else 'decision' end as string) as basis_en,
  cast(s.claimed_amount_yuan as decimal(18,2)) as claimed_amount_yuan
from feat_subject as s
join params as p on p.subject_no = s.subject_no
left join counts as c on c.subject_no = s.subject_no
left join newest as m on m.subject_no = s.subject_no and m.is_major and m.newest_first = 1
left join newest as e on e.subject_no = s.subject_no and e.is_evasion and e.newest_first = 1
